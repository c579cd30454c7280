"""SQL of the review, one file per subject; callers use this one name."""

from synth.review.repo.canaries import (
    add_canary,
    canary_ids,
    is_canary,
    list_canaries,
    load_canary,
)
from synth.review.repo.claims import (
    drop_claim,
    find_claim,
    list_claims,
    note_opening,
    put_claim,
)
from synth.review.repo.deadlines import note_escalation, passed_deadlines, set_deadline
from synth.review.repo.decisions import (
    add_insight,
    add_review,
    again_id,
    barred_from,
    decided,
    decided_drafts,
    list_reviews,
    rejections,
    taken_back,
    votes,
    votes_of,
)
from synth.review.repo.merges import add_merge, kin_of, merged_into, survivor_of
from synth.review.repo.queue import (
    count_held,
    list_for,
    list_held,
    list_waiting,
    load_desk,
    next_for,
    waiting_of,
)
from synth.review.repo.rules import load_rules, save_rules

__all__ = [
    "add_canary",
    "add_insight",
    "add_merge",
    "add_review",
    "again_id",
    "barred_from",
    "canary_ids",
    "count_held",
    "decided",
    "decided_drafts",
    "drop_claim",
    "find_claim",
    "is_canary",
    "kin_of",
    "list_canaries",
    "list_claims",
    "list_for",
    "list_held",
    "list_reviews",
    "list_waiting",
    "load_canary",
    "load_desk",
    "load_rules",
    "merged_into",
    "next_for",
    "note_escalation",
    "note_opening",
    "passed_deadlines",
    "put_claim",
    "rejections",
    "save_rules",
    "set_deadline",
    "survivor_of",
    "taken_back",
    "votes",
    "votes_of",
    "waiting_of",
]
