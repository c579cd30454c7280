"""What waits for the person who looks at the first page, by what their roles allow."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.format import counted
from api.web.part_contexts import ToDo
from api.web.review_parts import MINUTES_PER_DRAFT
from synth.access import repo as access
from synth.access.policy import POLICY, Action
from synth.access.types import Actor
from synth.insights.types import Insight
from synth.jobs import repo as jobs
from synth.jobs.types import JobState
from synth.links.types import Link, TagState
from synth.review import repo as review
from synth.store.unit_of_work import UnitOfWork
from synth.themes.types import ThemeRun

#: Newest jobs looked through for failed ones.
JOBS = 20


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What was read of the workspace for one person."""

    drafts: Sequence[str]  #: that they may decide on, most urgent first
    failed: int  #: of the newest jobs
    reviewers: tuple[int, int]  #: who may review, and how many must agree; (0, 0): not asked


def read_desk(uow: UnitOfWork, actor: Actor, *, now: datetime) -> Desk:
    """Return what waits; asks only for what the person may act on."""
    may = {action for action in Action if actor.member.roles & POLICY[action]}
    me = actor.member.id
    return Desk(
        drafts=review.list_for(uow, me, now=now) if Action.REVIEW in may else (),
        failed=_failed(uow) if Action.UPLOAD in may else 0,
        reviewers=_reviewers(uow) if Action.MANAGE_KEYS in may else (0, 0),
    )


def list_to_do(
    desk: Desk,
    actor: Actor,
    *,
    undecided: Sequence[Insight],
    pairs: Collection[Link],
    run: ThemeRun | None,
) -> list[ToDo]:
    """Return what is theirs to do, what holds others up first."""
    roles, found = actor.member.roles, _of_the_review(desk)
    if undecided and roles & POLICY[Action.DECIDE]:
        text = f"{counted(len(undecided), 'insight')} without a decision"
        href = f"/insights/{undecided[0].id}"
        found.append(ToDo(text=text, button="Decide on the newest", href=href))
    if roles & POLICY[Action.TAG]:
        found += _open_tags(pairs)
    if desk.failed:
        text = f"{desk.failed} of the newest jobs failed"
        found.append(ToDo(text=text, button="See why", href="/jobs"))
    if run and run.unthemed and roles & POLICY[Action.UPLOAD]:
        text = f"{run.unthemed:,} of {counted(run.chunks, 'passage')} are in no theme"
        found.append(ToDo(text=text, button="Read them", href="/themes/unthemed"))
    return found


def _of_the_review(desk: Desk) -> list[ToDo]:
    found = []
    able, needed = desk.reviewers
    if able < needed:
        text = f"{counted(needed, 'reviewer')} must agree, and only {able} may review"
        found.append(ToDo(text=text, button="Add a reviewer", href="/admin"))
    if desk.drafts:
        minutes = len(desk.drafts) * MINUTES_PER_DRAFT
        text = f"{counted(len(desk.drafts), 'draft')} to review, about {minutes} minutes"
        found.append(ToDo(text=text, button="Start", href=f"/review/{desk.drafts[0]}"))
    return found


def _open_tags(pairs: Collection[Link]) -> list[ToDo]:
    tagged = [(link.tag, link.anomaly_id) for link in pairs if link.is_linked]
    waiting = {tag.id: where for tag, where in tagged if tag and tag.state is TagState.PROPOSED}
    if not waiting:
        return []
    text = f"{counted(len(waiting), 'tag')} behind a link that only the machine proposed"
    href = f"/anomalies/{next(iter(waiting.values()))}"
    return [ToDo(text=text, button="Confirm or reject", href=href)]


def _failed(uow: UnitOfWork) -> int:
    return sum(job.state is JobState.FAILED for job in jobs.list_jobs(uow, limit=JOBS))


def _reviewers(uow: UnitOfWork) -> tuple[int, int]:
    needed = review.load_rules(uow).reviewers_needed
    if needed < 2:
        return 0, 0
    members = access.load_members(uow).values()
    return sum(bool(member.roles & POLICY[Action.REVIEW]) for member in members), needed
