"""A real HTTPS server on the loopback that says what a test tells it to, with a certificate of its own."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from common.fetching import Guard

#: Key and certificate of "localhost" and 127.0.0.1, made for these tests only.
PEM = Path(__file__).with_name("loopback.pem")
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """What it says by path, and what it was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str = "/a.ics?token=salaisuus", host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    def guard(self, **more: Any) -> Guard:
        """Return a guard that is told of this server as of one of the own network."""
        return Guard(internal=frozenset({f"localhost:{self.port}"}), ca_file=str(PEM), **more)

    def says(self, body: str | bytes, path: str = "/a.ics", **headers: str) -> None:
        """Answer with a body and an ETag that is kept to."""
        content = body.encode() if isinstance(body, str) else body

        def answer(handler: BaseHTTPRequestHandler) -> None:
            if headers.get("ETag") and handler.headers.get("If-None-Match") == headers["ETag"]:
                handler.send_response(304)
                handler.end_headers()
                return
            handler.send_response(200)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)

        self.answers[path] = answer

    def refuses(self, status: int, path: str = "/a.ics", **headers: str) -> None:
        """Answer with a status and nothing more."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.answers[path] = answer


@contextmanager
def serving() -> Iterator[Server]:
    """Run the server while the block lasts."""
    found: list[Server] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server = found[0]
            server.asked.append((self.path, dict(self.headers)))
            answer = server.answers.get(self.path.partition("?")[0])
            try:
                if answer:
                    answer(self)
                else:
                    self.send_error(404)
            except OSError:
                pass  # the other end has had enough

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: Any) -> None:
            """A client that does not trust the certificate hangs up: that is what is tested."""

    httpd = Quiet(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True, do_handshake_on_connect=False)
    found.append(Server(httpd.server_address[1]))
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield found[0]
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join(5)


def calendar(*events: str) -> str:
    """Return an iCalendar file with the events, each the lines between BEGIN and END."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Testi//fi"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().splitlines(), "END:VEVENT"]
    return "\r\n".join(line.strip() for line in [*lines, "END:VCALENDAR", ""])
