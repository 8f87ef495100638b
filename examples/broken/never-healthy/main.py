"""A page whose model takes longer to load than Torii waits."""

import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ready_at = time.monotonic() + float(os.environ.get("LOAD_SECONDS", "12"))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        left = max(0, round(ready_at - time.monotonic()))
        if self.path != "/health":
            return self.answer(200, {"message": "Hello"})
        model = "ok" if left == 0 else f"loading, {left} s left"
        self.answer(200 if left == 0 else 503, {"status": "healthy" if left == 0 else "unhealthy", "checks": {"model": model}})

    def answer(self, status: int, body: dict) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    print("loading the model")
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
