"""One fusion metric from its cases: value, verdict, trend; few cases are said to be few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from statistics import fmean, median

from synth.core.proportions import wilson
from synth.fusion.types import FusionMetric, Instance, Target

#: Under this many, a number is shown but not judged as a whole.
ENOUGH = 5
#: Months of a trend, and how many things a half of it needs to be compared.
MONTHS, HALF = 6, 3


def share_metric(
    key: str,
    name: str,
    target: Target,
    cases: Sequence[Instance],
    today: date,
    *,
    formula: str,
    what: str,
    least: int = ENOUGH,
) -> FusionMetric:
    """Return a share of cases that hit, its target in percent."""
    share = wilson(sum(case.value == 1 for case in cases), len(cases))
    return make_metric(
        key, name, target, cases, today,
        formula=formula,
        value=100 * share.k / share.n if share.n else None,
        words=str(share) if share.n else f"no {what} yet",
        tell=lambda some: f"{sum(value == 1 for value in some)} of {len(some)}",
        least=least,
        what=what,
        n=len(cases),
        is_share=True,
    )  # fmt: skip


def median_metric(
    key: str,
    name: str,
    target: Target,
    cases: Sequence[Instance],
    today: date,
    *,
    formula: str,
    what: str,
) -> FusionMetric:
    """Return the median days of cases."""
    days = [case.value for case in cases]
    met = sum(target.is_met(value) for value in days)
    head = f"{median(days):g} days" if days else f"no {what} yet"
    tail = f", {met} of {counted(len(days), what)} {target.aim} {target.value:g}" if days else ""
    return make_metric(
        key, name, target, cases, today,
        formula=formula,
        value=median(days) if days else None,
        words=head + tail,
        tell=lambda some: f"{median(some):g} days (n = {len(some)})",
        least=ENOUGH,
        what=what,
        n=len(days),
    )  # fmt: skip


def make_metric(
    key: str,
    name: str,
    target: Target,
    cases: Sequence[Instance],
    today: date,
    *,
    formula: str,
    value: float | None,
    words: str,
    tell: Callable[[Sequence[float]], str],
    least: int,
    what: str,
    n: int,
    is_share: bool = False,
) -> FusionMetric:
    """Return a metric of `n` cases; `tell` writes the values of one month."""
    is_met = None if value is None else target.is_met(value)
    return FusionMetric(
        key=key,
        name=name,
        formula=formula,
        target=target,
        value=value,
        words=words,
        verdict=_verdict(target, is_met, n, least, what),
        is_met=is_met,
        share=wilson(sum(case.value == 1 for case in cases), len(cases)) if is_share else None,
        instances=sorted(cases, key=lambda case: (case.value, case.title)),
        trend=[(month, tell(found)) for month, found in _by_month(cases, today) if found],
        direction=_direction(cases, today),
    )


def _verdict(target: Target, is_met: bool | None, n: int, least: int, what: str) -> str:
    if is_met is None:
        return f"needs {counted(least, what)}; you have {n}"
    words = f"{'meets' if is_met else 'misses'} {target}"
    return words if n >= least else f"{words}, from {counted(n, what)} only"


def _by_month(cases: Sequence[Instance], today: date) -> list[tuple[str, list[float]]]:
    """Return the values of each of the last months, oldest first."""
    months = []
    for back in reversed(range(MONTHS)):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        months.append((year, month + 1))
    return [
        (
            f"{year}-{month:02d}",
            [
                case.value
                for case in cases
                if case.on and (case.on.year, case.on.month) == (year, month)
            ],
        )
        for year, month in months
    ]


def _direction(cases: Sequence[Instance], today: date) -> str:
    months = [found for _, found in _by_month(cases, today)]
    early = [value for found in months[: MONTHS // 2] for value in found]
    late = [value for found in months[MONTHS // 2 :] for value in found]
    if len(early) < HALF or len(late) < HALF:
        return "too few to tell a trend"
    change = fmean(late) - fmean(early)
    return "no change" if not change else "rising" if change > 0 else "falling"


def counted(number: int, one: str) -> str:
    """Return for example "1 loop" or "3 loops"."""
    many = {"diagnosed anomaly": "diagnosed anomalies"}.get(one, f"{one}s")
    return f"{number} {one if number == 1 else many}"
