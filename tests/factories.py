"""Rows for tests, one small function per table; what a test does not say is filled in plainly."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, Integer, Table

from synth.access.repo import add_member as store_member
from synth.access.types import Actor, Member, MemberRole
from synth.hypotheses.citations import Cited, prove_all
from synth.hypotheses.passages import load_passages
from synth.hypotheses.repo import add_hypothesis as store_hypothesis
from synth.hypotheses.types import Claim, Content, Provenance, Side
from synth.people import repo as people
from synth.people.types import Consent, Role
from synth.services import Services
from synth.store.tables import links, metrics, segments, sources, themes
from synth.store.tables.base import Utc
from synth.store.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def new_key() -> str:
    """Return a fresh id."""
    return str(uuid.uuid4())


def put(uow: UnitOfWork, table: Table, **values: Any) -> str:
    """Insert one row; columns that must not be empty and are not given get a plain value."""
    if "id" in table.c:
        values.setdefault("id", new_key())
    for column in table.c:
        is_filled = column.nullable or column.server_default is not None
        if not is_filled and column.name not in values and column.name != "workspace_id":
            values[column.name] = _plain(column.type)
    uow.insert(table, [values])
    return str(values.get("id", ""))


def _plain(kind: Any) -> Any:
    if isinstance(kind, Utc):
        return NOW
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, Boolean):
        return False
    return 0 if isinstance(kind, Integer | Float) else ""


def add_actor(services: Services, workspace_id: str, *roles: MemberRole) -> Actor:
    """Add a person with these roles, acting by a key that was never made."""
    member = Member(id=new_key(), name=f"Person {new_key()[:4]}", roles=frozenset(roles))
    with services.writing(workspace_id) as uow:
        store_member(uow, member, NOW)
    return Actor(workspace_id=workspace_id, member=member, key_id=new_key())


def add_participant(
    uow: UnitOfWork, *, role: Role = Role.PARTICIPANT, consent: Consent | None = None
) -> str:
    """Add a participant."""
    [person] = people.create(uow, [role], NOW)
    if consent is not None:
        set_consent(uow, person, consent)
    return person


def set_consent(uow: UnitOfWork, participant_id: str, consent: Consent) -> None:
    """Change what a participant allows."""
    people.save(uow, [replace(people.load(uow)[participant_id], consent=consent)])


def add_document(
    uow: UnitOfWork,
    turns: list[tuple[str | None, str]],
    *,
    created_by: str,
    roles: dict[int, Role] | None = None,
    is_current: bool = True,
) -> tuple[str, list[str]]:
    """Add a document of (participant, text) turns, one chunk each; return it and its chunks."""
    source = put(uow, sources.sources, filename="f.txt", state="read", created_by=created_by)
    text = "\n".join(words for _, words in turns)
    document = put(
        uow,
        sources.documents,
        source_id=source,
        external_id=new_key(),
        version=1,
        is_current=is_current,
        kind="ticket",
        text=text,
    )
    chunks, start = [], 0
    known = people.load(uow)
    for ordinal, (person, words) in enumerate(turns):
        role = (roles or {}).get(ordinal, Role.PARTICIPANT)
        end = start + len(words)
        place = {"document_id": document, "ordinal": ordinal, "start": start, "end": end}
        name = known[person].pseudonym if person else "Speaker"
        turn = {**place, "participant_id": person, "speaker": name, "role": role}
        put(uow, sources.turns, **turn, start_ms=1000 * ordinal)
        chunk = {**place, "turn": ordinal, "text": words, "participant_id": person}
        chunks.append(put(uow, segments.chunks, **chunk, is_evidence=role is Role.PARTICIPANT))
        start = end + 1
    return document, chunks


def add_theme(
    uow: UnitOfWork, chunk_ids: list[str], *, created_by: str, title: str = "admin rights, setup"
) -> str:
    """Add a theme of these chunks in a run of its own, which becomes the current one."""
    run = put(
        uow,
        themes.theme_runs,
        seed=7,
        method="graph",
        chunks=len(chunk_ids),
        is_current=True,
        created_by=created_by,
    )
    theme = put(uow, themes.themes, run_id=run, title=title, keywords=title.split(", "))
    for rank, chunk_id in enumerate(chunk_ids):
        member = {"run_id": run, "chunk_id": chunk_id, "theme_id": theme, "found_theme_id": theme}
        put(uow, themes.theme_members, **member, strength=1 - rank / 1000, exemplar_rank=rank)
    return theme


def add_anomaly(
    uow: UnitOfWork,
    *,
    affected: list[str] = [],  # noqa: B006 - never changed
    unaffected: list[str] = [],  # noqa: B006
    name: str = "activation",
    direction: str = "down",
) -> str:
    """Add a metric that should rise, with an anomaly that hit these people."""
    metric = put(uow, metrics.metrics, name=f"{name} {new_key()[:8]}", unit="share", good="up")
    anomaly = put(
        uow,
        metrics.anomalies,
        run_id=new_key(),
        metric_id=metric,
        kind="shift",
        direction=direction,
        baseline=0.42,
        observed=0.31,
        score=6.0,
        reason="it moved",
        is_current=True,
    )
    for person, hit in [*((one, True) for one in affected), *((one, False) for one in unaffected)]:
        row = {"anomaly_id": anomaly, "participant_id": person, "is_affected": hit}
        put(uow, metrics.anomaly_people, **row)
    return anomaly


def add_link(uow: UnitOfWork, anomaly_id: str, theme_id: str, *, tag: str = "proposed") -> str:
    """Add a link between theme and anomaly that hangs on a tag in this state; return the tag."""
    metric = uow.scalar(
        metrics.anomalies.select()
        .with_only_columns(metrics.anomalies.c.metric_id)
        .where(metrics.anomalies.c.id == anomaly_id)
    )
    counts = dict.fromkeys(
        ("theme_affected", "theme_unaffected", "other_affected", "other_unaffected"), 3
    )
    evidence = {
        "counts": {**counts, "unmapped_theme": 0},
        "lift": None,
        "time": "during",
        "segment": "unknown",
    }
    place = {"anomaly_id": anomaly_id, "theme_id": theme_id}
    put(uow, links.links, **place, evidence=evidence, verdict="overlap", confidence=0.8)
    decided = None if tag == "proposed" else uow.scalar(_any_member(uow))
    tagged = {"metric_id": metric, "theme_id": theme_id, "state": tag, "decided_by": decided}
    return put(uow, links.tags, **tagged, score=0.5)


def _any_member(uow: UnitOfWork) -> Any:
    from synth.store.tables.access import members

    table = members.c
    return (
        members.select().with_only_columns(table.id).where(table.workspace_id == uow.workspace_id)
    )


def make_content(uow: UnitOfWork, chunk_ids: list[str], **values: Any) -> Content:
    """Return content that cites the whole of each chunk."""
    from synth.core.proportions import wilson

    passages = load_passages(uow, chunk_ids)
    cited = (
        Cited(chunk_id=one, quote=passages[one].chunk.text, side=Side.FOR) for one in chunk_ids
    )
    citations, unproved = prove_all(cited, passages)
    assert not unproved, unproved[0].reason
    scale = wilson(6, 8)
    qual = (
        Claim(text=f"{one.speaker} says so", kind="qual", cites=(at,))
        for at, one in enumerate(citations)
    )
    plain: dict[str, Any] = {
        "title": "Admin rights stop the setup",
        "solution": "a setup without an admin",
        "metric": "activation",
        "unit": "share",
        "baseline": 0.31,
        "target": 0.42,
        "because": "people wait for an admin",
        "claims": (Claim(text=f"it hit {scale} people", kind="quant", cites=()), *qual),
        "citations": tuple(citations),
        "scale": scale,
        "counter_note": "none found in 4 passages searched",
        "figures": (scale,),
    }
    return Content(**{**plain, **values})


def add_hypothesis(
    uow: UnitOfWork,
    *,
    started_by: str,
    held_reasons: list[str] = [],  # noqa: B006
    title: str = "Admin rights stop the setup",
) -> str:
    """Add a hypothesis with two quotes of two people, and all it stands on."""
    persons = [add_participant(uow) for _ in range(2)]
    _, chunks = add_document(
        uow,
        [
            (persons[0], "We need an admin for the integration, so I stopped there."),
            (persons[1], "The setup wants admin rights and I had to wait four days."),
        ],
        created_by=started_by,
    )
    theme = add_theme(uow, chunks, created_by=started_by)
    anomaly = add_anomaly(uow, affected=persons)
    add_link(uow, anomaly, theme)
    hypothesis_id = new_key()
    store_hypothesis(
        uow,
        hypothesis_id=hypothesis_id,
        content=make_content(uow, chunks, title=title),
        provenance=Provenance(drafter="template v1"),
        started_by=started_by,
        anomaly_id=anomaly,
        theme_id=theme,
        held_reasons=held_reasons,
        now=NOW,
    )
    return hypothesis_id
