"""Text as it leaves in Markdown: words only, and a word for what is withheld."""

from __future__ import annotations

import re

WITHHELD = "[quote withheld: consent]"
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def escape_markdown(text: str) -> str:
    """Return `text` on one line with nothing that Markdown or HTML would act on."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;")
