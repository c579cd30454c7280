"""E10 citation support: does the check tell a claim its source bears out from one it does not."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from evals.datasets.folder import SetAbsent, set_folder, skipped
from evals.datasets.supported_claims import (
    JudgedClaim,
    read_expertqa,
    read_summedits,
    read_wice,
)
from evals.scorers.support import NAME, balanced_accuracy, missed_by_kind, resampled
from evals.stats import bootstrap_indices, judge, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from synth.hypotheses.support import find_signs

ID = "E10"
#: QAFactEval over all of SummEdits; the floor of the check, which aims at 0.70.
FLOOR = 0.655
#: What QAFactEval reaches: no figure is published for podcasts alone.
ANCHORS = {"podcast": "0.655 over all domains", "sales_call": "0.684"}
DOMAINS = tuple(ANCHORS)
DRAWS = 2_000

#: Claims of ours that their source bears out: each corruption below must be noticed in them.
GOLD = (
    (
        "Anna waited 12 days for Berlin to grant the role before she could open the report.",
        "I am Anna. I waited 12 days until somebody in Berlin was ready to grant me the role, and "
        "only then could I open the report. The old version did that on its own.",
    ),
    (
        "The team found the export slow and 40 files were lost in March.",
        "In March we lost 40 files. The export was slow for the whole team, we found, and we told "
        "them so in every meeting since the move to the new office.",
    ),
    (
        "Omar said the invoice rose by 15 percent after Lisbon joined the plan.",
        "After Lisbon joined the plan the invoice rose, Omar wrote, by 15 percent, and he asked "
        "for a call with the people who do the numbers.",
    ),
)
CORRUPTIONS: dict[str, Callable[[str], str]] = {
    "a number changed": lambda claim: (
        claim.replace("12", "21").replace("40", "70").replace("15", "51")
    ),
    "negated": lambda claim: (
        claim.replace("could open", "could not open")
        .replace("files were lost", "files were not lost")
        .replace("invoice rose", "invoice never rose")
    ),
    "another name": lambda claim: (
        claim.replace("Berlin", "Madrid").replace("March", "August").replace("Lisbon", "Madrid")
    ),
    "the contrary": lambda claim: (
        claim.replace("open", "close").replace("slow", "fast").replace("rose", "fell")
    ),
    "a clause nobody said": lambda claim: f"{claim} It cost Zurich 9,000 euros.",
}


def run(context: EvalContext) -> list[EvalResult]:
    """Check SummEdits by domain and together; WiCE and ExpertQA chose the rule and are beside."""
    results, judged = [], {}
    for name in DOMAINS:
        try:
            judged[name] = read_summedits(set_folder(context.data, "summedits"), name)
        except (SetAbsent, FileNotFoundError) as error:
            results.append(skipped(ID, f"summedits_{name}", str(error)))
            continue
        results.append(_result(f"summedits_{name}", judged[name], context, anchor=ANCHORS[name]))
    if len(judged) == len(DOMAINS):
        results.append(_mean(judged, context))
    return [*results, *_chosen_on(context)]


def _mean(judged: dict[str, list[JudgedClaim]], context: EvalContext) -> EvalResult:
    """Return the mean of the domains: the number that is held against floor and target."""
    parts = [_estimate(claims, context) for claims in judged.values()]
    claims = [claim for part in judged.values() for claim in part]
    halves = [max(one.value - one.low, one.high - one.value) for one in parts]
    value = sum(one.value for one in parts) / len(parts)
    half = sum(one**2 for one in halves) ** 0.5 / len(parts)
    mean = Estimate(value=value, low=value - half, high=value + half)
    clusters = len({claim.document for claim in claims})
    return EvalResult(
        id=ID,
        set="summedits_mean",
        metrics={NAME: mean, **_missed(claims)},
        n=len(claims),
        verdict=judge(mean, FLOOR, n_clusters=clusters),
        reason=f"aims at 0.70; of wrong claims with one edit there passed: {_passed(claims)}",
    )


def _result(
    name: str, claims: Sequence[JudgedClaim], context: EvalContext, *, anchor: str
) -> EvalResult:
    estimate = _estimate(claims, context)
    return EvalResult(
        id=ID,
        set=name,
        metrics={NAME: estimate, **_missed(claims)},
        n=len(claims),
        verdict=judge(estimate, FLOOR, n_clusters=len({one.document for one in claims})),
        reason=f"QAFactEval {anchor}",
    )


def _chosen_on(context: EvalContext) -> list[EvalResult]:
    results = []
    for name, read in (("wice", read_wice), ("expertqa", read_expertqa)):
        try:
            claims = read(set_folder(context.data, name))
        except (SetAbsent, FileNotFoundError) as error:
            results.append(skipped(ID, name, str(error)))
            continue
        estimate = _estimate(claims, context)
        results.append(
            EvalResult(
                id=ID,
                set=name,
                metrics={NAME: estimate},
                n=len(claims),
                verdict=Verdict.INCONCLUSIVE,
                reason="the rule was chosen on this set: no measure of it",
            )
        )
    return results


def _estimate(claims: Sequence[JudgedClaim], context: EvalContext) -> Estimate:
    truth, said = [one.is_supported for one in claims], _verdicts(claims)
    return bootstrap_indices(
        [one.document for one in claims],
        lambda rows: resampled(truth, said, rows),
        seed=context.seed,
        draws=DRAWS,
        bounds=(0.0, 1.0),
    )


def _missed(claims: Sequence[JudgedClaim]) -> dict[str, Estimate]:
    return {f"missed_{kind}": wilson_estimate(k, n) for kind, (k, n) in _by_kind(claims)}


def _passed(claims: Sequence[JudgedClaim]) -> str:
    """Return the kinds of error that are not seen, with their counts, the worst first."""
    worst = sorted(_by_kind(claims), key=lambda one: (-one[1][0] / one[1][1], one[0]))
    return ", ".join(f"{kind.replace('_', ' ')} {k} of {n}" for kind, (k, n) in worst)


def _by_kind(claims: Sequence[JudgedClaim]) -> list[tuple[str, tuple[int, int]]]:
    truth = [one.is_supported for one in claims]
    return sorted(missed_by_kind([one.edits for one in claims], truth, _verdicts(claims)).items())


def _verdicts(claims: Sequence[JudgedClaim]) -> list[bool]:
    return [find_signs(one.claim, one.source).borne_out for one in claims]


def mutants(context: EvalContext) -> list[Mutant]:
    """Corrupt claims, which the check must notice, and verdicts, which the score must show."""
    found = [
        Mutant(eval_id=ID, name=f"{name} in claim {position}", killed=_notices(claim, source, make))
        for position, (claim, source) in enumerate(GOLD)
        for name, make in CORRUPTIONS.items()
    ]
    rng = random.Random(context.seed)
    truth = [rng.random() < 0.4 for _ in range(400)]
    corrupted = {
        "verdicts turned round": [not one for one in truth],
        "everything supported": [True] * len(truth),
        "nothing supported": [False] * len(truth),
        "verdicts shuffled": rng.sample(truth, len(truth)),
    }
    scores = {name: balanced_accuracy(truth, said) for name, said in corrupted.items()}
    return found + [
        Mutant(eval_id=ID, name=name, killed=score < FLOOR, detail=f"{score:.3f}")
        for name, score in scores.items()
    ]


def _notices(claim: str, source: str, make: Callable[[str], str]) -> bool:
    corrupt = make(claim)
    was_true = find_signs(claim, source).borne_out
    return was_true and corrupt != claim and not find_signs(corrupt, source).borne_out
