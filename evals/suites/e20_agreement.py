"""E20 agreement maths: worked examples, second implementations, and intervals that cover."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evals.datasets.worked_agreement import Worked, worked_examples
from evals.scorers.agreement_maths import NAME, alpha_by_definition, score
from evals.scoring import score_items
from evals.stats import judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant, Score
from synth.review.agreement import (
    Level,
    Unit,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    with_interval,
)

ID = "E20"
TABLES, QUICK_TABLES = 600, 150
WORLDS, QUICK_WORLDS = 200, 30
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")
#: Units of a simulated study, and the share of them that its intervals should cover.
UNITS, COVERED = 60, 0.85
#: Values of a simulated study; a rater says the true one in 8 of 10, else any other.
VALUES, RIGHT = 3, 0.8

Coefficient = Callable[[Sequence[Unit], Level], float | None]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Random ratings of a few raters, some missing."""

    id: str
    units: Sequence[Unit]


def run(context: EvalContext) -> list[EvalResult]:
    """Hold the product's coefficients against published values and other code."""
    worked = worked_examples()
    scores = score_items(worked, lambda one: _score(one, product), name=NAME)
    tables = _tables(context.seed, TABLES if context.full else QUICK_TABLES)
    others = score_items(tables, _score_other, name=NAME)
    worlds = WORLDS if context.full else QUICK_WORLDS
    covered = sum(_covers(context.seed, world) for world in range(worlds))
    coverage = wilson_estimate(covered, worlds)
    return [
        _result("worked_examples", "equal_to_1e6", scores),
        _result("second_implementation", "equal_to_1e6", others),
        EvalResult(
            id=ID,
            set="intervals",
            metrics={"coverage": coverage},
            n=worlds,
            verdict=judge(coverage, COVERED, n_clusters=worlds),
            reason="95 % percentile intervals over units; the true coefficient is known",
        ),
    ]


def mutants(context: EvalContext) -> list[Mutant]:
    """Compute the coefficients wrongly; the worked examples must notice each."""
    found = [
        Mutant(
            eval_id=ID,
            name=name,
            killed=any(
                _score(one, corrupt).value < 1
                for one in worked_examples()
                if one.coefficient == which
            ),
        )
        for name, which, corrupt in CORRUPTIONS
    ]
    harmless = [_score(_relabelled(one), product).value for one in worked_examples()]
    return [
        *found,
        Mutant(eval_id=ID, name="raters renamed changes nothing", killed=min(harmless) == 1),
    ]


def product(units: Sequence[Unit], level: Level, which: str = "krippendorff") -> float | None:
    """Return what the product says."""
    if which == "cohen":
        return cohen_kappa(units, "A", "B")
    return fleiss_kappa(units) if which == "fleiss" else krippendorff_alpha(units, level)


def _score(one: Worked, coefficient: Callable[[Sequence[Unit], Level, str], float | None]) -> Score:
    return score(one.id, coefficient(one.units, one.level, one.coefficient), float(one.value))


def _score_other(table: Table) -> Score:
    """Hold all coefficients of one table against other code; the first that differs is named."""
    pairs = [(f"alpha {level}", krippendorff_alpha(table.units, level),
              alpha_by_definition(table.units, level)) for level in LEVELS]  # fmt: skip
    whole = [one for one in table.units if len(one) == len(RATERS)]
    pairs += [("cohen", cohen_kappa(whole, "A", "B"), _statsmodels_cohen(whole))]
    pairs += [("fleiss", fleiss_kappa(whole), _statsmodels_fleiss(whole))]
    found = [score(table.id, ours, theirs) for _, ours, theirs in pairs]
    wrong = [one for one in found if one.value < 1]
    return wrong[0] if wrong else found[0]


RATERS = ("A", "B", "C")


def _tables(seed: int, count: int) -> list[Table]:
    rng = random.Random(f"{seed}/agreement")
    tables = []
    for number in range(count):
        values = rng.randint(2, 5)
        units: list[Unit] = [
            {who: float(rng.randrange(values)) for who in RATERS if rng.random() > 0.2 or place < 2}
            for place in range(rng.randint(4, 30))
        ]
        tables.append(Table(id=f"table-{number}", units=units))
    return tables


def _statsmodels_cohen(units: Sequence[Unit]) -> float | None:
    import numpy as np
    from statsmodels.stats.inter_rater import cohens_kappa

    values = sorted({value for one in units for value in one.values()})
    table = np.zeros((len(values), len(values)))
    for one in units:
        table[values.index(one["A"]), values.index(one["B"])] += 1
    shares = table.sum(axis=0) @ table.sum(axis=1)
    if not len(units) or shares == table.sum() ** 2:
        return None
    return float(cohens_kappa(table, return_results=False))


