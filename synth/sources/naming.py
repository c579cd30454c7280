"""Names of people known from a document, found as whole words in its texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from synth.core.spans import Span
from synth.sources.patterns import Found

_ORDINARY = """
abby amber angel april art august autumn basil bay bell berry bill bishop black bob brook brown
buck bush carol carter chance chase chip christian clay cliff cook daisy dale dawn dean drew
duke earl eve faith fern flora forest frank gale gene glen grace grant gray green guy hale hall
harmony harry hazel heath heather hill holly honor hope hunter iris ivy jack jade jasper jay
jean jewel jimmy john joy june king lance lane laurel lee lily long love luke marina mark marsh
mason may melody mercy merry mike miles mo myrtle nick norm olive page park pat patience paul
pearl penny peter pierce price prince queen ray read reed rich rob robin rock rod rose ruby
rusty sage sandy scott shade skip sky sonny star stone storm sue summer sunny tab tanner taylor
terry tony trip troy van vera violet wade ward warren wells west white will willow winter wood
woods young
"""
#: Names that are words too: replaced only where they are written as in the label.
ORDINARY_WORDS = frozenset(_ORDINARY.split())
#: Labels that name nobody.
NOBODY = re.compile(
    r"(?:speaker|participant|interviewee|respondent|customer|user|client|guest|caller|person|"
    r"unknown(?: speaker)?|unidentified(?: speaker)?|attendee|tester|subject|agent|support|staff|"
    r"interviewer|moderator|facilitator|researcher|host|observer|note ?taker|p|q|a|s|u|i|r|"
    r"voice|male|female|speaker_|grad|phd|professor|answer|question)"
    r"[ _#.-]*(?:\d{1,4}|[a-z])?|\W*|\d+|p\d+[_ -].*",
    re.IGNORECASE,
)
TITLES = frozenset(["dr", "mr", "mrs", "ms", "mx", "miss", "prof", "sir", "dame"])
PARENTHESES = re.compile(r"[(\[].{0,80}?[)\]]")


def is_name(label: str) -> bool:
    """Return whether a speaker label names somebody, unlike "Speaker 1" or "Q"."""
    return NOBODY.fullmatch(label.strip()) is None


class NameFinder:
    """Finds full, first and last names; each leads to the label of its person."""

    def __init__(self, people: Mapping[str, str]) -> None:
        """Prepare for `people`: what stands for each name."""
        self._tokens: dict[str, str] = {}
        exact: set[str] = set()
        for name, token in people.items():
            if is_name(name):
                for part, is_exact in name_parts(name):
                    self._add(part, token)
                    if is_exact:
                        exact.add(part)
        self._pattern = _compile(self._tokens, exact)

    def _add(self, part: str, token: str) -> None:
        key = part.casefold()
        # Two people of one first name: neither pseudonym would be sure to be right.
        if self._tokens.setdefault(key, token) != token:
            self._tokens[key] = "[person]"

    def token(self, value: str) -> str:
        """Return what stands for a name that was found."""
        return self._tokens[value]

    def find(self, text: str) -> Iterator[Found]:
        """Find the names in `text`."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(text):
            key = " ".join(match.group().split()).casefold()
            if key in self._tokens:
                yield Found(Span(*match.span()), "person", key)


def name_parts(name: str) -> list[tuple[str, bool]]:
    """Return the full name and its single words, each with whether its case must match."""
    words = [
        word.strip(".,;\"'")
        for word in PARENTHESES.sub(" ", name).split()
        if word.strip(".,;\"'").casefold() not in TITLES
    ]
    words = [word for word in words if word]
    parts = [(" ".join(words), len(words) == 1 and _is_ordinary(words[0]))] if words else []
    single = [words[0], words[-1]] if len(words) > 1 else []
    parts += [
        (word, _is_ordinary(word) or position > 0)
        for position, word in enumerate(single)
        if len(word) > 1 and is_name(word)
    ]
    whole = " ".join(name.split())
    if whole and words and whole != parts[0][0]:
        parts.append((whole, False))
    return parts


def _is_ordinary(word: str) -> bool:
    return len(word) < 3 or word.casefold() in ORDINARY_WORDS


def _compile(tokens: Mapping[str, str], exact: set[str]) -> re.Pattern[str] | None:
    """Return one pattern, longest name first; exact ones match their case only."""
    forms = {part: _escaped(part) for part in exact}
    folded = {part.casefold() for part in exact}
    forms |= {key: f"(?i:{_escaped(key)})" for key in tokens if key not in folded}
    if not forms:
        return None
    ordered = [forms[part] for part in sorted(forms, key=len, reverse=True)]
    return re.compile(r"(?<!\w)(?:" + "|".join(ordered) + r")(?!\w)")


def _escaped(part: str) -> str:
    return r"\s+".join(re.escape(word) for word in part.split())
