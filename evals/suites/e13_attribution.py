"""E13: is the slice named that moved, and none where no slice explains it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import log

import numpy as np

from evals.peers import adtributor
from evals.scorers import attribution as scorer
from evals.scorers.attribution import Named
from evals.stats import bootstrap_indices, combine, judge, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from evals.worlds.cubes import OUTSIDE, Cause, Cube, make_cube
from synth.metrics.attribution import Cell, Mechanism, attribute

ID = "E13"

#: Cubes of each cause, in a quick look and in full.
QUICK, FULL = 20, 100

#: Targets: the planted slice is first; "no slice explains it" is said when it is so.
TOP1, OUTSIDE_F1 = 0.96, 0.92

Method = Callable[[Sequence[Cell]], Named]


def run(context: EvalContext) -> list[EvalResult]:
    """Return the result on cubes whose cause is a slice, on the mix, and on causes outside."""
    cubes = _cubes(context.seed, FULL if context.full else QUICK)
    inside = [cube for cube in cubes if cube.cause not in OUTSIDE]
    metrics: dict[str, Estimate] = {"top1": _top1(inside, ours)}
    for cause in (Cause.SLICE, Cause.MIX, Cause.SIMPSON):
        metrics[f"{cause}_top1"] = _top1([cube for cube in inside if cube.cause is cause], ours)
    metrics["external_f1"] = _outside(cubes, ours, context.seed)
    metrics["adtributor_top1"] = _top1(_one_name(cubes), by_adtributor)
    metrics["one_name_top1"] = _top1(_one_name(cubes), ours)
    metrics["largest_change_top1"] = _top1(inside, by_largest_change)
    rules = [
        judge(metrics["top1"], TOP1, n_clusters=len(inside)),
        judge(metrics["external_f1"], OUTSIDE_F1, n_clusters=len(cubes)),
    ]
    reason = "one_name and adtributor: cubes moved by slices of one name, which is all it can say"
    return [_result("planted_cubes", metrics, len(cubes), rules, reason)]


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the scorers did with answers that are wrong on purpose."""
    cubes = _cubes(context.seed, 10)
    inside = [cube for cube in cubes if cube.cause not in OUTSIDE]
    best = _top1(inside, ours).value

    def spoilt(change: Callable[[Named], Named]) -> float:
        return _top1(inside, lambda cells: change(ours(cells))).value

    return [
        _killed("the oracle scores 1", _rate(inside, _oracle) == 1.0),
        _killed("name nothing", spoilt(lambda one: replace(one, slices=())) == 0.0),
        _killed("call the mix a rate", spoilt(lambda one: replace(one, is_mix=False)) < best - 0.3),
        _killed("name one segment too few", spoilt(_shorter) < best - 0.3),
        _killed(
            "name the runner-up", spoilt(lambda one: replace(one, slices=one.slices[1:])) < 0.2
        ),
        _killed("swap before and after", _top1(inside, _swapped).value < best - 0.3),
        _killed("largest change of its own", _top1(inside, by_largest_change).value < best - 0.3),
        _killed("always name a slice", _outside(cubes, by_largest_change, 7).value == 0.0),
        _killed("never name a slice", _outside(cubes, _silent, 7).value < OUTSIDE_F1),
    ]


def ours(cells: Sequence[Cell]) -> Named:
    """Return what the product says."""
    found = attribute(cells)
    return Named(
        slices=tuple(one.segment for one in found.slices), is_mix=found.mechanism is Mechanism.MIX
    )


def by_adtributor(cells: Sequence[Cell]) -> Named:
    """Return what Adtributor says; it knows no mix."""
    return Named(slices=tuple(adtributor.slices(cells)))


def by_largest_change(cells: Sequence[Cell]) -> Named:
    """Return the finest slice whose own value changed most."""

    def moved(cell: Cell) -> float:
        before = (cell.before + 1) / ((cell.before_of or 0) + 1)
        return abs(log((cell.after + 1) / ((cell.after_of or 0) + 1) / before))

    return Named(slices=(max(cells, key=moved).segment,))


def _cubes(seed: int, count: int) -> list[Cube]:
    return [
        make_cube(int(one), cause)
        for number, cause in enumerate(Cause)
        for one in np.random.SeedSequence([seed, number]).generate_state(count)
    ]


def _one_name(cubes: Sequence[Cube]) -> list[Cube]:
    return [
        cube
        for cube in cubes
        if cube.cause is Cause.SLICE and all(len(one) == 1 for one in cube.slices)
    ]


def _top1(cubes: Sequence[Cube], method: Method) -> Estimate:
    scores = [scorer.score_top1(cube, method(cube.cells)) for cube in cubes]
    return wilson_estimate(*scorer.rate(scores))


def _outside(cubes: Sequence[Cube], method: Method, seed: int) -> Estimate:
    pairs = [scorer.score_outside(cube, method(cube.cells)) for cube in cubes]
    figure = bootstrap_indices(
        len(pairs), partial(scorer.outside_f1, pairs), seed=seed, bounds=(0.0, 1.0)
    )
    outside = sum(true for true, _ in pairs)
    if figure.value == 1.0:
        return replace(figure, low=wilson_estimate(outside, outside).low)
    return figure


def _rate(cubes: Sequence[Cube], answer: Callable[[Cube], Named]) -> float:
    scores = [scorer.score_top1(cube, answer(cube)) for cube in cubes]
    return scorer.rate(scores)[0] / len(scores)


def _oracle(cube: Cube) -> Named:
    return Named(slices=cube.slices, is_mix=cube.cause in (Cause.MIX, Cause.SIMPSON))


def _silent(cells: Sequence[Cell]) -> Named:
    return Named(slices=())


def _shorter(one: Named) -> Named:
    """Return the answer with the first segment of each slice left out."""
    return replace(one, slices=tuple(dict(list(each.items())[1:]) for each in one.slices))


def _swapped(cells: Sequence[Cell]) -> Named:
    """Return what the product says of numerators before and after the other way round."""
    return ours([replace(cell, before=cell.after, after=cell.before) for cell in cells])


def _result(
    name: str, metrics: Mapping[str, Estimate], n: int, rules: Sequence[Verdict], reason: str
) -> EvalResult:
    return EvalResult(id=ID, set=name, metrics=metrics, n=n, verdict=combine(rules), reason=reason)


def _killed(name: str, killed: bool) -> Mutant:
    return Mutant(eval_id=ID, name=name, killed=killed)
