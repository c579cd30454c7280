"""E26 reviewed drafts: what this workspace's reviewers made of drafts, and does the check agree."""

from __future__ import annotations

from collections.abc import Sequence

from evals.datasets.folder import SetAbsent, set_folder, skipped
from evals.datasets.reviewed_drafts import ReviewedDraft, read_reviewed
from evals.datasets.supported_claims import JudgedClaim
from evals.scorers.support import NAME, balanced_accuracy, resampled
from evals.stats import bootstrap_indices, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from synth.hypotheses.support import find_signs

ID = "E26"
SET = "reviewed_drafts"
#: Claims borne out, and claims that are not, below which agreement says nothing.
FEWEST = 10


def run(context: EvalContext) -> list[EvalResult]:
    """Count what was approved, changed and rejected for what, by drafter; no target: reported."""
    try:
        drafts = read_reviewed(set_folder(context.data, SET))
    except SetAbsent as absent:
        return [skipped(ID, SET, f"{absent}; write it with `synth eval export-cases`")]
    drafters = sorted({one.drafter for one in drafts})
    groups = {f"{SET}:{name}": [one for one in drafts if one.drafter == name] for name in drafters}
    return [_result(name, group, context) for name, group in groups.items()]


def _result(name: str, drafts: Sequence[ReviewedDraft], context: EvalContext) -> EvalResult:
    approved = [one for one in drafts if one.is_approved]
    metrics = {
        "approved": wilson_estimate(len(approved), len(drafts)),
        "approved_as_drafted": wilson_estimate(
            sum(not one.edited for one in approved), len(drafts)
        ),
    }
    for code in sorted({code for one in drafts for code in one.reason_codes}):
        given = sum(code in one.reason_codes for one in drafts)
        metrics[f"rejected_{code}"] = wilson_estimate(given, len(drafts))
    agreement = _agreement([claim for one in drafts for claim in one.claims], context)
    return EvalResult(
        id=ID,
        set=name,
        metrics=metrics | ({NAME: agreement} if agreement else {}),
        n=len(drafts),
        verdict=Verdict.INCONCLUSIVE,
        reason="decisions of one workspace: told, held against no target",
    )


def _agreement(claims: Sequence[JudgedClaim], context: EvalContext) -> Estimate | None:
    """Return how often the check of support agrees; None where there are few claims of a kind."""
    truth = [one.is_supported for one in claims]
    if min(truth.count(True), truth.count(False)) < FEWEST:
        return None
    said = [find_signs(one.claim, one.source).borne_out for one in claims]
    return bootstrap_indices(
        [one.document for one in claims],
        lambda rows: resampled(truth, said, rows),
        seed=context.seed,
        bounds=(0.0, 1.0),
    )


def mutants(context: EvalContext) -> list[Mutant]:
    """Turn decisions round, drop edits and codes: every number told must move."""
    drafts = [_made(place) for place in range(40)]
    before = _values(drafts, context)
    corrupted = {
        "decisions turned round": [_made(place, turned=True) for place in range(40)],
        "edits dropped": [_made(place, edits=False) for place in range(40)],
        "codes dropped": [_made(place, codes=False) for place in range(40)],
        "rejected drafts dropped": [one for one in drafts if one.is_approved],
    }
    found = [
        Mutant(eval_id=ID, name=name, killed=_values(rows, context) != before)
        for name, rows in corrupted.items()
    ]
    score = balanced_accuracy([True, False], [False, True])
    return [*found, Mutant(eval_id=ID, name="verdicts turned round", killed=score < 0.5)]


def _values(drafts: Sequence[ReviewedDraft], context: EvalContext) -> dict[str, float]:
    return {name: one.value for name, one in _result(SET, drafts, context).metrics.items()}


def _made(
    place: int, *, turned: bool = False, edits: bool = True, codes: bool = True
) -> ReviewedDraft:
    approved = (place % 4 != 0) is not turned
    return ReviewedDraft(
        case=str(place),
        is_approved=approved,
        reason_codes=("weak_evidence",) if codes and not approved else (),
        drafter="template",
        edited=("title",) if edits and place % 5 == 1 else (),
        claims=(),
    )
