"""Tells what the worker has written into the database. Connects as PGHOST, PGUSER, PGPASSWORD, PGDATABASE say."""

import psycopg
from fastapi import FastAPI
from fastapi.responses import JSONResponse

app = FastAPI(title="hello-app backend")


@app.get("/")
async def heartbeats():
    try:
        count, age = await ask("SELECT count(*), extract(epoch FROM now() - max(at))::int FROM heartbeat")
    except psycopg.errors.UndefinedTable:
        count, age = 0, None
    except psycopg.OperationalError as error:
        return JSONResponse({"message": f"The database does not answer: {error}"}, 503)
    if age is None:
        return {"message": "The worker has not written a heartbeat yet.", "heartbeats": 0}
    return {"message": f"The worker's last heartbeat is {age} s old; {count} in the last hour.", "heartbeats": count}


@app.get("/health")
async def health() -> JSONResponse:
    checks = {}

    try:
        await ask("SELECT 1")
        checks["database"] = "ok"
    except Exception as error:
        checks["database"] = f"error: {error}"

    # Docker reads the status code, not the body: without its database this container is unhealthy.
    healthy = checks["database"] == "ok"
    return JSONResponse({"status": "healthy" if healthy else "unhealthy", "checks": checks}, 200 if healthy else 503)


async def ask(query: str) -> tuple:
    async with await psycopg.AsyncConnection.connect(connect_timeout=3) as connection:
        return await (await connection.execute(query)).fetchone()
