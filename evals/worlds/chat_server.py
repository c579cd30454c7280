"""A chat endpoint on loopback whose answers, and faults, are scripted."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the server sends back."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None  #: close the connection after so many bytes of the body
    delay: float = 0.0


#: A request's JSON to what is sent back: a reply, or the text of an ordinary answer. Requests to
#: `/responses` are passed on only if the server is asked to know it.
Script = Callable[[dict[str, Any]], "Reply | str"]


@dataclass
class ChatServer:
    """A running server: its address and everything it was asked."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    probes: int = 0  #: requests to `/responses` of a server that does not know it
    connections: int = 0  #: open now


def completion(text: str | None, *, finish: str = "stop", refusal: str | None = None) -> bytes:
    """Return the body of an ordinary answer."""
    message = {"role": "assistant", "content": text, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return json.dumps({"id": "c", "object": "x", "choices": [choice], "usage": usage}).encode()


def response(text: str, *, status: str = "completed", kind: str = "output_text") -> bytes:
    """Return the body of an answer of the Responses interface."""
    part = {"type": kind, "text": text, "refusal": text if kind == "refusal" else ""}
    items = [{"type": "reasoning"}, {"type": "message", "content": [part]}]
    usage = {"input_tokens": 13, "output_tokens": 5}
    return json.dumps({"id": "r", "status": status, "output": items, "usage": usage}).encode()


@contextmanager
def serve_chat(script: Script, *, responses: bool = False) -> Iterator[ChatServer]:
    """Serve until the block ends."""
    state = ChatServer(url="")
    handler = _handler(state, script, responses=responses)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(state: ChatServer, script: Script, *, responses: bool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # it holds a body back for 40 ms

        def handle(self) -> None:
            state.connections += 1
            try:
                with suppress(ConnectionError):  # whoever asked may have gone
                    super().handle()
            finally:
                state.connections -= 1

        def do_GET(self) -> None:
            models = {"object": "list", "data": [{"id": "scripted", "object": "model"}]}
            self._send(Reply(body=json.dumps(models).encode()))

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            request = json.loads(self.rfile.read(length))
            if self.path.endswith("/responses") and not responses:
                state.probes += 1
                self._send(Reply(status=404))
                return
            state.requests.append(request)
            reply = script(request)
            self._send(Reply(body=completion(reply)) if isinstance(reply, str) else reply)

        def _send(self, reply: Reply) -> None:
            time.sleep(reply.delay)
            self.send_response(reply.status)
            kind = {"content-type": "application/json", **reply.headers}
            for name, value in {**kind, "content-length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(reply.body[: reply.cut_at])
            except ConnectionError:
                self.close_connection = True
            if reply.cut_at is not None:
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Keep the output clean."""

    return Handler
