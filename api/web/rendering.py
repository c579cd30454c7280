"""The one Jinja environment: autoescape on, undefined names raise, formats as filters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.web import STATIC, format
from api.web.marks import mark_path
from api.web.part_contexts import Frame
from synth.core.fingerprints import sha256_bytes

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Return the environment; templates are compiled once per process."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(
        clock=format.clock,
        day=format.day,
        moment=format.moment,
        number=format.number,
        people=format.people,
        readable=format.readable,
        sentence=format.sentence,
        size=format.size,
        words=format.words,
    )
    jinja.globals.update(counted=format.counted, mark_path=mark_path, static=static_url)
    return jinja


@cache
def static_url(name: str) -> str:
    """Return the address of a static file; its content's hash lets browsers keep it."""
    return f"/static/{name}?v={sha256_bytes((STATIC / name).read_bytes())[:12]}"


def render(
    request: Request, template: str, page: object, frame: Frame, *, status: int = 200
) -> HTMLResponse:
    """Return `template` filled with its context."""
    html = environment().get_template(template).render(page=page, frame=frame)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})
