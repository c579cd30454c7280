"""SQL of tags and tested links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, select, update

from synth.core.ids import derive_id
from synth.errors import NotFound
from synth.links.tagging import Proposal, Rejection, theme_words
from synth.links.types import (
    Dose,
    DoseGroup,
    Interval,
    Link,
    OverlapCounts,
    Strata,
    Stratum,
    Tag,
    TagState,
    Verdict,
    confidence_with_tag,
)
from synth.store.tables.links import links, tags
from synth.store.tables.metrics import anomalies, metrics
from synth.store.tables.segments import chunks
from synth.store.tables.themes import theme_members, theme_runs, themes
from synth.store.unit_of_work import UnitOfWork
from synth.themes.types import Level

#: Which tag speaks for a pair that has several: a person's word first.
TAG_RANK = {TagState.CONFIRMED: 0, TagState.REJECTED: 1, TagState.PROPOSED: 2}


def list_links(
    uow: UnitOfWork, *, anomaly_id: str | None = None, theme_id: str | None = None
) -> list[Link]:
    """Return the tested pairs of current anomalies, links first, then by confidence.

    A sub-theme's pair is among them where it overlaps, or where the sub-theme is asked for.
    """
    statement = _select_links(uow).where(anomalies.c.is_current)
    if anomaly_id is not None:
        statement = statement.where(links.c.anomaly_id == anomaly_id)
    if theme_id is not None:
        statement = statement.where(links.c.theme_id == theme_id)
    else:
        whole = (themes.c.level != Level.SUB) | (links.c.verdict == Verdict.OVERLAP)
        statement = statement.where(whole)
    by_pair = _tags_by_pair(uow)
    found = [_link(row, _tag_of(row, by_pair)) for row in uow.rows(statement)]
    return sorted(found, key=lambda item: (not item.is_linked, -item.confidence, item.id))


def replace_links(uow: UnitOfWork, found: Sequence[Link], now: datetime) -> None:
    """Make `found` the tested pairs of this workspace; pairs no longer tested go."""
    uow.execute(delete(links).where(links.c.workspace_id == uow.workspace_id))
    uow.insert(links, (_link_row(link, now) for link in found))


def list_tags(uow: UnitOfWork) -> list[Tag]:
    """Return all tags, the likeliest first."""
    statement = select(tags).where(tags.c.workspace_id == uow.workspace_id)
    return [_tag(row) for row in uow.rows(statement.order_by(tags.c.score.desc(), tags.c.id))]


def load_tag(uow: UnitOfWork, tag_id: str) -> Tag:
    """Return a tag by id; raises NotFound."""
    row = uow.row(select(tags).where(tags.c.workspace_id == uow.workspace_id, tags.c.id == tag_id))
    if row is None:
        raise NotFound(f"no tag {tag_id}; list tags with `synth links ls --json`")
    return _tag(row)


def tag_id_of(metric_id: str, *, theme_id: str | None = None, chunk_id: str | None = None) -> str:
    """Return the id of the one tag a metric can have on a theme or chunk."""
    return derive_id("tag", metric_id, theme_id or "", chunk_id or "")


def add_tag(uow: UnitOfWork, tag: Tag) -> bool:
    """Add a tag unless its subject has one for this metric; return whether it was added."""
    known = select(tags.c.id).where(tags.c.workspace_id == uow.workspace_id, tags.c.id == tag.id)
    if uow.scalar(known) is not None:
        return False
    uow.insert(tags, [{**asdict(tag), "decided_at": None}])
    return True


def decide_tag(
    uow: UnitOfWork, tag_id: str, state: TagState, *, decided_by: str, now: datetime
) -> None:
    """Write a person's decision on a tag."""
    uow.execute(
        update(tags)
        .where(tags.c.workspace_id == uow.workspace_id, tags.c.id == tag_id)
        .values(state=state, decided_by=decided_by, decided_at=now)
    )


def rejections(uow: UnitOfWork) -> list[Rejection]:
    """Return what people said a metric is not about: themes and passages, also of earlier runs."""
    joined = tags.outerjoin(
        themes, (themes.c.workspace_id == tags.c.workspace_id) & (themes.c.id == tags.c.theme_id)
    ).outerjoin(
        chunks, (chunks.c.workspace_id == tags.c.workspace_id) & (chunks.c.id == tags.c.chunk_id)
    )
    statement = (
        select(tags.c.metric_id, tags.c.theme_id, themes.c.title, themes.c.keywords, chunks.c.text)
        .select_from(joined)
        .where(tags.c.workspace_id == uow.workspace_id, tags.c.state == TagState.REJECTED)
        .order_by(tags.c.id)
    )
    return [
        Rejection(
            metric_id=row["metric_id"],
            name=row["title"] or "a passage",
            text=row["text"] or theme_words(row["title"], row["keywords"]),
        )
        for row in uow.rows(statement)
    ]


def replace_proposals(uow: UnitOfWork, proposals: Iterable[Proposal], now: datetime) -> int:
    """Make `proposals` the machine's open ones; what a person added or decided stays as it is."""
    machine_made = (
        (tags.c.workspace_id == uow.workspace_id)
        & (tags.c.state == TagState.PROPOSED)
        & tags.c.proposed_by.is_(None)
        & tags.c.decided_by.is_(None)
    )
    uow.execute(delete(tags).where(machine_made))
    rows = [
        {
            "id": tag_id_of(proposal.metric_id, theme_id=proposal.theme_id),
            "metric_id": proposal.metric_id,
            "theme_id": proposal.theme_id,
            "chunk_id": None,
            "event": proposal.event,
            "state": TagState.PROPOSED,
            "reason": proposal.reason,
            "score": proposal.score,
            "proposed_by": None,
            "decided_by": None,
            "created_at": now,
            "decided_at": None,
        }
        for proposal in proposals
    ]
    uow.insert_missing(tags, rows)
    return len(rows)