def _statsmodels_fleiss(units: Sequence[Unit]) -> float | None:
    import numpy as np
    from statsmodels.stats.inter_rater import fleiss_kappa as other

    values = sorted({value for one in units for value in one.values()})
    if len(values) < 2:
        return None
    rows = [[list(one.values()).count(value) for value in values] for one in units]
    return float(other(np.asarray(rows)))


def _covers(seed: int, world: int) -> bool:
    """Return whether the interval of one simulated study holds the true alpha."""
    rng = random.Random(f"{seed}/{world}/interval")
    units: list[Unit] = []
    for _ in range(UNITS):
        truth = rng.randrange(VALUES)
        units.append({who: float(_say(rng, truth)) for who in RATERS})
    found = with_interval(units, krippendorff_alpha, seed=world)
    low, high = found.low, found.high
    return low is not None and high is not None and low <= _true_alpha() <= high


def _say(rng: random.Random, truth: int) -> int:
    if rng.random() < RIGHT:
        return truth
    return rng.choice([value for value in range(VALUES) if value != truth])


def _true_alpha() -> float:
    """Return alpha of endless units: chance agreement of even values is one in VALUES."""
    wrong = (1 - RIGHT) / (VALUES - 1)
    agree = RIGHT**2 + (VALUES - 1) * wrong**2
    return 1 - (1 - agree) / (1 - 1 / VALUES)


def _result(name: str, metric: str, scores: Sequence[Score]) -> EvalResult:
    equal = wilson_estimate(sum(one.value == 1 for one in scores), len(scores))
    wrong = [f"{one.item}: {one.evidence}" for one in scores if one.value < 1][:5]
    return EvalResult(
        id=ID,
        set=name,
        metrics={metric: equal},
        n=len(scores),
        verdict=judge(equal, 1.0, n_clusters=len(scores), hard=True),
        reason="; ".join(wrong),
    )


def _relabelled(one: Worked) -> Worked:
    if one.coefficient == "cohen":
        units: list[Unit] = [{"A": unit["B"], "B": unit["A"]} for unit in one.units]
    else:
        units = [{f"r{who}": value for who, value in unit.items()} for unit in one.units]
    return replace(one, units=units)


def _no_chance(units: Sequence[Unit], _level: Level, _which: str) -> float:
    pairs = [(one["A"], one["B"]) for one in units]
    return sum(a == b for a, b in pairs) / len(pairs)


def _pooled_chance(units: Sequence[Unit], _level: Level, _which: str) -> float:
    """Compute Scott's pi: chance from both raters' shares together."""
    observed = _no_chance(units, "nominal", "cohen")
    both = Counter(value for one in units for value in one.values())
    expected = sum((count / (2 * len(units))) ** 2 for count in both.values())
    return (observed - expected) / (1 - expected)


def _with_itself(units: Sequence[Unit], _level: Level, _which: str) -> float:
    """Count each rating as agreeing with itself."""
    n = len(units[0])
    tables = [Counter(one.values()) for one in units]
    each = [sum(k * k for k in table.values()) / n**2 for table in tables]
    total = sum(tables, Counter())
    expected = sum((k / (n * len(tables))) ** 2 for k in total.values())
    return (sum(each) / len(each) - expected) / (1 - expected)


def _large_sample(units: Sequence[Unit], level: Level, _which: str) -> float | None:
    """Leave the small-sample correction out."""
    right = krippendorff_alpha(units, level)
    n = sum(len(one) for one in units if len(one) >= 2)
    return None if right is None else 1 - (1 - right) * n / (n - 1)


def _missing_as_value(units: Sequence[Unit], level: Level, _which: str) -> float | None:
    raters = sorted({str(who) for one in units for who in one})
    named = [{str(who): value for who, value in one.items()} for one in units]
    filled: list[Unit] = [{who: one.get(who, 0.0) for who in raters} for one in named]
    return krippendorff_alpha(filled, level)


def _no_levels(units: Sequence[Unit], _level: Level, _which: str) -> float | None:
    return krippendorff_alpha(units, "nominal")


def _lone_values(units: Sequence[Unit], level: Level, _which: str) -> float | None:
    """Let a unit that one observer judged count."""
    alone: list[Unit] = [
        dict.fromkeys((0, 1), value) for one in units if len(one) == 1 for value in one.values()
    ]
    return krippendorff_alpha([*units, *alone], level)


CORRUPTIONS: tuple[tuple[str, str, Callable[[Sequence[Unit], Level, str], float | None]], ...] = (
    ("agreement without chance", "cohen", _no_chance),
    ("chance from pooled shares", "cohen", _pooled_chance),
    ("a rating agrees with itself", "fleiss", _with_itself),
    ("no small-sample correction", "krippendorff", _large_sample),
    ("missing as a value", "krippendorff", _missing_as_value),
    ("order and distance ignored", "krippendorff", _no_levels),
    ("units of one observer counted", "krippendorff", _lone_values),
)
