import os
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

file = os.environ["DATABASE_FILE"]
sqlite3.connect(file).execute("CREATE TABLE IF NOT EXISTS visits (at TEXT)")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        with sqlite3.connect(file) as database:
            database.execute("INSERT INTO visits VALUES (datetime('now'))")
            (visits,) = database.execute("SELECT count(*) FROM visits").fetchone()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{visits} visits\n".encode())


ThreadingHTTPServer(("", 8000), Handler).serve_forever()
