"""Units that rules, funnels and metrics are written in: times, shares and plain numbers."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum

from synth.errors import InputError


class Dimension(StrEnum):
    """What a quantity measures; only quantities of one dimension can be compared."""

    TIME = "a time"
    SHARE = "a share"
    NUMBER = "a plain number"


#: Units as they are written behind a number: what they measure and how many base units they are.
#: The base units are seconds, and shares between 0 and 1.
WRITTEN: dict[str, tuple[Dimension, float]] = {
    "ms": (Dimension.TIME, 0.001),
    "s": (Dimension.TIME, 1.0),
    "min": (Dimension.TIME, 60.0),
    "h": (Dimension.TIME, 3600.0),
    "d": (Dimension.TIME, 86400.0),
    "%": (Dimension.SHARE, 0.01),
}

#: The same by the names that metrics give their units.
NAMED = {
    "millisecond": "ms",
    "sec": "s",
    "second": "s",
    "m": "min",
    "minute": "min",
    "hour": "h",
    "day": "d",
    "percent": "%",
}

_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*")


def unit_of_metric(unit: str) -> tuple[Dimension, float]:
    """Return what a metric's unit measures, and how many base units it is."""
    name = unit.strip().lower()
    if name == "share":
        return Dimension.SHARE, 1.0
    name = name if name in WRITTEN else NAMED.get(name.removesuffix("s"), name)
    return WRITTEN.get(name, (Dimension.NUMBER, 1.0))


def parse_duration(text: str) -> timedelta:
    """Return a duration such as 90s, 30min, 12h or 7d.

    Raises:
        InputError: it is none.
    """
    match = _DURATION.fullmatch(text)
    dimension, seconds = WRITTEN.get(match[2], (None, 0.0)) if match else (None, 0.0)
    if match is None or dimension is not Dimension.TIME:
        raise InputError(
            "no duration", found=text[:40] or "nothing", expected="such as 30min or 7d"
        )
    try:
        return timedelta(seconds=float(match[1]) * seconds)
    except OverflowError:
        raise InputError("no duration", found=text[:40], expected="at most 365d") from None


def write_duration(duration: timedelta) -> str:
    """Return a duration in the largest unit that it is a whole number of: "7d", "90s"."""
    seconds = duration.total_seconds()
    for unit in ("d", "h", "min", "s"):
        count = seconds / WRITTEN[unit][1]
        if count >= 1 and count == round(count):
            return f"{round(count)}{unit}"
    return f"{seconds:g}s"
