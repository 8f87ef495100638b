"""The guide's recommended app, with a page at / for the HTTP probe."""

import os
import tempfile

from fastapi import FastAPI
from fastapi.responses import JSONResponse

app = FastAPI(title="fastapi-app")


@app.get("/")
async def root() -> dict:
    return {"message": "Hello from FastAPI", "url": os.environ.get("KAMIWAZA_APP_URL")}


@app.get("/health")
async def health() -> JSONResponse:
    checks = {"scratch_space": scratch_space()}

    # Docker reads the status code, not the body.
    healthy = all(check == "ok" for check in checks.values())
    return JSONResponse({"status": "healthy" if healthy else "unhealthy", "checks": checks}, 200 if healthy else 503)


def scratch_space() -> str:
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
            file.flush()
        return "ok"
    except OSError as error:
        return f"error: {error.strerror}"
