import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

with open("/etc/app/config.json") as file:
    greeting = json.load(file)["greeting"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{greeting}\n".encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
