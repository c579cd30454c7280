"""Impact arithmetic, one typed factor at a time: 500 attempts x 18 % fail x 50 % write = 45."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import exp, log, sqrt

from synth.core.proportions import wilson
from synth.errors import InputError

#: Factors of one chain at most: more than these nobody reads.
MOST_TERMS = 8


class TermKind(StrEnum):
    """What a factor is."""

    COUNT = "count"  #: how many there are: people, attempts
    SHARE = "share"  #: of them, from 0 to 1
    RATE = "rate"  #: per one of them: minutes, tickets, money


class Origin(StrEnum):
    """Where a factor comes from."""

    MEASURED = "measured"  #: counted here
    STATED = "stated"  #: somebody's figure, with its source
    ASSUMED = "assumed"


@dataclass(frozen=True, kw_only=True)
class Term:
    """One factor; a share that was counted has k of n, and by that an interval."""

    name: str  #: "upload attempts", "fail", "raise a ticket"
    kind: TermKind
    value: float
    unit: str  #: what stands after this factor: "attempts", "tickets", "hours"
    origin: Origin
    source: str  #: where the figure is from, in words
    k: int | None = None
    n: int | None = None
    edited_by: str = ""
    edited_at: datetime | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of a counted share, a measured count as it is, else None."""
        if self.kind is TermKind.SHARE and self.k is not None and self.n is not None:
            share = wilson(self.k, self.n)
            return share.low, share.high
        if self.kind is TermKind.COUNT and self.origin is Origin.MEASURED:
            return self.value, self.value
        return None


@dataclass(frozen=True, kw_only=True)
class Step:
    """A factor with what stands after it."""

    term: Term
    result: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Impact:
    """The whole chain; the interval covers only the factors that were counted."""

    steps: tuple[Step, ...]
    uncounted: tuple[str, ...]  #: names of factors without an interval of their own

    @property
    def result(self) -> float:
        """Return what the chain ends with; 0 where there is no factor."""
        return self.steps[-1].result if self.steps else 0.0


def multiply(terms: Sequence[Term]) -> Impact:
    """Return the chain step by step, each with its 95 % interval.

    Intervals of independent factors are joined on the log scale by MOVER, the method of variance
    estimates recovery (Zou and Donner 2008; Li, Tang and Wong 2014), so that a chain of one
    counted share keeps its Wilson interval. A factor without an interval shifts but never widens.
    """
    steps: list[Step] = []
    result, below, above = 1.0, 0.0, 0.0
    for term in terms:
        check_term(term)
        result *= term.value
        low, high = term.interval or (term.value, term.value)
        below += _distance(term.value, low) ** 2
        above += _distance(high, term.value) ** 2
        steps.append(
            Step(
                term=term,
                result=result,
                low=result * exp(-sqrt(below)),
                high=_upper(result, steps, term, high, above),
            )
        )
    uncounted = tuple(term.name for term in terms if term.interval is None)
    return Impact(steps=tuple(steps), uncounted=uncounted)


def relative_change(before: float, after: float) -> float:
    """Return the change relative to where it was: 40 to 12 is -0.7.

    Raises:
        InputError: it was 0 before, so that no change is relative to it.
    """
    if before == 0:
        raise InputError("relative change", found="a value of 0 before", expected="another value")
    return (after - before) / before


def check_term(term: Term) -> None:
    """Raise InputError unless the factor is one: named, in its range, its counts in step."""
    if not term.name.strip() or not term.source.strip():
        raise InputError("impact term", found="no name or no source", expected="both in words")
    if term.value < 0 or (term.kind is TermKind.SHARE and term.value > 1):
        expected = "0 to 1" if term.kind is TermKind.SHARE else "0 or more"
        raise InputError(f"impact term {term.name}", found=f"{term.value:g}", expected=expected)
    if (term.k is None) != (term.n is None):
        raise InputError(f"impact term {term.name}", found="only one of k and n", expected="both")
    if term.k is None or term.n is None:
        return
    if term.kind is not TermKind.SHARE or not 0 <= term.k <= term.n or term.n == 0:
        raise InputError(
            f"impact term {term.name}", found=f"{term.k} of {term.n}", expected="k of n"
        )
    if abs(term.k / term.n - term.value) > 1e-6:
        raise InputError(
            f"impact term {term.name}",
            found=f"{term.value:g} beside {term.k} of {term.n}",
            expected=f"{term.k / term.n:g}",
        )


def counted_share(
    name: str, k: int, n: int, *, unit: str, source: str, origin: Origin = Origin.MEASURED
) -> Term:
    """Return the factor of a share that was counted."""
    value = k / n if n else 0.0
    kind = TermKind.SHARE
    return Term(
        name=name, kind=kind, value=value, unit=unit, origin=origin, source=source, k=k, n=n
    )


def _distance(upper: float, lower: float) -> float:
    """Return the log distance of two values; from 0 it has no end and adds nothing."""
    return log(upper / lower) if upper > 0 and lower > 0 else (700.0 if upper > 0 else 0.0)


def _upper(result: float, steps: Sequence[Step], term: Term, high: float, above: float) -> float:
    """Return the upper bound; a share of 0 of n has one, though its logarithm has none."""
    if result > 0:
        return result * exp(min(sqrt(above), 700.0))
    before = steps[-1].high if steps else 1.0
    return before * high if term.value == 0 else before * term.value
