"""Reads interview questions for the ways of asking that get no honest answer, and offers better.

Only English is read; a question without a common English word is said to be unread, not fine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from synth.core.spans import Span
from synth.errors import InputError

#: Asked of one moment, not of two things: what came right before, and what was to come next.
MOMENT = (
    "What were you trying to accomplish right before this screen, "
    "and what did you expect to happen next?"
)
LAST_TIME = "Walk me through the last time this happened: what did you do first?"

#: Longest question that is read.
LONGEST = 500


class Fault(StrEnum):
    """A way of asking that leads to no honest answer."""

    WHY = "why"
    LEADING = "leading"
    DOUBLE = "double_barrelled"
    HYPOTHETICAL = "hypothetical"
    YES_NO = "yes_no"
    UNREAD = "unread"


REASONS = {
    Fault.WHY: "asks people to explain themselves: they make up a reason instead of remembering",
    Fault.LEADING: "carries its own answer: people agree out of politeness",
    Fault.DOUBLE: "asks two things at once: nobody can tell which one was answered",
    Fault.HYPOTHETICAL: "asks for a forecast: what people say they would do is not what they do",
    Fault.YES_NO: "can be answered with yes or no, and the story is lost",
    Fault.UNREAD: "is not English as far as this check can tell, and was not read",
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault of a question, where it is, and a better question."""

    fault: Fault
    span: Span  #: the words that show it, as a range of the question
    reason: str
    better: str  #: empty where none can be offered


JUDGED = (
    r"confus\w+|frustrat\w+|annoy\w+|easy|easier|hard|difficult|simple|slow|fast|quick|great|good|"
    r"bad|awful|terrible|helpful|useful|useless|intuitive|clear|unclear|nice|better|worse|broken|"
    r"complicated|painful|enjoyable|satisf\w+|happy|unhappy|disappoint\w+|clunky|cumbersome"
)
BE = r"(?:is|are|was|were|wasn['’]?t|weren['’]?t|isn['’]?t|aren['’]?t)"
AUXILIARY = (
    r"(?:do|does|did|is|are|was|were|have|has|had|can|could|will|would|should|may|might|"
    r"don['’]?t|doesn['’]?t|didn['’]?t|isn['’]?t|aren['’]?t|wasn['’]?t|weren['’]?t|haven['’]?t|"
    r"hasn['’]?t|can['’]?t|couldn['’]?t|won['’]?t|wouldn['’]?t|shouldn['’]?t)"
)
ASKING = r"(?:how|what|when|where|who|whom|whose|which|why)"

WHY = re.compile(
    r"\bwhy\b|\bhow come\b|\bwhat (?:made|makes|was the reason)\b|\bfor what reason\b"
    r"|\bwhat(?:['’]s| is) the reason\b",
    re.IGNORECASE,
)
LEADING = re.compile(
    r"\b(?:do|would|did)n['’]?t you (?:think|agree|say|find|feel|like|want|love|hate)\b"
    r"|\b(?:do|would) you (?:not )?agree\b|\bisn['’]?t it\b|\bwouldn['’]?t it\b|\bright\s*\?"
    r"|\b(?:surely|obviously|clearly|of course|everybody knows|most people|as you know)\b"
    r"|\bhow (?:much )?(?:do|did|would) you (?:love|like|enjoy|hate|dislike)\b"
    rf"|\bhow (?:much )?(?:{JUDGED})\b"
    rf"|\b{BE}\s+(?:\w+\s+){{1,6}}?(?:{JUDGED})\b"
    rf"|\bdo you (?:think|find|feel)\b[^?]*\b(?:{JUDGED})\b"
    rf"|\bdid you find\b[^?]*\b(?:{JUDGED})\b",
    re.IGNORECASE,
)
HYPOTHETICAL = re.compile(
    r"\bwould you\b|\bif (?:we|you|it|there|this)\b[^?]*\b(?:would|could|might|will)\b"
    r"|\b(?:would|could|might)\b[^?]*\bif\b|\bimagine\b|\bsuppose\b|\bin (?:the )?future\b"
    r"|\bhow likely\b|\bwill you\b|\bare you going to\b|\bwhat would\b|\bhow would\b",
    re.IGNORECASE,
)
#: A second question; "and what happened next" stays with the moment and is none.
DOUBLE = re.compile(
    rf"\?(?=[^?]*\?)|\b(?:and|or)\s+(?:also\s+)?(?:{ASKING}|{AUXILIARY})\b"
    r"(?!\s+(?:did you (?:expect|do)|happened|were you (?:expecting|hoping)|you expected)\b)"
    rf"|\b(?:{JUDGED})\s+(?:and|or)\s+(?:{JUDGED})\b|\bas well as\b|\band/or\b",
    re.IGNORECASE,
)
YES_NO = re.compile(rf"^\W*(?:(?:so|and|but|well|ok|okay|now),?\s+)?{AUXILIARY}\b", re.IGNORECASE)
COMMON = re.compile(
    rf"\b(?:{ASKING}|{AUXILIARY}|the|you|your|me|walk|tell|show|describe|this|that|last|time|it)\b",
    re.IGNORECASE,
)
DONE = re.compile(
    r"\bwhy (?:did|do|would) (?:you|they|people|users) (?P<deed>[^?.,;]{3,80})"
    r"|\bwhy (?:did|do|would)n['’]?t (?:you|they|people|users) (?P<undone>[^?.,;]{3,80})",
    re.IGNORECASE,
)
PRONOUNS = re.compile(r"^(?:that|this|it|so)$|^do (?:that|this|it|so)$", re.IGNORECASE)