def _select_links(uow: UnitOfWork) -> Any:
    def beside(table: Any, column: Any) -> Any:
        return (table.c.workspace_id == links.c.workspace_id) & (table.c.id == column)

    joined = links.join(anomalies, beside(anomalies, links.c.anomaly_id))
    joined = joined.join(
        metrics,
        (metrics.c.workspace_id == links.c.workspace_id) & (metrics.c.id == anomalies.c.metric_id),
    )
    joined = joined.join(themes, beside(themes, links.c.theme_id))
    return (
        select(
            links,
            anomalies.c.metric_id,
            metrics.c.name.label("metric"),
            themes.c.title.label("theme_title"),
            themes.c.level,
            themes.c.parent_id,
        )
        .select_from(joined)
        .where(links.c.workspace_id == uow.workspace_id)
    )


def _tags_by_pair(uow: UnitOfWork) -> dict[tuple[str, str], Tag]:
    """Return the tag of each (metric, theme): the theme's own, else the best of its chunks."""
    own: dict[tuple[str, str], Tag] = {}
    found: dict[tuple[str, str], Tag] = {}
    for row in uow.rows(_tags_with_themes(uow)):
        tag = _tag(row)
        if tag.theme_id is not None:
            own[tag.metric_id, tag.theme_id] = tag
        elif row["member_of"] is not None:
            pair = (tag.metric_id, row["member_of"])
            if pair not in found or TAG_RANK[tag.state] < TAG_RANK[found[pair].state]:
                found[pair] = tag
    return {**found, **own}


def _tag_of(row: RowMapping, by_pair: Mapping[tuple[str, str], Tag]) -> Tag | None:
    """Return the tag a pair hangs on: a sub-theme speaks about what its theme speaks about."""
    of_theme = by_pair.get((row["metric_id"], row["theme_id"]))
    if of_theme is None and row["level"] == Level.SUB:
        return by_pair.get((row["metric_id"], row["parent_id"]))
    return of_theme


def _tags_with_themes(uow: UnitOfWork) -> Any:
    """Select all tags, those on chunks with the theme each chunk is in now."""
    current = select(theme_runs.c.id).where(
        theme_runs.c.workspace_id == uow.workspace_id, theme_runs.c.is_current
    )
    members = theme_members.c
    joined = tags.outerjoin(
        theme_members,
        (members.workspace_id == tags.c.workspace_id)
        & (members.chunk_id == tags.c.chunk_id)
        & members.run_id.in_(current),
    )
    return (
        select(tags, members.theme_id.label("member_of"))
        .select_from(joined)
        .where(tags.c.workspace_id == uow.workspace_id)
        .order_by(tags.c.id)
    )


def _tag(row: RowMapping) -> Tag:
    return Tag(
        id=row["id"],
        metric_id=row["metric_id"],
        theme_id=row["theme_id"],
        chunk_id=row["chunk_id"],
        state=TagState(row["state"]),
        reason=row["reason"],
        score=row["score"],
        proposed_by=row["proposed_by"],
        decided_by=row["decided_by"],
        created_at=row["created_at"],
        event=row["event"],
    )


def _link(row: RowMapping, tag: Tag | None) -> Link:
    evidence: Mapping[str, Any] = row["evidence"]
    lift = evidence["lift"]
    return Link(
        id=row["id"],
        anomaly_id=row["anomaly_id"],
        theme_id=row["theme_id"],
        theme_title=row["theme_title"],
        metric=row["metric"],
        counts=OverlapCounts(**evidence["counts"]),
        lift=Interval(**lift) if lift else None,
        p=row["p"],
        q=row["q"],
        confidence=confidence_with_tag(row["confidence"], tag),
        time=evidence["time"],
        segment=evidence["segment"],
        verdict=Verdict(row["verdict"]),
        tag=tag,
        reason=row["reason"],
        dose=_dose(evidence.get("dose")),
        strata=tuple(_strata(one) for one in evidence.get("strata", ())),
    )


def _dose(stored: Mapping[str, Any] | None) -> Dose | None:
    if stored is None:
        return None
    groups = tuple(DoseGroup(**group) for group in stored["groups"])
    return Dose(**{**stored, "events": tuple(stored["events"]), "groups": groups})


def _strata(stored: Mapping[str, Any]) -> Strata:
    strata = tuple(
        Stratum(name=one["name"], counts=OverlapCounts(**one["counts"])) for one in stored["strata"]
    )
    return Strata(**{**stored, "strata": strata})


def _link_row(link: Link, now: datetime) -> dict[str, Any]:
    return {
        "id": link.id,
        "anomaly_id": link.anomaly_id,
        "theme_id": link.theme_id,
        "evidence": {
            "counts": asdict(link.counts),
            "lift": asdict(link.lift) if link.lift else None,
            "time": str(link.time),
            "segment": link.segment,
            "dose": asdict(link.dose) if link.dose else None,
            "strata": [asdict(one) for one in link.strata],
        },
        "verdict": link.verdict,
        "reason": link.reason,
        "lift": link.lift.value if link.lift else None,
        "p": link.p,
        "q": link.q,
        "confidence": link.confidence,
        "tested_at": now,
    }
