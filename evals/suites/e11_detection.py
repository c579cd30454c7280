"""E11: do alarms come when a metric moved, and not when it did not?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np

from evals.datasets import cloud_metrics, nab
from evals.datasets.folder import SetAbsent, skipped
from evals.datasets.nab import LabelledSeries
from evals.peers import seasonal_esd, windowed_gaussian
from evals.scorers import events as event_scorer
from evals.scorers.events import Matched
from evals.scorers.nab import NabScore, points_of, score_alarms
from evals.stats import Indices, bootstrap_indices, combine, judge, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from evals.worlds.series import PlantedSeries, holidays, make_series
from synth.metrics.moves import find_moves
from synth.metrics.series import RegularSeries
from synth.metrics.streams import SENSITIVE, find_alarms

ID = "E11"

#: Series with events and as many without, in a quick look and in full.
QUICK, FULL = 20, 150

#: Targets: points over the better peer, F1 of planted events, false alarms a series and month.
GAIN, F1, FALSE = 10.0, 0.95, 0.5

#: Limits of the peers that are tried; the one best on all series is taken, which favours them.
GAUSSIAN_TAILS = tuple(1 - 10.0**-power for power in range(3, 16))
ESD_MOST = (0.0005, 0.001, 0.002, 0.005, 0.01)

#: Events that may have been expected, at 97.5 %, when none was seen.
NONE_SEEN = 3.69

#: Points from which the usual distance in time of a series is taken.
STEPS = 500

#: Points by which an alarm may be early, and late: of days, and of hours.
EARLY, LATE_DAYS, LATE_HOURS = 3, 3, 24

Alarms = Callable[[LabelledSeries], Sequence[int]]
Figure = Callable[[Sequence[Matched], Indices], float]


def run(context: EvalContext) -> list[EvalResult]:
    """Return the result of each set."""
    return [
        _or_skipped("nab", lambda: _nab(nab.load(context.data), context)),
        _or_skipped("cloud_metrics", lambda: _cloud(cloud_metrics.load(context.data), context)),
        _planted(context, hourly=False),
        _planted(context, hourly=True),
    ]


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the scorers did with alarms that are wrong on purpose."""
    made = [make_series(seed, hourly=hourly) for seed in range(8) for hourly in (False, True)]
    return [*_nab_mutants(), *_event_mutants(made)]


def our_alarms(series: LabelledSeries) -> list[int]:
    """Return the points of our alarms: one configuration for all series, past points only."""
    found = find_alarms(series.values, per_day=points_per_day(series), limit=SENSITIVE)
    return [alarm.point for alarm in found]


def points_per_day(series: LabelledSeries) -> int:
    """Return how many points make a day, by the usual distance of the first ones."""
    seconds = [moment.timestamp() for moment in series.times[:STEPS]]
    return max(1, round(timedelta(days=1).total_seconds() / float(np.median(np.diff(seconds)))))


def _or_skipped(name: str, work: Callable[[], EvalResult]) -> EvalResult:
    try:
        return work()
    except SetAbsent as absent:
        return skipped(ID, name, str(absent))


def _nab(series: Sequence[LabelledSeries], context: EvalContext) -> EvalResult:
    ours = _score(series, our_alarms)
    peers = {"windowed_gaussian": _best_gaussian(series), "seasonal_esd": _best_esd(series)}
    better = max(peers.values(), key=points_of)
    kept = [number for number, one in enumerate(series) if not one.is_for_tuning]
    held_out = [ours[number] for number in kept]
    metrics = {
        "nab_score": _points(ours, context.seed),
        "nab_gain": _gain(ours, better, context.seed),
        "held_out_score": _points(held_out, context.seed),
        **{f"{name}_score": _points(scores, context.seed) for name, scores in peers.items()},
    }
    rules = [
        judge(metrics["nab_gain"], GAIN, n_clusters=len(series)),
        Verdict.PASS if metrics["nab_gain"].low > 0 else Verdict.FAIL,
    ]
    reason = (
        f"{len(kept)} of {len(series)} series were not used to choose constants; the peers' limits "
        "are those best on all series, ours is fixed"
    )
    return _result("nab", metrics, len(series), rules, reason)