#: Fault -> how it is found, the gravest first.
PATTERNS = (
    (Fault.WHY, WHY),
    (Fault.LEADING, LEADING),
    (Fault.HYPOTHETICAL, HYPOTHETICAL),
    (Fault.DOUBLE, DOUBLE),
    (Fault.YES_NO, YES_NO),
)


def lint(question: str) -> list[Problem]:
    """Return what is wrong with a question, the gravest fault first; an empty list is fine.

    Raises:
        InputError: nothing is asked, or it is longer than 500 characters.
    """
    text = question.strip()
    if not text or len(text) > LONGEST:
        raise InputError("a question", found=f"{len(text)} characters", expected=f"1 to {LONGEST}")
    if not COMMON.search(text):
        return [_problem(Fault.UNREAD, Span(0, len(text)), "")]
    found = []
    for fault, pattern in PATTERNS:
        match = pattern.search(text)
        if match:
            found.append(_problem(fault, Span(*match.span()), _better(fault, text)))
    return found


def is_fine(questions: Iterable[str]) -> bool:
    """Return whether no question has a fault."""
    return not any(lint(question) for question in questions)


def _problem(fault: Fault, span: Span, better: str) -> Problem:
    return Problem(fault=fault, span=span, reason=REASONS[fault], better=better)


def _better(fault: Fault, text: str) -> str:
    if fault is Fault.WHY:
        return _before(text)
    if fault is Fault.HYPOTHETICAL:
        return "Walk me through the last time you needed this: what did you do instead?"
    if fault is Fault.DOUBLE:
        return _first(text)
    return MOMENT if fault is Fault.LEADING else LAST_TIME


def _before(text: str) -> str:
    """Return the question about the moment before what "why did you ..." asks about."""
    found = DONE.search(text)
    deed = (found["deed"] or found["undone"] or "").strip() if found else ""
    if not found or not deed or PRONOUNS.match(deed):
        return MOMENT
    decided = f"decided {'not ' if found['undone'] else ''}to {deed}"
    better = (
        f"What were you trying to accomplish right before you {decided}, "
        "and what did you expect to happen next?"
    )
    return better if len(better) <= LONGEST and not lint(better) else MOMENT


def _first(text: str) -> str:
    """Return the first of two questions, if it is fine on its own."""
    cut = DOUBLE.search(text)
    head = text[: cut.start()].rstrip(" ,;") if cut else ""
    alone = f"{head}?" if head and not head.endswith("?") else head
    is_whole = re.match(rf"\W*{ASKING}\b", alone, re.IGNORECASE) and len(alone.split()) >= 4
    return f"Ask one at a time. First: {alone}" if is_whole and not lint(alone) else LAST_TIME
