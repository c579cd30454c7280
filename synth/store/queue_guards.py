"""The guards of the review queue: several reviewers, leases, merges and canaries.

They stand on top of `guards`: one of the same table and name takes the place of the older one.
"""

from __future__ import annotations

from synth.store.guards import Guard, make_ddl

APPEND_ONLY = {"draft_merges": ("hypothesis_id", "seq"), "canaries": ("hypothesis_id",)}

#: How many reviewers must agree; a workspace that set nothing asks for one.
_NEEDED = """COALESCE((SELECT s.reviewers_needed FROM review_settings s
    WHERE s.workspace_id = NEW.workspace_id), 1)"""
_VOTES = """(SELECT COUNT(DISTINCT v.reviewer_id) FROM reviews v
    WHERE v.workspace_id = NEW.workspace_id AND v.hypothesis_id = NEW.id
      AND v.revision = NEW.revision AND v.decision = '{decision}')"""
_SAME_REVISION = """FROM reviews v WHERE v.workspace_id = NEW.workspace_id
    AND v.hypothesis_id = NEW.hypothesis_id AND v.revision = NEW.revision"""
_IS_CANARY = """EXISTS (SELECT 1 FROM canaries c WHERE c.workspace_id = NEW.workspace_id
    AND c.hypothesis_id = NEW.{column})"""
#: What may follow what; `review.transitions` is the same table in Python.
STEPS = (
    ("held", "in_review"),
    ("held", "rejected"),
    ("in_review", "held"),
    ("in_review", "approved"),
    ("in_review", "rejected"),
    ("in_review", "merged"),
    ("in_review", "canary"),
    ("merged", "in_review"),
)
_STEP = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in STEPS)
_MERGED = """EXISTS (SELECT 1 FROM draft_merges g WHERE g.workspace_id = NEW.workspace_id
    AND g.hypothesis_id = NEW.id AND NOT g.is_undone AND g.seq = (SELECT MAX(l.seq)
      FROM draft_merges l WHERE l.workspace_id = g.workspace_id
      AND l.hypothesis_id = g.hypothesis_id))"""

GUARDS = (
    Guard(
        table="reviews",
        name="once",
        on="INSERT",
        unless=f"""NOT EXISTS (SELECT 1 {_SAME_REVISION} AND v.reviewer_id = NEW.reviewer_id)
            AND (SELECT COUNT(*) {_SAME_REVISION}) < 2 * {_NEEDED} - 1""",
        message="a revision is decided on once by each reviewer, until as many agree as are asked",
    ),
    Guard(
        table="reviews",
        name="not_while_claimed",
        on="INSERT",
        unless="""NOT EXISTS (SELECT 1 FROM review_claims c
            WHERE c.workspace_id = NEW.workspace_id AND c.hypothesis_id = NEW.hypothesis_id
              AND c.member_id <> NEW.reviewer_id AND c.expires_at > NEW.decided_at)""",
        message="somebody else holds this draft",
    ),
    *(
        Guard(
            table="hypotheses",
            name=f"approved_by_review_on_{on.lower()}",
            on=on,
            unless=f"""NEW.state <> 'approved'
                OR ({_VOTES.format(decision="approve")} >= {_NEEDED}
                    AND {_VOTES.format(decision="reject")} < {_NEEDED}
                    AND NOT {_IS_CANARY.format(column="id")})""",
            message="approved needs a review of the current revision that says so, by each asked",
        )
        for on in ("INSERT", "UPDATE")
    ),
    Guard(
        table="hypotheses",
        name="begins_undecided",
        on="INSERT",
        unless="NEW.state IN ('held', 'in_review')",
        message="a hypothesis begins as a draft; a decision needs a review",
    ),
    Guard(
        table="hypotheses",
        name="follows_the_table",
        on="UPDATE",
        unless=f"NEW.state = OLD.state OR {_STEP}",
        message="no such step",
    ),
    Guard(
        table="hypotheses",
        name="merged_and_back",
        on="UPDATE",
        unless=f"""(NEW.state <> 'merged' AND OLD.state <> 'merged')
            OR (NEW.revision = OLD.revision AND ((NEW.state = 'merged') = ({_MERGED})))""",
        message="a draft is merged as its last merge says, at its revision",
    ),
    Guard(
        table="hypotheses",
        name="canary_is_seeded",
        on="UPDATE",
        unless=f"NEW.state <> 'canary' OR {_IS_CANARY.format(column='id')}",
        message="only a seeded draft ends as a canary",
    ),
    Guard(
        table="canaries",
        name="before_decision",
        on="INSERT",
        unless="""EXISTS (SELECT 1 FROM hypotheses h WHERE h.workspace_id = NEW.workspace_id
            AND h.id = NEW.hypothesis_id AND h.state IN ('held', 'in_review'))
            AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.workspace_id = NEW.workspace_id
              AND v.hypothesis_id = NEW.hypothesis_id)""",
        message="what people decided on is no canary",
    ),
    Guard(
        table="insights",
        name="no_canary",
        on="INSERT",
        unless=f"NOT {_IS_CANARY.format(column='hypothesis_id')}",
        message="a canary is no insight",
    ),
)


def queue_guard_ddl(dialect_name: str) -> list[str]:
    """Return the statements that put these guards in place; again changes nothing."""
    return make_ddl(dialect_name, GUARDS, append_only=APPEND_ONLY, no_replace=APPEND_ONLY)
