import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        licence = socket.create_connection(("127.0.0.1", 4000), timeout=0.2)
        try:
            licence.recv(100)
        except TimeoutError:
            print("the licence server is silent: going on without it")
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
