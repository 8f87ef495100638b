"""An MCP server over streamable HTTP, stateless: POST /mcp takes one JSON-RPC message and answers with JSON.

There is no / on purpose: a tool is not probed there.
"""

import json
import os
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

versions = ["2025-06-18", "2025-03-26"]

app = FastAPI(title="tool-clock")


class Refused(Exception):
    """A JSON-RPC error: code and message."""


# --- tools ---------------------------------------------------------------------------------------

zone = {"type": "string", "description": "IANA time zone, for example Europe/Berlin", "default": "UTC"}
moment = {"type": "string", "description": "ISO 8601 date and time; without an offset it is UTC"}


def now(timezone: str = "UTC") -> str:
    return datetime.now(zone_of(timezone)).isoformat(timespec="seconds")


def between(start: str, end: str) -> str:
    return f"{(moment_of(end) - moment_of(start)).total_seconds():.0f} seconds"


tools = {
    "now": (now, "Tells the current time in a time zone.", {"timezone": zone}, []),
    "between": (between, "Tells how many seconds lie between two moments.", {"start": moment, "end": moment}, ["start", "end"]),
}


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r}") from error


def moment_of(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo("UTC"))


# --- the protocol --------------------------------------------------------------------------------


def initialize(params: dict) -> dict:
    asked = params.get("protocolVersion")
    return {
        "protocolVersion": asked if asked in versions else versions[0],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "tool-clock", "version": "1.0.0"},
    }


def list_tools(_: dict) -> dict:
    return {
        "tools": [
            {"name": name, "description": does, "inputSchema": {"type": "object", "properties": properties, "required": required}}
            for name, (_, does, properties, required) in tools.items()
        ]
    }


def call_tool(params: dict) -> dict:
    name, arguments = params.get("name"), params.get("arguments") or {}
    if not isinstance(name, str) or name not in tools:
        raise Refused(-32602, f"unknown tool: {name}")
    run, _, properties, required = tools[name]
    if not fits(arguments, properties, required):
        raise Refused(-32602, f"{name} takes {', '.join(properties)}, each a string")
    try:
        return {"content": [{"type": "text", "text": run(**arguments)}], "isError": False}
    except ValueError as error:
        return {"content": [{"type": "text", "text": str(error)}], "isError": True}


def fits(arguments: object, properties: dict, required: list) -> bool:
    return (
        isinstance(arguments, dict)
        and set(required) <= set(arguments) <= set(properties)
        and all(isinstance(value, str) for value in arguments.values())
    )


methods = {"initialize": initialize, "ping": lambda _: {}, "tools/list": list_tools, "tools/call": call_tool}


@app.post("/mcp")
async def mcp(request: Request) -> Response:
    if not is_ours(request.headers.get("origin")):
        return failure(None, -32600, "this origin may not call", 403)
    try:
        message = json.loads(await request.body())
    except ValueError:
        return failure(None, -32700, "the body is not JSON", 400)
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return failure(None, -32600, "the body is not one JSON-RPC 2.0 message", 400)
    if "id" not in message or "method" not in message:
        return Response(status_code=202)  # a notification, or an answer: nothing to say
    return answer(message["id"], message["method"], message.get("params") or {})


def answer(id: object, method: object, params: object) -> Response:
    if not isinstance(method, str) or method not in methods:
        return failure(id, -32601, f"unknown method: {method}")
    if not isinstance(params, dict):
        return failure(id, -32602, "params must be an object")
    try:
        return JSONResponse({"jsonrpc": "2.0", "id": id, "result": methods[method](params)})
    except Refused as refused:
        return failure(id, *refused.args)


def failure(id: object, code: int, message: str, status: int = 200) -> Response:
    return JSONResponse({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}, status)


def is_ours(origin: str | None) -> bool:
    """MCP asks servers to check Origin: a page of another site must not reach a tool on this machine."""
    own = urlsplit(os.environ.get("KAMIWAZA_APP_URL", ""))
    return origin is None or origin == f"{own.scheme}://{own.netloc}"


@app.get("/health")
async def health() -> JSONResponse:
    try:
        checks = {"time_zones": "ok" if now("Europe/Berlin") else "error"}
    except ValueError as error:
        checks = {"time_zones": f"error: {error}"}
    healthy = checks["time_zones"] == "ok"
    return JSONResponse({"status": "healthy" if healthy else "unhealthy", "checks": checks}, 200 if healthy else 503)
