"""What a person does with sources: upload a file, put a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.core.fingerprints import sha256_bytes
from synth.core.ids import new_id
from synth.errors import InputError, TooLarge
from synth.jobs import queue
from synth.people.identity import stored_value
from synth.people.types import Reference
from synth.services import Services
from synth.sources import repo
from synth.sources.cleaning import clean
from synth.sources.redaction import redact
from synth.sources.types import ReadOptions, Source, SourceState, Upload

MEBIBYTE = 1024 * 1024
MAX_FILENAME = 255


def upload(
    services: Services, actor: Actor, *, filename: str, data: bytes, options: ReadOptions
) -> Upload:
    """Keep the bytes and start the job that reads them.

    The same bytes with the same options, already here, change nothing: the upload has no job.

    Raises:
        Forbidden: the actor's roles do not allow uploads.
        InputError: the file is empty.
        TooLarge: it is above the limit in the settings.
    """
    require(actor, Action.UPLOAD)
    source = _new_source(services, actor, filename=filename, data=data, options=options)
    with services.reading(actor.workspace_id) as uow:
        known = _find_same(repo.same_bytes(uow, source.sha256), source.options)
    if known is not None:
        return Upload(source=known, job=None)
    # The bytes are durable before any row says that they are here.
    services.blobs.put(data)
    with services.writing(actor.workspace_id) as uow:
        known = _find_same(repo.same_bytes(uow, source.sha256), source.options)
        if known is not None:
            return Upload(source=known, job=None)
        repo.add_source(uow, source)
        job = queue.submit(
            services,
            uow,
            kind="ingest",
            arguments={"source_id": source.id},
            created_by=actor.member.id,
        )
        record_act(
            services,
            uow,
            actor,
            action="source.upload",
            subject=("source", source.id),
            data={"sha256": source.sha256, "bytes": source.bytes, "job": job.id},
        )
    return Upload(source=source, job=job)


def put_document(
    services: Services, actor: Actor, external_id: str, payload: Mapping[str, Any]
) -> Upload:
    """Upsert one document given as the JSON of `POST /v1/sources`; a changed text is a new version.

    Raises:
        InputError: the payload names another external id or cannot be written as JSON.
    """
    named = payload.get("external_id", external_id)
    if named != external_id:
        raise InputError(
            "the body names another document than the address; send one external_id",
            found=repr(redact([str(named)]).texts[0].text),
            expected="the external_id of the address",
        )
    document = {**payload, "external_id": external_id}
    try:
        data = json.dumps(document, ensure_ascii=True, sort_keys=True, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InputError(f"document is not JSON: {error}; send plain JSON values") from None
    return upload(services, actor, filename=f"{external_id}.json", data=data, options=ReadOptions())


def _new_source(
    services: Services, actor: Actor, *, filename: str, data: bytes, options: ReadOptions
) -> Source:
    limit = services.settings.max_upload_mb
    if len(data) > limit * MEBIBYTE:
        raise TooLarge(
            f"file has {len(data) / MEBIBYTE:.1f} MiB, the limit is {limit} MiB; "
            "split it or raise SYNTH_MAX_UPLOAD_MB"
        )
    name = _display_name(filename)
    if not data:
        raise InputError("file is empty; upload the file with its content", file=name)
    return Source(
        id=new_id(),
        filename=name,
        kind=options.kind or "auto",
        format=None,
        sha256=sha256_bytes(data),
        bytes=len(data),
        options=_private(options, services.secret),
        state=SourceState.PENDING,
        error=None,
        created_by=actor.member.id,
        created_at=services.clock(),
    )


def _display_name(filename: str) -> str:
    """Return a name, redacted: this is the only one that is stored.

    A relative path is kept, since folders tell equal names apart; any other path says more about
    the uploader's machine than about the file.
    """
    path = clean(filename).text.replace("\\", "/").strip().rstrip("/")
    is_relative = not path.startswith("/") and ":" not in path[:3] and ".." not in path.split("/")
    name = path if is_relative else path.rsplit("/", 1)[-1]
    return redact([name[-MAX_FILENAME:] or "upload"]).texts[0].text


def _private(options: ReadOptions, secret: bytes) -> ReadOptions:
    """Return `options` with interviewers as keyed hashes: names are not stored in the clear."""
    hashed = (
        stored_value(Reference(namespace="name", value=name), secret)
        for name in options.interviewers
        if name.strip()
    )
    study, method = (clean(value).text for value in (options.study, options.method))
    texts = redact([study, method]).texts
    return replace(
        options,
        interviewers=tuple(sorted(set(hashed))),
        study=texts[0].text,
        method=texts[1].text,
    )


def _find_same(candidates: list[Source], options: ReadOptions) -> Source | None:
    wanted = repo.options_row(options)
    return next((one for one in candidates if repo.options_row(one.options) == wanted), None)
