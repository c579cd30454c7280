"""Names and sentences as sets of meaningful word stems."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W\d_]{3,}")
ENDINGS = ("ations", "ation", "ings", "ing", "ments", "ment", "ers", "er", "ies", "ed", "es", "s")
COMMON = frozenset(
    re.findall(
        r"\w+",
        "and are but can for from has have how into its not our out over per rate share than that "
        "the their them then they this was were what when which who why will with within you your "
        "day days week weeks month number count people users user percent average median time",
    )
)


def spell(name: str) -> str:
    """Return a name in words: "ssoSetup_abandoned" gives "sso Setup abandoned"."""
    return re.sub(r"[_\W]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", name)).strip()


def stems(text: str) -> set[str]:
    """Return the meaningful words of `text` without their endings."""
    return {_stem(word) for word in WORD.findall(spell(text).casefold()) if word not in COMMON}


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word.removesuffix("e")
