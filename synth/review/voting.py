"""When enough reviewers agree: pure counting, the same for real drafts and canaries."""

from __future__ import annotations

from synth.hypotheses.types import State
from synth.review.types import Decision, Rules, Votes


def outcome(votes: Votes, rules: Rules, state: State) -> Decision | None:
    """Return what was decided; None while too few reviewers said the same.

    The first decision that `reviewers_needed` different people made stands; while they differ, more
    people decide, or somebody edits the draft. What a check holds is rejected by one.
    """
    if state is State.HELD:
        return Decision.REJECT if votes.rejections else None
    if len(votes.approvals) >= rules.reviewers_needed:
        return Decision.APPROVE
    if len(votes.rejections) >= rules.reviewers_needed:
        return Decision.REJECT
    return None


def standing(votes: Votes, rules: Rules) -> str:
    """Return how far a draft is, without saying who decided how unless they differ."""
    decided, needed = len(votes.members), rules.reviewers_needed
    if needed == 1:
        return ""
    if votes.is_split:
        return (
            f"reviewers disagree: {len(votes.approvals)} approved, "
            f"{len(votes.rejections)} rejected; {needed} must say the same"
        )
    if not decided:
        return f"needs {needed} reviewers who agree"
    return f"{decided} of {needed} reviewers decided"
