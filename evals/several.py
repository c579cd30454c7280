"""The set of E12 with one to three causes and every kind of decoy, power users among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from evals.scorers import several_causes as scorer
from evals.scorers.links import Ranked
from evals.stats import bootstrap, combine, judge, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Score
from evals.worlds.finding import Answer, Wordings, solve
from evals.worlds.power import ENOUGH
from evals.worlds.several import make_worlds
from evals.worlds.types import Part, World
from synth.links.types import Verdict as LinkVerdict

ID, SET = "E12", "several_causes"

#: Worlds with causes and without, in a quick look and in full.
QUICK, FULL = (8, 8), (100, 100)

#: Worlds without a cause that a spoilt count of use is tried on, and how much oftener it must link.
SPOILT, OFTENER = 24, 0.15

#: Targets: the first claim is a cause, and of what may be called a cause so much is none.
HIT, FALSE, NULL_LINKED = 0.90, 0.10, 0.05

Method = Callable[[Answer], Ranked]


def run(context: EvalContext, wordings: Wordings, *, find: bool) -> list[EvalResult]:
    """Return the worlds with causes whose power is enough, and those without any."""
    planted, null = FULL if context.full else QUICK
    answers = solve(make_worlds(context.seed, planted), wordings, find=find)
    empty = solve(make_worlds(context.seed, null, null=True), wordings, find=find)
    clear = [answer for answer in answers if (answer.world.power or 0) >= ENOUGH]
    return [_planted(clear, context.seed), _null(empty)]


def mutants(context: EvalContext, wordings: Wordings) -> list[Mutant]:
    """Return what the scorers did with a method that is wrong on purpose."""
    answers = solve(make_worlds(context.seed, 12), wordings, find=False)
    return [
        Mutant(eval_id=ID, name=f"several causes: {name}", killed=killed)
        for name, killed in [*judged(answers), *judged_use(context.seed, wordings)]
    ]


def judged_use(seed: int, wordings: Wordings) -> list[tuple[str, bool]]:
    """Return whether worlds without a cause notice that use is not known, or somebody else's."""
    worlds = make_worlds(seed, SPOILT, null=True)
    rng = np.random.default_rng(seed)
    unknown = [replace(world, usage={}) for world in worlds]
    others = [replace(world, usage=_exchanged(world.usage, rng)) for world in worlds]
    least = _linked_rate(worlds, wordings) + OFTENER
    return [
        ("use is not known", _linked_rate(unknown, wordings) > least),
        ("use is that of others", _linked_rate(others, wordings) > least),
    ]


def _exchanged(usage: Mapping[str, int], rng: np.random.Generator) -> dict[str, int]:
    people = sorted(usage)
    days = rng.permutation([usage[one] for one in people])
    return dict(zip(people, map(int, days), strict=True))


def _linked_rate(worlds: Sequence[World], wordings: Wordings) -> float:
    return _rate(map(_any, solve(worlds, wordings, find=False))).value


def judged(answers: Sequence[Answer]) -> list[tuple[str, bool]]:
    """Return whether the scorers notice each wrong method."""
    ours = _false(answers, scorer.linked)
    many = [answer for answer in answers if len(answer.world.causes) > 1]
    return [
        ("oracle scores 1", _top(answers, _oracle) == 1.0 and _false(answers, _oracle) == 0.0),
        ("credit the loud decoy", _top(answers, _only(Part.LOUD)) == 0.0),
        ("credit another segment's complaint", _false(answers, _only(Part.ELSEWHERE)) == 1.0),
        ("credit power users", _false(answers, _only(Part.POWER)) == 1.0),
        ("name one cause of several", _top(many, _first_only) < 0.6),
        ("claim every theme", _false(answers, _everything) > ours + 0.3),
        ("reverse the time order", _false(answers, _reversed) > ours + 0.3),
    ]


def _planted(answers: Sequence[Answer], seed: int) -> EvalResult:
    metrics = {
        "hit1": _rate(scorer.score_first(answer, scorer.linked(answer)) for answer in answers),
        "hit_k": _clustered(_all(answers, scorer.score_top, scorer.linked), seed),
        "fdr": _clustered(_all(answers, scorer.score_false, scorer.linked), seed),
        **{
            f"{part}_claimed": _rate(
                score
                for answer in answers
                for score in scorer.score_claimed(answer, scorer.linked(answer), part)
            )
            for part in (Part.LOUD, Part.ELSEWHERE, Part.AFTERWARDS, Part.POWER)
        },
    }
    rules = [
        judge(metrics["hit1"], HIT, n_clusters=len(answers)),
        judge(metrics["fdr"], FALSE, n_clusters=len(answers), at_most=True),
    ]
    causes = sum(len(answer.world.causes) for answer in answers)
    reason = f"{causes} causes"
    return EvalResult(
        id=ID, set=SET, metrics=metrics, n=len(answers), verdict=combine(rules), reason=reason
    )


def _null(answers: Sequence[Answer]) -> EvalResult:
    any_link = _rate(map(_any, answers))
    rule = judge(any_link, NULL_LINKED, n_clusters=len(answers), at_most=True)
    return EvalResult(
        id=ID, set=f"{SET}_null", metrics={"any_link": any_link}, n=len(answers),
        verdict=combine([rule]), reason="no cause, every decoy",
    )  # fmt: skip


def _any(answer: Answer) -> Score:
    value = float(scorer.linked(answer).claimed > 0)
    return Score(name="any_link", item=str(answer.world.seed), value=value)


def _all(
    answers: Sequence[Answer], score: Callable[[Answer, Ranked], list[Score]], method: Method
) -> list[Score]:
    return [one for answer in answers for one in score(answer, method(answer))]


def _rate(scores: Iterable[Score]) -> Estimate:
    values = [score.value for score in scores]
    return wilson_estimate(round(sum(values)), len(values))


def _clustered(scores: Sequence[Score], seed: int) -> Estimate:
    """Return the mean with an interval that draws whole worlds: claims of one are alike."""
    if not scores:
        return Estimate(value=0.0, low=0.0, high=1.0)
    values, worlds = [one.value for one in scores], [one.cluster for one in scores]
    return bootstrap(values, worlds, seed=seed)


def _top(answers: Sequence[Answer], method: Method) -> float:
    scores = _all(answers, scorer.score_top, method)
    return sum(one.value for one in scores) / max(len(scores), 1)


def _false(answers: Sequence[Answer], method: Method) -> float:
    scores = _all(answers, scorer.score_false, method)
    return sum(one.value for one in scores) / max(len(scores), 1)


def _claim(order: Iterable[str]) -> Ranked:
    themes = tuple(dict.fromkeys(order))
    return Ranked(order=themes, claimed=len(themes))


def _oracle(answer: Answer) -> Ranked:
    return _claim(sorted(answer.world.causes))


def _only(part: Part) -> Method:
    return lambda answer: _claim(key for key, what in answer.world.parts.items() if what is part)


def _first_only(answer: Answer) -> Ranked:
    return replace(_oracle(answer), claimed=1)


def _everything(answer: Answer) -> Ranked:
    return _claim([*sorted(answer.world.causes), *(theme.truth for theme in answer.themes)])


def _reversed(answer: Answer) -> Ranked:
    """Claim what only began after the move."""
    truth = {theme.people.theme_id: theme.truth for theme in answer.themes}
    return _claim(
        truth[link.theme_id] for link in answer.links if link.verdict is LinkVerdict.AFTER
    )
