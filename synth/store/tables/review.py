"""Decisions of people on exactly one revision, and what the queue keeps beside them."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
)

from synth.store.tables.base import ID, Utc, refers, scoped_table

#: Triggers refuse authors, stale revisions, second votes and, once decided, any further one.
reviews = scoped_table(
    "reviews",
    Column("id", ID),
    Column("hypothesis_id", ID, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("revision_sha256", String(64), nullable=False),
    Column("decision", String(16), nullable=False),
    Column("reason_codes", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("reviewer_id", ID, nullable=False),
    Column("decided_at", Utc, nullable=False),
    refers("reviewer_id", "members"),
    ForeignKeyConstraint(
        ["workspace_id", "hypothesis_id", "revision"],
        [
            "hypothesis_revisions.workspace_id",
            "hypothesis_revisions.hypothesis_id",
            "hypothesis_revisions.revision",
        ],
    ),
    Index(None, "workspace_id", "hypothesis_id"),
)

#: How a workspace reviews; without a row the defaults of `review.types.Rules` hold.
review_settings = scoped_table(
    "review_settings",
    Column("reviewers_needed", Integer, nullable=False),
    Column("canary_rate", Float, nullable=False),
    Column("changed_by", ID, nullable=False),
    Column("changed_at", Utc, nullable=False),
    refers("changed_by", "members"),
    CheckConstraint("reviewers_needed >= 1", name="somebody_reviews"),
    CheckConstraint("canary_rate >= 0 AND canary_rate <= 0.5", name="more_drafts_than_canaries"),
    key=(),
)

#: Who works on a draft, and until when nobody else decides on it.
review_claims = scoped_table(
    "review_claims",
    Column("hypothesis_id", ID),
    Column("member_id", ID, nullable=False),
    Column("claimed_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    refers("hypothesis_id", "hypotheses"),
    refers("member_id", "members"),
    key=("hypothesis_id",),
)

#: When a reviewer first had a revision before them.
review_openings = scoped_table(
    "review_openings",
    Column("hypothesis_id", ID),
    Column("revision", Integer),
    Column("member_id", ID),
    Column("opened_at", Utc, nullable=False),
    refers("hypothesis_id", "hypotheses"),
    refers("member_id", "members"),
    key=("hypothesis_id", "revision", "member_id"),
)

#: When a draft must be decided, where somebody set it.
review_deadlines = scoped_table(
    "review_deadlines",
    Column("hypothesis_id", ID),
    Column("due_at", Utc, nullable=False),
    Column("set_by", ID, nullable=False),
    Column("escalated_at", Utc),
    refers("hypothesis_id", "hypotheses"),
    refers("set_by", "members"),
    key=("hypothesis_id",),
)

#: Duplicates put together and taken apart again; the last event of a draft counts.
draft_merges = scoped_table(
    "draft_merges",
    Column("hypothesis_id", ID),
    Column("seq", Integer),
    Column("survivor_id", ID, nullable=False),
    Column("is_undone", Boolean, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("at", Utc, nullable=False),
    refers("hypothesis_id", "hypotheses"),
    refers("survivor_id", "hypotheses"),
    refers("member_id", "members"),
    Index(None, "workspace_id", "survivor_id"),
    key=("hypothesis_id", "seq"),
)

#: Drafts that are wrong on purpose; triggers keep them out of approval and insights for ever.
canaries = scoped_table(
    "canaries",
    Column("hypothesis_id", ID),
    Column("kind", String(24), nullable=False),
    Column("made_from", ID, nullable=False),
    Column("planted_at", Utc, nullable=False),
    refers("hypothesis_id", "hypotheses"),
    refers("made_from", "hypotheses"),
    key=("hypothesis_id",),
)
