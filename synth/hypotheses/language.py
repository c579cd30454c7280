"""Whether words are in the language our prompts and pages are written in: English."""

from __future__ import annotations

import re
import unicodedata

#: Short words that build sentences; each stands in one list only.
MARKERS = {
    "English": "the and of is that it for with are this they these what their when there from "
    "not be by cannot you which who because",
    "German": "der und nicht das ist ein eine zu mit für auf sie den wir ich dass weil diese "
    "können einen werden wird sind",
    "French": "le les des et est une pour que dans qui avec ne pas sur ils nous cette parce "
    "sont ces",
    "Spanish": "el los las para con por del se más como pero estas porque esta pueden estos",
    "Italian": "il che di non per sono gli della questo queste perché possono nella degli",
    "Portuguese": "os uma não mais dos está estas porque podem isso pela pelo são",
    "Dutch": "het een en van niet dat op zijn voor maar wij deze kunnen omdat worden",
}
LISTS = {name: frozenset(words.split()) for name, words in MARKERS.items()}
WORD = re.compile(r"[^\W\d_]+")
#: Fewer telling words than this, or no clear lead, and nothing is said.
LEAST = 3


def foreign_language(text: str) -> str | None:
    """Return the name of the language or script that `text` is in, if it is clearly not English."""
    script = _script(text)
    if script not in ("", "LATIN"):
        return script.capitalize()
    words = [word.casefold() for word in WORD.findall(text)]
    counts = {name: sum(word in known for word in words) for name, known in LISTS.items()}
    best = max(counts, key=lambda name: counts[name])
    if best == "English" or counts[best] < LEAST or counts[best] < 2 * counts["English"]:
        return None
    return best


def _script(text: str) -> str:
    """Return the alphabet of most letters: "LATIN", "CYRILLIC", "CJK", ..., "" without letters."""
    found: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            name = unicodedata.name(letter, "").partition(" ")[0]
            found[name] = found.get(name, 0) + 1
    return max(found, key=lambda name: found[name]) if found else ""