def _score(series: Sequence[LabelledSeries], alarms: Alarms) -> list[NabScore]:
    return [score_alarms(len(one.values), one.windows, alarms(one)) for one in series]


def _best_gaussian(series: Sequence[LabelledSeries]) -> list[NabScore]:
    tails = {one.name: windowed_gaussian.score(one.values) for one in series}

    def beyond(limit: float, one: LabelledSeries) -> list[int]:
        return [int(point) for point in np.flatnonzero(tails[one.name] >= limit)]

    return max((_score(series, partial(beyond, limit)) for limit in GAUSSIAN_TAILS), key=points_of)


def _best_esd(series: Sequence[LabelledSeries]) -> list[NabScore]:
    def outliers(most: float, one: LabelledSeries) -> list[int]:
        found = seasonal_esd.outliers(one.values, period=points_per_day(one), most=most)
        return [int(point) for point in found]

    return max((_score(series, partial(outliers, most)) for most in ESD_MOST), key=points_of)


def _points(scores: Sequence[NabScore], seed: int) -> Estimate:
    return _estimate(len(scores), lambda rows: points_of(scores, rows), seed, bounds=(-1e6, 100.0))


def _gain(ours: Sequence[NabScore], theirs: Sequence[NabScore], seed: int) -> Estimate:
    """Return our points less theirs, whole series drawn again for both together."""
    return _estimate(
        len(ours),
        lambda rows: points_of(ours, rows) - points_of(theirs, rows),
        seed,
        bounds=(-1e6, 1e6),
    )


def _cloud(series: Sequence[LabelledSeries], context: EvalContext) -> EvalResult:
    """Return how labelled spells fare; no target, since labels follow rules of a domain."""
    matched = [_match_labelled(one) for one in series]
    reason = "reported without a target: labels follow rules of the domain, not of the series"
    metrics = _event_metrics(matched, context.seed)
    return _result("cloud_metrics", metrics, len(series), [Verdict.INCONCLUSIVE], reason)


def _match_labelled(one: LabelledSeries) -> Matched:
    per_day = points_per_day(one)
    step = timedelta(days=1) / per_day
    whole = RegularSeries(
        start=one.times[0], values=one.values, numerators=None, denominators=None, step=step
    )
    return event_scorer.match(
        [(first, last + 1) for first, last in one.windows],
        _starts(whole, frozenset()),
        months=len(one.values) / per_day / 30,
        early=EARLY,
        late=LATE_HOURS,
    )


def _planted(context: EvalContext, *, hourly: bool) -> EvalResult:
    count = FULL if context.full else QUICK
    seeds = np.random.SeedSequence([context.seed, int(hourly)]).generate_state(count)
    made = [
        make_series(int(seed), hourly=hourly, null=null) for null in (False, True) for seed in seeds
    ]
    matched = [match_planted(one) for one in made]
    metrics = _event_metrics(matched, context.seed)
    metrics["null_false_alarms_month"] = _false_alarms(matched[count:], context.seed)
    rules = [
        judge(metrics["event_f1"], F1, n_clusters=len(made)),
        judge(metrics["false_alarms_month"], FALSE, n_clusters=len(made), at_most=True),
    ]
    return _result("planted_hourly" if hourly else "planted_daily", metrics, len(made), rules)


def match_planted(one: PlantedSeries, alarms: Sequence[int] | None = None) -> Matched:
    """Return what the alarms on a planted series were; ours, unless others are given."""
    return event_scorer.match(
        [(event.start, event.end) for event in one.events],
        _starts(one.regular(), holidays()) if alarms is None else alarms,
        months=one.months,
        early=EARLY,
        late=LATE_DAYS if one.per_day == 1 else LATE_HOURS,
    )


def _starts(series: RegularSeries, closed: frozenset[date]) -> list[int]:
    return [move.start for move in find_moves(series, closed=closed)]


