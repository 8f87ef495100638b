"""The page people see. It stays up without its backend, and says so."""

import os
from html import escape

import httpx
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

backend_url = os.environ.get("BACKEND_URL", "http://backend:8000")
greeting = os.environ.get("GREETING", "Hello")

app = FastAPI(title="hello-app")


@app.get("/", response_class=HTMLResponse)
async def page() -> str:
    try:
        said = (await ask_backend("/"))["message"]
    except (httpx.HTTPError, ValueError, KeyError):
        said = "The backend does not answer yet. Reload in a moment."
    return html.format(greeting=escape(greeting), said=escape(said))


@app.get("/health")
async def health() -> dict:
    # A page without its backend is still a page: 200, and the check tells.
    try:
        await ask_backend("/health")
        backend = "ok"
    except httpx.HTTPStatusError:
        backend = "error"
    except (httpx.HTTPError, ValueError):
        backend = "unreachable"
    return {"status": "healthy", "checks": {"backend": backend}}


async def ask_backend(path: str) -> dict:
    async with httpx.AsyncClient(base_url=backend_url, timeout=2.0) as client:
        answer = await client.get(path)
    return answer.raise_for_status().json()


# The link is relative: the page works at / and below /runtime/apps/<id>/ alike.
html = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{greeting}</title>
<style>
  :root {{ color-scheme: light dark }}
  body {{ font: 1.125rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 20vh auto 0; padding: 0 1.5rem }}
  h1 {{ font-weight: 600; line-height: 1.2 }}
</style>
<h1>{greeting}</h1>
<p>{said}</p>
<p><a href="health">health</a></p>
</html>
"""
