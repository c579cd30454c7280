"""What `/openapi.json` says about errors: one shape for all, with an example of each."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from api.errors import PROBLEM, STATUS
from api.schemas.base import Problem

#: What each kind of error tells its reader; the code is the key in `api.errors.STATUS`.
EXAMPLES = {
    "malformed": "the body is not valid JSON",
    "unauthenticated": "this needs a valid API key: send `Authorization: Bearer KEY`",
    "forbidden": "review needs the role reviewer; Researcher is researcher",
    "not_found": "no theme 0197 in this workspace",
    "conflict": "the first request with this Idempotency-Key is still running; try later",
    "stale_revision": "the draft changed since you saw it; read it again, then decide",
    "too_large": "a request holds at most 51 MiB; send the files one by one",
    "unsupported_format": "scan.pdf: no reader accepts this file",
    "invalid_input": "metrics.csv:7: no number; found n/a; expected a number or nothing",
    "precondition_missing": "say which revision you saw: send its ETag as If-Match",
    "backend_failed": "the database did not answer; try again",
}
NEEDS_BODY = {"malformed", "too_large", "unsupported_format", "conflict"}
NEEDS_REVISION = {"stale_revision", "precondition_missing"}


def describe_errors(app: FastAPI) -> None:
    """Let the OpenAPI document of `app` describe problems instead of FastAPI's own errors."""
    build = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            _describe(build())
        return build()

    app.openapi = described  # type: ignore[method-assign]


def _describe(schema: dict[str, Any]) -> None:
    schemas = schema["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            for code in _possible(path, operation):
                operation["responses"][str(STATUS[code])] = _response(path, code)


def _possible(path: str, operation: Mapping[str, Any]) -> list[str]:
    left_out = set() if "requestBody" in operation else NEEDS_BODY
    if not path.startswith("/v1/review/{"):
        left_out = left_out | NEEDS_REVISION
    return [code for code in EXAMPLES if code not in left_out]


def _response(path: str, code: str) -> dict[str, Any]:
    status = STATUS[code]
    example = {
        "type": f"urn:synth:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": EXAMPLES[code],
        "instance": path,
        "code": code,
        "request_id": "01978e4a-2c7b-7a10-9d2b-6b1d3c1e7a10",
        "errors": [],
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM: {"schema": schema, "example": example}},
    }