def _event_metrics(matched: Sequence[Matched], seed: int) -> dict[str, Estimate]:
    events = sum(one.found + one.missed for one in matched)
    shares = {"event_f1": event_scorer.event_f1, "event_recall": event_scorer.recall}
    return {
        **{
            name: _not_certain(_over(figure, matched, seed, highest=1.0), events)
            for name, figure in shares.items()
        },
        "false_alarms_month": _false_alarms(matched, seed),
    }


def _false_alarms(matched: Sequence[Matched], seed: int) -> Estimate:
    rate = _over(event_scorer.false_per_month, matched, seed, highest=1e6)
    return _not_never(rate, sum(one.months for one in matched))


def _over(figure: Figure, matched: Sequence[Matched], seed: int, *, highest: float) -> Estimate:
    return _estimate(len(matched), partial(figure, matched), seed, bounds=(0.0, highest))


def _not_certain(figure: Estimate, events: int) -> Estimate:
    """Return a perfect figure with the Wilson limit of its events."""
    low = wilson_estimate(events, events).low if figure.value == 1.0 else figure.low
    return replace(figure, low=min(figure.low, low))


def _not_never(figure: Estimate, months: float) -> Estimate:
    """Return a rate of none with the exact Poisson limit for so many months."""
    return replace(figure, high=max(figure.high, NONE_SEEN / months))


def _estimate(
    count: int, figure: Callable[[Indices], float], seed: int, *, bounds: tuple[float, float]
) -> Estimate:
    return bootstrap_indices(count, figure, seed=seed, bounds=bounds)


def _result(
    name: str,
    metrics: Mapping[str, Estimate],
    n: int,
    rules: Sequence[Verdict],
    reason: str = "",
) -> EvalResult:
    return EvalResult(id=ID, set=name, metrics=metrics, n=n, verdict=combine(rules), reason=reason)


def _nab_mutants() -> list[Mutant]:
    windows, length = [(300, 349), (700, 749)], 1000
    good = [300, 700]

    def points(alarms: Sequence[int], spells: Sequence[tuple[int, int]] = windows) -> float:
        return points_of([score_alarms(length, list(spells), alarms)])

    return [
        _killed("the oracle has 100 points", points(good) == 100.0),
        _killed("never fire has exactly 0", points([]) == 0.0),
        _killed("always fire is below 0", points(range(length)) < 0),
        _killed("move the alarms by 2 windows", points([one + 100 for one in good]) < 0),
        _killed("late in the window is worth less", points([349, 749]) < points([324, 724]) < 100),
        _killed("an alarm twice is one", points([*good, *good, 301]) == 100.0),
    ]


def _event_mutants(made: Sequence[PlantedSeries]) -> list[Mutant]:
    made = [one for one in made if one.events]
    oracle = {one.name: [event.start for event in one.events] for one in made}

    def f1(alarms: Callable[[PlantedSeries], Sequence[int]]) -> float:
        return event_scorer.event_f1([match_planted(one, alarms(one)) for one in made])

    ours = event_scorer.event_f1([match_planted(one) for one in made])
    early = [replace(one, events=()) for one in made]
    false = event_scorer.false_per_month([match_planted(one, oracle[one.name]) for one in early])
    return [
        _killed("the oracle scores 1", f1(lambda one: oracle[one.name]) == 1.0),
        _killed("never fire scores 0", f1(lambda one: []) == 0.0),
        _killed("always fire scores near 0", f1(lambda one: range(len(one.values))) < 0.1),
        _killed(
            "move the alarms by two days or weeks",
            f1(lambda one: [day - 14 * (2 if one.per_day == 1 else 4) for day in oracle[one.name]])
            < 0.2,
        ),
        _killed("drop half of the alarms", f1(lambda one: oracle[one.name][::2]) < ours),
        _killed("alarms without an event are false", false > 0.1),
    ]


def _killed(name: str, killed: bool) -> Mutant:
    return Mutant(eval_id=ID, name=name, killed=killed)
