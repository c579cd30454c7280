"""A second, simple way to get the words of real files, to check readers against.

It shares no code with the readers. `file_words` gives the words of a file less time codes and cue
numbers; `label_words` those that name speakers.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from html import unescape
from itertools import chain
from pathlib import Path

WORD = re.compile(r"\w+")
VTT_TIME = re.compile(r"^\d[\d:.]* --> .*$", re.MULTILINE)
VTT_NUMBER = re.compile(r"^\d+\n(?=\d[\d:.]* --> )", re.MULTILINE)
CHAT_TIME = re.compile(r"^\d\d:\d\d:\d\d\t", re.MULTILINE)
TIME = re.compile(r"\\?\[\d+(?::\d+)+(?:\.\d+)?\\?\]")
ODT_SPACE = re.compile(r"<text:(?:tab|s)\b[^>]*/>")
ODT_LINE = re.compile(r"<text:line-break\b[^>]*/>|</text:[ph]>")
TAG = re.compile(r"<[^>]+>")


def words(text: str) -> Counter[str]:
    """Count the words of a text, time codes in brackets left out."""
    return Counter(WORD.findall(TIME.sub(" ", text)))


def file_text(path: Path) -> str:
    """Return what people said and their labels, without times and numbering."""
    if path.suffix == ".odt":
        return _odt_text(path)
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".vtt":
        text = VTT_TIME.sub("", VTT_NUMBER.sub("", text))
        return text.removeprefix("WEBVTT")
    return unescape(text) if path.suffix == ".md" else CHAT_TIME.sub("", text)


def label_words(text: str, speakers: Iterable[str]) -> Counter[str]:
    """Count the words of labels: a known name, or any in bold, before a colon at a line start."""
    names = "|".join(re.escape(name) for name in sorted({*speakers} - {""}, key=len, reverse=True))
    label = re.compile(
        rf"^\s*(?:({names or 'nobody'})\s*:|\*\*([^*:]+)(?::\*\*|\*\*:))", re.MULTILINE
    )
    return words(" ".join(chain.from_iterable(label.findall(text))))


def _odt_text(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("content.xml").decode()
    body = xml[xml.index("<office:body") :]
    return unescape(TAG.sub("", ODT_LINE.sub("\n", ODT_SPACE.sub(" ", body))))
