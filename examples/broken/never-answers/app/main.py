import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        # No timeout: a licence server that never answers is waited for for ever.
        licence = socket.create_connection(("127.0.0.1", 4000))
        licence.recv(100)
        self.answer(200, "hello\n")

    def answer(self, status: int, text: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text.encode())


if __name__ == "__main__":
    silent = socket.create_server(("127.0.0.1", 4000))
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
