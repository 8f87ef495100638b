import sqlite3
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/health":
            return self.answer(200, "ok\n")
        try:
            (items,) = sqlite3.connect("/data/shop.db").execute("SELECT count(*) FROM items").fetchone()
            self.answer(200, f"{items} items\n")
        except sqlite3.Error:
            traceback.print_exc()
            self.answer(500, "Internal Server Error\n")

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())


ThreadingHTTPServer(("", 8000), Handler).serve_forever()
