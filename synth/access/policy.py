"""Who may do what: the one table every route, page and command is checked against."""

from __future__ import annotations

from enum import StrEnum

from synth.access.types import Actor, MemberRole
from synth.errors import Forbidden

ADMIN, RESEARCHER, PM, ANALYST, REVIEWER = (
    MemberRole.ADMIN,
    MemberRole.RESEARCHER,
    MemberRole.PM,
    MemberRole.ANALYST,
    MemberRole.REVIEWER,
)
EVERYBODY = frozenset(MemberRole)


class Action(StrEnum):
    """What can be done."""

    READ = "read"
    UPLOAD = "upload"
    MANAGE_PEOPLE = "manage_people"
    BUILD_THEMES = "build_themes"
    EDIT_THEMES = "edit_themes"
    IMPORT_METRICS = "import_metrics"
    DETECT = "detect"
    TAG = "tag"
    INVESTIGATE = "investigate"
    DRAFT = "draft"
    EDIT_DRAFT = "edit_draft"
    REVIEW = "review"
    SET_REVIEW = "set_review"
    DECIDE = "decide"
    RECORD_OUTCOME = "record_outcome"
    EXPORT = "export"
    MANAGE_KEYS = "manage_keys"
    READ_AUDIT = "read_audit"


POLICY: dict[Action, frozenset[MemberRole]] = {
    Action.READ: EVERYBODY,
    Action.UPLOAD: frozenset({RESEARCHER}),
    Action.MANAGE_PEOPLE: frozenset({RESEARCHER, ADMIN}),
    Action.BUILD_THEMES: frozenset({RESEARCHER, PM, ANALYST}),
    Action.EDIT_THEMES: frozenset({RESEARCHER, PM}),
    Action.IMPORT_METRICS: frozenset({ANALYST, RESEARCHER}),
    Action.DETECT: frozenset({ANALYST, PM, RESEARCHER}),
    Action.TAG: frozenset({PM, ANALYST, RESEARCHER}),
    Action.INVESTIGATE: frozenset({PM, ANALYST, RESEARCHER}),
    Action.DRAFT: frozenset({PM, ANALYST, RESEARCHER}),
    Action.EDIT_DRAFT: frozenset({PM, REVIEWER}),
    Action.REVIEW: frozenset({REVIEWER}),
    Action.SET_REVIEW: frozenset({ADMIN}),
    Action.DECIDE: frozenset({PM}),
    Action.RECORD_OUTCOME: frozenset({PM, ANALYST, RESEARCHER}),
    Action.EXPORT: EVERYBODY,
    Action.MANAGE_KEYS: frozenset({ADMIN}),
    Action.READ_AUDIT: EVERYBODY,
}


def may(actor: Actor, action: Action) -> bool:
    """Return whether one of the actor's roles allows `action`."""
    return bool(actor.member.roles & POLICY[action])


def require(actor: Actor, action: Action) -> None:
    """Raise Forbidden unless one of the actor's roles allows `action`."""
    if not may(actor, action):
        allowed = ", ".join(sorted(POLICY[action]))
        raise Forbidden(
            f"{action.replace('_', ' ')} needs the role {allowed}; "
            f"{actor.member.name} is {', '.join(sorted(actor.member.roles))}",
            action=action,
        )
