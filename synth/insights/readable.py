"""Numbers, days, names and a machine's sentences as people read them, on pages and on paper."""

from __future__ import annotations

import re
from datetime import date, datetime

from synth.core.proportions import SMALL_N, Proportion

MINUS = "\N{MINUS SIGN}"
#: A thin space that does not break, before a percent sign.
THIN = "\N{NARROW NO-BREAK SPACE}"
#: Units that are written as percentages: a share is stored as 0 to 1, a percentage as 0 to 100.
SHARE_UNITS = {"share", "ratio", "rate"}
PERCENT_UNITS = {"%", "percent"}
#: From this many on, a share is written with a decimal.
MANY = 10_000
#: The name of a file an error begins with, and its line; one with spaces by its known ending.
FILE = re.compile(
    r"(?:\S+\.\w{1,10}|[^:\n]+\.(?:csv|docx|gz|jsonl?|md|ndjson|odt|parquet|srt|tsv|txt|vtt|xlsx))"
    r"(?::\d+)?: ",
    re.IGNORECASE,
)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def people(share: Proportion, noun: str = "people") -> str:
    """Return for example "6 of 8 people (41-93 %)"; n = 0 gives "nobody asked"."""
    if share.n == 0:
        return "nobody asked"
    head, interval = str(share).split(" (", 1)
    return f"{head} {noun} ({interval}" if noun else str(share)


def counted(number: int, one: str, many: str = "") -> str:
    """Return for example "1 quote", "3 quotes", "1,204 passages"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def number(value: float) -> str:
    """Return `value` with at most three significant digits, a true minus, grouped thousands."""
    size = abs(value)
    if size >= 100 or value == round(value):
        text = f"{size:,.0f}"
    elif size >= 10:
        text = f"{size:.1f}".rstrip("0").rstrip(".")
    else:
        text = f"{size:.2f}".rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def is_percentage(unit: str) -> bool:
    """Return whether values of `unit` are written with a percent sign."""
    return unit in SHARE_UNITS or unit in PERCENT_UNITS


def measure(value: float, unit: str, n: float | None = None) -> str:
    """Return a value with its unit; a share of fewer than 30 is never a bare percentage."""
    if is_percentage(unit):
        share = value if unit in SHARE_UNITS else value / 100
        if n is not None and n < SMALL_N:
            return f"{round(share * n):g} of {n:g}"
        # A decimal says more than some hundred people can: their interval is wider than it.
        digits = 0 if n is not None and n < MANY and 0.01 <= share <= 0.99 else 1
        return f"{number(round(share * 100, digits))}{THIN}%"
    return number(value) if unit in ("", "count", "number") else f"{number(value)} {unit}"


def day(moment: datetime | date | None, *, year: bool = False) -> str:
    """Return for example "20 Feb", or "20 Feb 2026"; an unknown day is "no date"."""
    if moment is None:
        return "no date"
    text = f"{moment.day} {MONTHS[moment.month - 1]}"
    return f"{text} {moment.year}" if year else text


def words(code: str) -> str:
    """Return a code as words: "replay_note" gives "replay note"."""
    return code.replace("_", " ")


def sentence(text: str) -> str:
    """Return `text` with an end mark and a capital first letter, unless a file's name is first."""
    text = text.strip()
    if not text:
        return ""
    if not FILE.match(text):
        text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def metric_words(name: str) -> str:
    """Return a metric's name as words: "day3_abandonment" gives "day 3 abandonment"."""
    return re.sub(r"\b([a-z]{3,})(\d+)\b", r"\1 \2", words(name))


def metric_title(name: str) -> str:
    """Return a metric's name as the beginning of a sentence."""
    text = metric_words(name)
    return text[:1].upper() + text[1:]


def readable(text: str, metric: str = "", unit: str = "", n: float | None = None) -> str:
    """Return a machine's sentence as people read it: never used on what a customer said.

    The metric's name becomes words, ISO days become days, tiny p and q become "< 0.001",
    values are rounded and get their unit, and an interval does not break before its percent
    sign. `n` is what a share was counted in.
    """
    if metric:
        # Drafts write "day3 abandonment", lists "day3_abandonment".
        either = "|".join({re.escape(metric), re.escape(words(metric))})
        name = re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE)
        text = name.sub(lambda found: _like(found[0], metric_words(metric)), text)
    text = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", _iso_day, text)
    text = re.sub(r"\b([pq]) = (\d[\d.e+-]*\d|\d)", _tiny, text)
    text = re.sub(r"(\d)-(\d+) %", "\\1\N{WORD JOINER}-\N{WORD JOINER}\\2 %", text)
    text = re.sub(r"(\d) %", "\\1\N{NO-BREAK SPACE}%", text)
    if not unit:
        return text
    told = re.compile(
        rf"(\b)(\d+(?:\.\d+)?) {re.escape(unit)}\b"
        r"|(where )(\d+(?:\.\d+)?)(?= (?:is|was|in|among)\b)"
    )
    text = told.sub(
        lambda found: (found[1] or found[3] or "") + measure(float(found[2] or found[4]), unit, n),
        text,
    )
    bare = rf"(target of )(\d+(?:\.\d+)?)(?! ?%)(?! {re.escape(unit)})(?= |\.?$|[;,])"
    target = re.compile(bare)
    return target.sub(lambda found: found[1] + measure(float(found[2]), unit), text)


def _like(found: str, text: str) -> str:
    return text[:1].upper() + text[1:] if found[:1].isupper() else text


def _iso_day(found: re.Match[str]) -> str:
    try:
        return day(date.fromisoformat(found[0]), year=True)
    except ValueError:
        return found[0]


def _tiny(found: re.Match[str]) -> str:
    value = float(found[2])
    text = f"{found[1]} < 0.001" if value < 0.001 else f"{found[1]} = {value:.2g}"
    return text.replace(" ", "\N{NO-BREAK SPACE}")
