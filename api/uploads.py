"""What a request body holds: files with form fields, one bare file, or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from synth.errors import InputError, UnsupportedFormat

M = TypeVar("M", bound=BaseModel)

#: Bodies that are one file, and the name it gets where nobody named it.
BARE_FILES = {
    "text/csv": "body.csv",
    "text/plain": "body.txt",
    "text/vtt": "body.vtt",
    "application/x-ndjson": "body.jsonl",
    "application/jsonl": "body.jsonl",
    "application/octet-stream": "body.bin",
}
ENCODING_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
MAX_FILES = 200


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """One file as sent; its name is a label, never a path."""

    name: str
    data: bytes

    @property
    def text(self) -> str:
        """Return the file as text: UTF-8, or UTF-16 where its first bytes say so.

        Raises:
            InputError: the bytes are no such text, or there are none.
        """
        if not self.data.strip():
            raise InputError("the file is empty", file=self.name)
        encoding = next(
            (name for mark, name in ENCODING_MARKS if self.data.startswith(mark)), "utf-8"
        )
        try:
            return self.data.decode(encoding)
        except UnicodeDecodeError as error:
            raise InputError(
                "this is no text in a known encoding; save it as UTF-8",
                file=self.name,
                line=self.data.count(b"\n", 0, error.start) + 1,
                found=f"byte 0x{self.data[error.start]:02x}",
                expected="UTF-8",
            ) from None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A body: its files and form fields, or its JSON."""

    files: tuple[SentFile, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    payload: Any = None

    def one_file(self) -> SentFile:
        """Return the only file; raises InputError when there is none or more than one."""
        if len(self.files) != 1:
            raise InputError(
                "send exactly one file, as the field `file` or as the body",
                found=f"{len(self.files)} files",
            )
        return self.files[0]

    def checked_fields(self, model: type[M]) -> M:
        """Return the form fields as `model`."""
        return checked(model, self.fields, "form")

    def checked_payload(self, model: type[M]) -> M:
        """Return the JSON body as `model`."""
        return checked(model, self.payload, "body")


def checked(model: type[M], value: Any, place: str) -> M:
    """Return `value` as `model`; what is wrong with it is the client's to know."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError(
            [{**item, "loc": (place, *item["loc"])} for item in found]
        ) from None


async def read_body(request: Request) -> Sent:
    """Read the body by its content type; raises UnsupportedFormat for any other."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        async with request.form(max_files=MAX_FILES) as form:
            return await _read_form(form)
    if content_type == "application/json":
        return Sent(payload=_read_json(await request.body()))
    if content_type in BARE_FILES:
        name = request.query_params.get("filename", BARE_FILES[content_type])
        return Sent(files=(SentFile(name=_label(name), data=await request.body()),))
    raise UnsupportedFormat(
        "this content type cannot be read here",
        found=content_type or "no Content-Type",
        expected="multipart/form-data, application/json or " + ", ".join(BARE_FILES),
    )


async def _read_form(form: FormData) -> Sent:
    files: list[SentFile] = []
    fields: dict[str, Any] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append(SentFile(name=_label(value.filename or name), data=await value.read()))
        elif name in fields:
            fields[name] = f"{fields[name]},{value}"
        else:
            fields[name] = value
    return Sent(files=tuple(files), fields=fields)


def _read_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body",), "msg": ""}]
        ) from None


def _label(filename: str) -> str:
    """Return the name with the folders it was sent with: two may hold a `transcript.vtt` each."""
    parts = [part for part in filename.replace("\\", "/").split("/") if part.strip(".")]
    return "/".join(parts)[-200:] or "file"


SentBody = Annotated[Sent, Depends(read_body)]


def body_schema(*, files: bool = True, payload: type[BaseModel] | None = None) -> dict[str, Any]:
    """Return what OpenAPI says about a body read by `read_body`."""
    content: dict[str, Any] = {}
    if files:
        file = {"type": "string", "format": "binary"}
        several = {"type": "array", "items": file}
        form = {"type": "object", "properties": {"file": several}, "required": ["file"]}
        content["multipart/form-data"] = {"schema": form}
    if payload is not None:
        schema = payload.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        content["application/json"] = {"schema": schema}
    return {"requestBody": {"required": True, "content": content}}
