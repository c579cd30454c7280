"""ODT and DOCX transcripts: their paragraphs, read as lines."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from synth.errors import InputError, TooLarge, UnsupportedFormat
from synth.sources.readers.speaker_text import read_lines
from synth.sources.types import Reading, ReadOptions

ZIP_MAGIC = b"PK\x03\x04"
ODT = "application/vnd.oasis.opendocument.text"
MAX_ENTRIES = 2_000
MAX_MEMBER = 64 * 1024 * 1024
MAX_TOTAL = 200 * 1024 * 1024
MAX_RATIO = 100
#: Below this size a high ratio harms nobody: style sheets of blanks compress well.
SMALL_MEMBER = 1024 * 1024
NESTED = (".zip", ".gz", ".7z", ".rar", ".tar", ".docx", ".odt", ".xlsx", ".jar")
DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
DECLARATION_UTF16 = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY", "<!doctype")
    for encoding in ("utf-16-le", "utf-16-be")
)


class OfficeReader:
    """Reads OpenDocument text and Word documents; the archive is checked before it is opened."""

    format = "office"

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether it is a zip archive: which kind is told, or refused, by `read`."""
        return data.startswith(ZIP_MAGIC)

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return the conversation; raises UnsupportedFormat or TooLarge for other archives."""
        kind = check_archive(filename, data)
        try:
            lines = list(_odt_lines(data) if kind == "odt" else _docx_lines(data))
        except _damages() as error:
            raise InputError(
                f"damaged {kind} file; save it again", file=filename, found=type(error).__name__
            ) from error
        return read_lines(lines, filename=filename, options=options, format=kind)


def check_archive(filename: str, data: bytes) -> str:
    """Return "odt" or "docx" after checking the central directory and the declarations.

    Raises:
        UnsupportedFormat: neither of them, damaged, encrypted, or with declared entities.
        TooLarge: more members, or larger ones, than a document has.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(filename, members)
            names = {member.filename for member in members}
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels", ".rdf")):
                    _check_declarations(filename, archive.read(member))
            if "mimetype" in names and archive.read("mimetype").decode(
                "ascii", "replace"
            ).strip().startswith(ODT):
                return "odt"
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        OSError,
        NotImplementedError,
    ) as error:
        raise UnsupportedFormat("damaged archive; save the file again", file=filename) from error
    if "word/document.xml" in names:
        return "docx"
    raise UnsupportedFormat(
        "an archive, but no document", file=filename, found="a zip file", expected=".odt or .docx"
    )


def _check_members(filename: str, members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(members) > MAX_ENTRIES or sum(member.file_size for member in members) > MAX_TOTAL:
        raise TooLarge(f"{filename} holds more than {MAX_ENTRIES} files or 200 MiB; save it anew")
    if len(set(names)) < len(names):
        raise UnsupportedFormat("archive names a file twice; save it anew", file=filename)
    for member in members:
        if member.flag_bits & 1:
            raise UnsupportedFormat("encrypted; save it without a password", file=filename)
        if ".." in member.filename.split("/") or member.filename.startswith(("/", "\\")):
            raise UnsupportedFormat("archive with a path outside itself", file=filename)
        if member.filename.lower().endswith(NESTED):
            raise UnsupportedFormat("an archive in an archive; unpack it first", file=filename)
        is_bomb = member.file_size > SMALL_MEMBER and member.file_size > MAX_RATIO * max(
            1, member.compress_size
        )
        if member.file_size > MAX_MEMBER or is_bomb:
            raise TooLarge(f"{filename} holds a file that unpacks too large; save it anew")


def _check_declarations(filename: str, xml: bytes) -> None:
    if DECLARATION.search(xml) or any(word in xml for word in DECLARATION_UTF16):
        raise UnsupportedFormat(
            "XML with a document type or entities", file=filename, expected="plain content"
        )


def _damages() -> tuple[type[Exception], ...]:
    """Return what the two libraries raise on a document that is not whole."""
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    library = (LxmlError, OpcError, PythonDocxError, zipfile.BadZipFile, zlib.error)
    return (*library, LookupError, ValueError, TypeError, AttributeError, OSError, EOFError)


def _odt_lines(data: bytes) -> Iterator[str]:
    from odfdo import Document

    body = Document(io.BytesIO(data)).body
    for element in body.get_elements("//text:p|//text:h"):
        yield from str(element.text_recursive).split("\n")


def _docx_lines(data: bytes) -> Iterator[str]:
    import docx

    yield from _docx_blocks(docx.Document(io.BytesIO(data)))


def _docx_blocks(container: Any) -> Iterator[str]:
    for block in container.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                cells = list(dict.fromkeys(row.cells))
                for cell in cells:
                    yield from _docx_blocks(cell)
        else:
            yield from block.text.split("\n")
