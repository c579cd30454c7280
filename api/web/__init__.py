"""Server-rendered pages: the same actions and repositories as the API, as HTML."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"


def mount(app: FastAPI) -> None:
    """Serve our stylesheet, script and icon below `/static`."""
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
