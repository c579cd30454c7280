"""Values, metrics and themes as a careful analyst writes them; no bare share of a small sample."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isclose

from synth.core.proportions import SMALL_N, Proportion, wilson

#: A share is stored as 0 to 1, a percentage as 0 to 100.
SHARE_UNITS = frozenset({"share", "ratio", "rate"})
PERCENT_UNITS = frozenset({"%", "percent"})
#: Units that say nothing beside a number.
PLAIN_UNITS = frozenset({"", "count", "number", "value"})


def metric_words(name: str) -> str:
    """Return a metric's name in words: "activation_rate" gives "activation rate"."""
    return " ".join(name.replace("_", " ").split())


def slice_words(segment: Mapping[str, str]) -> str:
    """Return for example " for plan enterprise", or "" for everybody."""
    parts = [f"{metric_words(key)} {value}" for key, value in sorted(segment.items())]
    return f" for {', '.join(parts)}" if parts else ""


def theme_words(title: str) -> str:
    """Return the head of a theme's title: "Admin rights: step" gives "admin rights"."""
    head = re.split(r"[:,]", title, maxsplit=1)[0].strip() or title.strip()
    return head[:1].lower() + head[1:] if head[1:2].islower() else head


def plain_number(value: float) -> str:
    """Return a value with one decimal, small ones with two digits that count."""
    if value and abs(value) < 1:
        return f"{value:.2g}"
    text = f"{value:,.1f}" if abs(value) < 1000 else f"{value:,.0f}"
    return text.removesuffix(".0")


def value_words(value: float, unit: str, share: Proportion | None = None) -> str:
    """Return "17.9 minutes", "31 % (342 of 1,100)", "4 of 11 (15-65 %)", or "35 in 100".

    A share nobody counted, such as a target, is written out of 100, never with a percent sign.
    """
    if share is not None and share.n:
        return share_words(share)
    if unit in SHARE_UNITS or unit in PERCENT_UNITS:
        return f"{plain_number(value * (100 if unit in SHARE_UNITS else 1))} in 100"
    return plain_number(value) if unit in PLAIN_UNITS else f"{plain_number(value)} {unit}"


def share_words(share: Proportion) -> str:
    """Return a counted share; under 30 counted, the counts with their interval."""
    if share.n < SMALL_N:
        return str(share)
    return f"{100 * share.k / share.n:.0f} % ({share.k:,} of {share.n:,})"


def counted_share(value: float, unit: str, counts: Proportion | None) -> Proportion | None:
    """Return the counts `value` was computed from; None where it is no share of them.

    Counts of those who missed a target give the share of those who met it.
    """
    if counts is None or not counts.n or unit not in SHARE_UNITS | PERCENT_UNITS:
        return None
    share = value if unit in SHARE_UNITS else value / 100
    for k in (counts.k, counts.n - counts.k):
        if isclose(k / counts.n, share, abs_tol=0.0005):
            return wilson(k, counts.n)
    return None
