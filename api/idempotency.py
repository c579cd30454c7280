"""`Idempotency-Key`: the same request gets the same answer, and happens once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.deps import Context
from synth.access import repo
from synth.access.types import RepeatedRequest
from synth.core.ids import new_id
from synth.errors import Conflict, InputError

#: An answer is kept this long; a request that never answered blocks its key only this long.
KEPT, IN_FLIGHT = timedelta(hours=24), timedelta(minutes=10)
LONGEST_KEY = 200
REPEATED_HEADERS = ("location", "etag", "link", "retry-after", "content-type")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A key this request owns until it has answered."""

    key: str
    context: Context


async def answer_once(
    request: Request,
    context: Context,
    handle: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Response:
    """Return what `handle` answers, or what it answered to the same request before.

    Raises:
        Conflict: the first request with this key has not answered yet.
        InputError: the key was used with another request, or cannot be used here.
    """
    key = _usable_key(request)
    digest = _digest(request, await request.body())
    earlier = await run_in_threadpool(_claim, context, key, digest)
    if earlier is not None:
        _require_repeatable(earlier, digest)
        if _quotes_people(request):
            return await run_in_threadpool(_answer_anew, request, context)
        return Response(earlier.body, earlier.status or 200, dict(earlier.headers))
    claim = Claim(key=key, context=context)
    try:
        response = await handle(request)
    except BaseException:
        await run_in_threadpool(_release, claim)
        raise
    keep = partial(_remember, with_body=not _quotes_people(request))
    await run_in_threadpool(keep if response.status_code < 400 else _release, claim, response)
    return response


def _quotes_people(request: Request) -> bool:
    """Return whether the answer quotes people, who may withdraw their consent before a repeat."""
    return request.url.path.startswith("/v1/review/")


def _answer_anew(request: Request, context: Context) -> Response:
    """Return the hypothesis a decision was about, as it may be shown now."""
    from api.routes.hypotheses import show_hypothesis  # it is guarded by what is here

    headers = Response()
    shown = show_hypothesis(request.path_params["hypothesis_id"], context, headers)
    return JSONResponse(shown.model_dump(mode="json"), headers={"ETag": headers.headers["ETag"]})


def _usable_key(request: Request) -> str:
    key = request.headers["Idempotency-Key"]
    if not 0 < len(key) <= LONGEST_KEY:
        raise InputError(f"Idempotency-Key has 1 to {LONGEST_KEY} characters", found=str(len(key)))
    if request.url.path == "/v1/keys":
        # Its answer holds a key in the clear, and only hashes of keys are ever stored.
        raise InputError("keys are shown once and cannot be repeated; leave Idempotency-Key out")
    return key


def _digest(request: Request, body: bytes) -> str:
    """Return a hash of the request; a client draws a new multipart boundary for each try."""
    content_type = request.headers.get("content-type", "")
    boundary = content_type.partition("boundary=")[2].partition(";")[0].strip('" ')
    if boundary:
        body = body.replace(boundary.encode("latin-1"), b"")
        content_type = content_type.replace(boundary, "")
    head = "\n".join([request.url.path, request.url.query, content_type])
    return hashlib.sha256(head.encode() + b"\n" + body).hexdigest()


def _claim(context: Context, key: str, digest: str) -> RepeatedRequest | None:
    now = context.services.clock()
    with context.writing() as uow:
        repo.forget_requests(uow, answered_before=now - KEPT, begun_before=now - IN_FLIGHT)
        return repo.claim_request(
            uow,
            key=key,
            member_id=context.actor.member.id,
            digest=digest,
            claim=new_id(),
            now=now,
        )


def _remember(claim: Claim, response: Response, *, with_body: bool) -> None:
    headers = {
        name: response.headers[name] for name in REPEATED_HEADERS if name in response.headers
    }
    with claim.context.writing() as uow:
        repo.remember_answer(
            uow,
            key=claim.key,
            member_id=claim.context.actor.member.id,
            status=response.status_code,
            headers=headers,
            body=bytes(response.body).decode() if with_body else "",
        )


def _release(claim: Claim, _response: Response | None = None) -> None:
    with claim.context.writing() as uow:
        repo.release_request(uow, key=claim.key, member_id=claim.context.actor.member.id)


def _require_repeatable(earlier: RepeatedRequest, digest: str) -> None:
    if earlier.digest != digest:
        raise InputError("this Idempotency-Key was used with another request; send a new key")
    if earlier.status is None:
        raise Conflict("the first request with this Idempotency-Key is still running; try later")
