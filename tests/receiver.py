# SPDX-License-Identifier: Apache-2.0
"""A real HTTP server on this machine that answers as a test says, and remembers what it was sent."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from standardwebhooks.webhooks import Webhook

Answer = tuple[int, Mapping[str, str]]
#: Writes a whole answer itself, for servers that misbehave.
Script = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def verified(self, secret: str) -> dict[str, Any]:
        """The body, if the official library accepts its signature."""
        body: dict[str, Any] = Webhook(secret).verify(self.body, dict(self.headers))
        return body


@dataclass
class Receiver:
    """The server's address, its next answers (then 204), scripts by path, and what it was sent."""

    address: str
    requests: list[Request] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    scripts: dict[str, Script] = field(default_factory=dict)

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"{self.address}{path}"


@contextmanager
def receiver(tls: SSLContext | None = None, *, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """Serve until the test is over."""
    state = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.requests.append(Request(self.command, self.path, headers, body))
            self.close_connection = True
            with suppress(OSError):  # the client may have gone, which is what some tests are about
                script = state.scripts.get(self.path.partition("?")[0])
                if script is not None:
                    script(self)
                    return
                status, extra = state.answers.pop(0) if state.answers else (204, {})
                self.send_response(status)
                for name, value in {"content-length": "0", **extra}.items():
                    self.send_header(name, value)
                self.end_headers()

        do_GET = do_POST = do_HEAD = _serve  # noqa: N815 - the names are http.server's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: clients that go away in the middle are part of the tests."""

    server = Server((host, 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    state.address = f"{'https' if tls else 'http'}://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def say(status: int, body: bytes = b"", **headers: str) -> Script:
    """A whole, honest answer; header names with underscores for hyphens."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"content_length": str(len(body)), "connection": "close", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    return script
