"""Numbers, dates and names as people read them: the same words on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from synth.core.proportions import SMALL_N, Proportion
from synth.metrics.types import Anomaly, Good, Metric

MINUS = "\N{MINUS SIGN}"
#: A thin space that does not break, before a percent sign.
THIN = "\N{NARROW NO-BREAK SPACE}"
ARROW = "\N{RIGHTWARDS ARROW}"

#: Units that are written as percentages: a share is stored as 0 to 1, a percentage as 0 to 100.
SHARE_UNITS = {"share", "ratio", "rate"}
PERCENT_UNITS = {"%", "percent"}
#: From this many on, a share is written with a decimal.
MANY = 10_000
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


def on_axis(value: float, unit: str) -> str:
    """Return a value for a chart: percent keep their sign, another unit is in the title."""
    return measure(value, unit) if is_percentage(unit) else number(value)


def day(moment: datetime | date | None, *, year: bool = False) -> str:
    """Return for example "20 Feb", or "20 Feb 2026"; an unknown day is "no date"."""
    if moment is None:
        return "no date"
    text = f"{moment.day} {MONTHS[moment.month - 1]}"
    return f"{text} {moment.year}" if year else text


def moment(value: datetime | None) -> str:
    """Return for example "20 Feb 2026, 09:12 UTC"."""
    return f"{day(value, year=True)}, {value:%H:%M} UTC" if value else "no date"


def clock(milliseconds: int | None) -> str:
    """Return a position in a recording, for example "04:17" or "1:02:09"."""
    if milliseconds is None:
        return ""
    seconds = milliseconds // 1000
    hours, rest = divmod(seconds, 3600)
    tail = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{tail}" if hours else tail


def size(count: int) -> str:
    """Return a number of bytes in words."""
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= factor:
            return f"{number(round(count / factor, 1))} {unit}"
    return counted(count, "byte")


def words(code: str) -> str:
    """Return a code as words: "replay_note" gives "replay note"."""
    return code.replace("_", " ")


def short_id(text: str) -> str:
    """Return the end of an id or hash, enough to tell two apart; other text stays as it is."""
    # The end: ids of the same minute begin alike.
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}", text):
        return f"\N{HORIZONTAL ELLIPSIS}\N{WORD JOINER}{text[-8:]}"
    return text


def sentence(text: str) -> str:
    """Return `text` with a capital first letter and an end mark."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def slice_words(segment: Mapping[str, str]) -> str:
    """Return a slice in words, for example "plan enterprise, region EU"; all gives "everybody"."""
    return ", ".join(f"{words(key)} {value}" for key, value in sorted(segment.items())) or (
        "everybody"
    )


def is_worse(direction: Good, good: Good) -> bool:
    """Return whether moving in `direction` is bad for a metric that should move to `good`."""
    return direction is not good


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


def sample_size(anomaly: Anomaly) -> float | None:
    """Return what the observed share was counted in, where it is a share."""
    return anomaly.observed_share.n if anomaly.observed_share else None


def values(anomaly: Anomaly, unit: str) -> tuple[str, str]:
    """Return where a metric was or should be, and where it is, each with what it was counted in."""
    before, after = anomaly.baseline_share, anomaly.observed_share
    return (
        measure(anomaly.baseline, unit, before.n if before else sample_size(anomaly)),
        measure(anomaly.observed, unit, after.n if after else None),
    )


def short_headline(anomaly: Anomaly) -> str:
    """Return what happened without its values, for rows that show them beside it."""
    moved = "rose" if anomaly.direction is Good.UP else "fell"
    far = "higher" if anomaly.direction is Good.UP else "lower"
    where = slice_words(anomaly.segment) if anomaly.segment else ""
    inside = f" in {where}" if where else ""
    since = f" on {day(anomaly.window.start)}" if anomaly.window else ""
    return (
        metric_title(anomaly.metric)
        + {
            "shift": f" {moved}{inside}{since}",
            "segment": f" is far {far}{inside} than elsewhere",
            "target": f" misses its target{inside}",
            "person": f" is far {far} for some people{inside}",
            "rule": f": a rule holds{inside}",
        }[anomaly.kind.value]
    )


def headline(anomaly: Anomaly, metric: Metric | None) -> str:
    """Return the sentence an anomaly is known by, without its reasons."""
    unit = metric.unit if metric else ""
    # "Provisioning minutes is 17.9 minutes" says its unit twice.
    said = unit and unit.lower() in metric_words(anomaly.metric).lower().split()
    before, after = values(anomaly, "" if said else unit)
    name = metric_title(anomaly.metric)
    where = f" in {slice_words(anomaly.segment)}" if anomaly.segment else ""
    apart = "above" if anomaly.direction is Good.UP else "below"
    moved = "rose" if anomaly.direction is Good.UP else "fell"
    since = f" on {day(anomaly.window.start)}" if anomaly.window else ""
    return {
        "shift": f"{name}{where} {moved} from {before} to {after}{since}",
        "segment": f"{name} is {after}{where}, against {before} elsewhere",
        "target": f"{name} is {after}{where}, {apart} its target of {before}",
        "person": f"{name} is {after} for some people{where}, {apart} the expected {before}",
        "rule": f"A rule about {metric_words(anomaly.metric)} holds{where}",
    }[anomaly.kind.value]
