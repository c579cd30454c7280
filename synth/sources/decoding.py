"""Bytes to text: gzip, byte order marks, encodings, with a count of what could not be read."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache

from synth.errors import TooLarge, UnsupportedFormat

#: A file may grow to this when it is unpacked, and no further.
MAX_UNPACKED = 200 * 1024 * 1024
SAMPLE = 64 * 1024
GZIP_MAGIC = b"\x1f\x8b"
MAGIC = {
    b"%PDF": "a PDF file",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"ID3": "an audio file",
    b"OggS": "an audio file",
    b"RIFF": "an audio or video file",
    b"\x1aE\xdf\xa3": "a video file",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
    b"\xd0\xcf\x11\xe0": "an old Office file (save it as .docx)",
    b"7z\xbc\xaf": "an archive",
    b"Rar!": "an archive",
}
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
#: Encodings of Western Europe that differ in a few marks: read as the one that files really use.
WESTERN = {
    "cp1252",
    "latin_1",
    "iso8859_15",
    "iso8859_9",
    "cp1254",
    "mac_roman",
    "cp1250",
    "hp_roman8",
}


@dataclass(frozen=True)
class Decoded:
    """A file's text, lines ended by line feeds, and how it was read."""

    text: str
    encoding: str
    replaced: int  #: bytes that meant nothing and became U+FFFD

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what a person should know about the decoding."""
        found = []
        if self.encoding != "utf-8":
            found.append(f"read as {self.encoding}")
        if self.replaced:
            found.append(f"{self.replaced} characters could not be decoded and were replaced")
        return tuple(found)


def unpack(filename: str, data: bytes) -> tuple[str, bytes]:
    """Return name and content of a gzipped file, or both as they are.

    Raises:
        UnsupportedFormat: it is damaged or holds another archive.
        TooLarge: it unpacks to more than `MAX_UNPACKED`.
    """
    if not data.startswith(GZIP_MAGIC):
        return filename, data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(data, MAX_UNPACKED + 1)
    except zlib.error as error:
        raise UnsupportedFormat("damaged gzip; pack it again", file=filename) from error
    if len(content) > MAX_UNPACKED:
        raise TooLarge(f"{filename} unpacks to more than {MAX_UNPACKED >> 20} MiB; split it")
    if not unpacker.eof:
        raise UnsupportedFormat("gzip is cut off; upload it again", file=filename)
    if content.startswith(GZIP_MAGIC):
        raise UnsupportedFormat("an archive in an archive; unpack it first", file=filename)
    return filename.removesuffix(".gz"), content


@lru_cache(maxsize=1)
def decode(data: bytes) -> Decoded:
    """Return the text of `data`.

    Raises:
        UnsupportedFormat: it is no text.
    """
    for magic, what in MAGIC.items():
        if data.startswith(magic):
            raise UnsupportedFormat(
                "not a text file", found=what, expected="a transcript, tickets, or notes"
            )
    text, encoding = _decode(data)
    sample = text[:SAMPLE]
    if len(CONTROL.findall(sample)) > max(4, len(sample) // 50):
        raise UnsupportedFormat(
            "not a text file", found="binary data", expected="a transcript, tickets, or notes"
        )
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(lines, encoding, text.count("\ufffd"))


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace"), encoding
    utf16 = _utf16_without_mark(data[:SAMPLE])
    if utf16:
        return data.decode(utf16, errors="replace"), utf16
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode_legacy(data)


def _utf16_without_mark(sample: bytes) -> str | None:
    """Return the UTF-16 order in which every second byte is mostly zero, or None."""
    half = len(sample) // 2
    if half < 4:
        return None
    if sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _decode_legacy(data: bytes) -> tuple[str, str]:
    text = data.decode("utf-8", errors="replace")
    broken, other = text.count("\ufffd"), sum(character > "\x7f" for character in text[:SAMPLE])
    # A few broken bytes in text that else is UTF-8: still UTF-8, for example cut off at the end.
    if broken * 3 <= other - broken:
        return text, "utf-8"
    encoding = _guess(data)
    return data.decode(encoding, errors="replace"), encoding


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:SAMPLE]).best()
    if best is None or best.encoding in WESTERN:
        return "cp1252"
    return best.encoding
