"""A real HTTP server on loopback that keeps what it was sent and answers as the test says."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Listener(ThreadingHTTPServer):
    """``answers`` are given one after the other, the last one for ever; ``drip`` seconds before each byte."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = [200]
        self.headers: dict[str, str] = {}
        self.body = b""
        self.drip = 0.0
        self.before_answering: Any = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook?to=sales"


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        server = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.heard.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        if server.before_answering:
            server.before_answering()
        status = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
        if server.drip:
            self._drip()
            return
        self.send_response(status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(server.body)

    def _drip(self) -> None:
        for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000:
            try:
                self.wfile.write(bytes([sign]))
            except OSError:
                return
            time.sleep(self.server.drip)

    def log_message(self, *_args: object) -> None:
        """Tests are quiet."""


@contextmanager
def listening() -> Iterator[Listener]:
    """A server for as long as the test lasts."""
    server = Listener()
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
