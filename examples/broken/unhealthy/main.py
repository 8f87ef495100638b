"""A page that needs a database nobody has put into the Compose file."""

import json
import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

database = (os.environ.get("DATABASE_HOST", "database"), 5432)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/health":
            return self.answer(200, {"message": "Hello"})
        checks = {"database": reach(database)}
        healthy = checks["database"] == "ok"
        self.answer(200 if healthy else 503, {"status": "healthy" if healthy else "unhealthy", "checks": checks})

    def answer(self, status: int, body: dict) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def reach(address: tuple[str, int]) -> str:
    try:
        socket.create_connection(address, timeout=2).close()
        return "ok"
    except OSError as error:
        return f"error: {address[0]}:{address[1]}: {error}"


if __name__ == "__main__":
    print(f"looking for the database at {database[0]}:{database[1]}")
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
