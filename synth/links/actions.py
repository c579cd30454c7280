"""What people do with tags: add one by hand, confirm or reject one."""

from __future__ import annotations

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.audit import repo as audit
from synth.errors import InputError, NotFound
from synth.links import repo
from synth.links.types import Tag, TagState
from synth.metrics import repo as metrics_repo
from synth.segments import repo as segments_repo
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes_repo


def add_tag(
    services: Services,
    actor: Actor,
    *,
    metric: str,
    theme_id: str | None = None,
    chunk_id: str | None = None,
    reason: str = "",
) -> Tag:
    """Tag a theme or a chunk with a metric by hand; it counts as confirmed by this person.

    Raises:
        InputError: not exactly one of theme and chunk is named.
        NotFound: no such metric, theme or chunk.
    """
    require(actor, Action.TAG)
    if (theme_id is None) == (chunk_id is None):
        raise InputError("name a theme or a chunk", expected="exactly one of them")
    with services.writing(actor.workspace_id) as uow:
        metric_id = _metric_id(uow, metric)
        _require_subject(uow, theme_id, chunk_id)
        tag = Tag(
            id=repo.tag_id_of(metric_id, theme_id=theme_id, chunk_id=chunk_id),
            metric_id=metric_id,
            theme_id=theme_id,
            chunk_id=chunk_id,
            state=TagState.PROPOSED,
            reason=reason.strip() or "added by hand",
            score=1.0,
            proposed_by=actor.member.id,
            decided_by=None,
            created_at=services.clock(),
        )
        repo.add_tag(uow, tag)
        return _decide(services, uow, actor, tag.id, TagState.CONFIRMED, "tag.add")


def decide_tag(services: Services, actor: Actor, tag_id: str, state: TagState | str) -> Tag:
    """Confirm or reject a tag; a rejected one takes its link out of drafts.

    Raises:
        InputError: the state is neither confirmed nor rejected.
        NotFound: no such tag.
    """
    require(actor, Action.TAG)
    if state not in (TagState.CONFIRMED, TagState.REJECTED):
        raise InputError("tag decision", found=str(state)[:40], expected="confirmed or rejected")
    with services.writing(actor.workspace_id) as uow:
        return _decide(services, uow, actor, tag_id, TagState(state), "tag.decide")


def _decide(
    services: Services, uow: UnitOfWork, actor: Actor, tag_id: str, state: TagState, action: str
) -> Tag:
    now, before = services.clock(), repo.load_tag(uow, tag_id)
    if before.state is state:
        return before
    repo.decide_tag(uow, tag_id, state, decided_by=actor.member.id, now=now)
    audit.append(
        uow,
        services.secret,
        at=now,
        actor_id=actor.member.id,
        action=action,
        subject=("tag", tag_id),
        data={"state": str(state), "was": str(before.state)},
    )
    return repo.load_tag(uow, tag_id)


def _metric_id(uow: UnitOfWork, name: str) -> str:
    metric = metrics_repo.find_metric(uow, name)
    if metric is None:
        raise NotFound(f'no metric "{name[:80]}"; list them with `synth metrics ls`')
    return metric.id


def _require_subject(uow: UnitOfWork, theme_id: str | None, chunk_id: str | None) -> None:
    if theme_id is not None:
        themes_repo.load_theme(uow, theme_id)
    elif chunk_id is not None and chunk_id not in segments_repo.load_chunks(uow, [chunk_id]):
        raise NotFound(f"no chunk {chunk_id}")
