"""Compute themes over everything that may be analysed, and store them in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sqlalchemy import RowMapping

from synth.core.ids import derive_id
from synth.indexing.stage import load_or_embed
from synth.jobs.types import Progress
from synth.segments import repo as segments
from synth.segments.types import Chunk
from synth.services import Services
from synth.themes import repo
from synth.themes.cluster import MIN_THEME, Labels, find_themes
from synth.themes.keywords import MARKS, WORD
from synth.themes.labelling import Candidate, Label, choose_exemplars, label_themes
from synth.themes.types import Background, ThemeRun, UnthemedReason

#: Shorter passages ("yes, exactly") say nothing by themselves.
MIN_WORDS = 4

LIBRARIES = {
    "small": ("numpy", "scipy", "scikit-network"),
    "density": ("numpy", "umap-learn", "hdbscan", "numba"),
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """A theme before it is stored."""

    id: str
    chunks: Sequence[Chunk]
    strengths: Mapping[str, float]  #: by chunk id
    label: Label


def build_themes(
    services: Services,
    workspace_id: str,
    *,
    run_id: str,
    seed: int,
    created_by: str,
    progress: Progress | None = None,
) -> ThemeRun:
    """Find, label and store the themes of a workspace; the run becomes the current one.

    The same chunks and seed give the same theme ids and titles in every process.
    """
    with services.reading(workspace_id) as uow:
        eligible = sorted(segments.eligible_chunks(uow), key=lambda chunk: chunk.id)
        backgrounds = repo.backgrounds(uow)
        reserved = repo.human_titles(uow)
    telling = [chunk for chunk in eligible if has_enough_words(chunk.text)]
    vectors = load_or_embed(services, workspace_id, [chunk.text for chunk in telling], progress)
    labels = find_themes(vectors, keys=[chunk.id for chunk in telling], seed=seed)
    found = _name_themes(telling, labels, reserved)
    members = _members(eligible, telling, labels, found, backgrounds)
    run = ThemeRun(
        id=run_id,
        seed=seed,
        method=labels.method,
        manifest=_manifest(services, labels),
        chunks=len(eligible),
        unthemed=sum(member["theme_id"] is None for member in members),
        created_at=services.clock(),
    )
    _save(services, workspace_id, run, created_by, found, members)
    return run


def has_enough_words(text: str) -> bool:
    """Return whether a passage says enough to be compared; redaction marks are no words."""
    return len(WORD.findall(MARKS.sub(" ", text))) >= MIN_WORDS


def _name_themes(telling: Sequence[Chunk], labels: Labels, reserved: Sequence[str]) -> list[Found]:
    groups: dict[int, list[Chunk]] = defaultdict(list)
    strengths: dict[str, float] = {}
    for chunk, label, strength in zip(telling, labels.labels, labels.strengths, strict=True):
        groups[int(label)].append(chunk)
        strengths[chunk.id] = float(strength)
    rest = [chunk.text for chunk in groups.pop(-1, [])]
    ordered = [groups[label] for label in sorted(groups)]
    named = label_themes(
        [[chunk.text for chunk in group] for group in ordered], rest, reserved=reserved
    )
    return [
        Found(
            id=derive_id("theme", *sorted(chunk.id for chunk in group)),
            chunks=group,
            strengths=strengths,
            label=label,
        )
        for group, label in zip(ordered, named, strict=True)
    ]


def _members(
    eligible: Sequence[Chunk],
    telling: Sequence[Chunk],
    labels: Labels,
    found: Sequence[Found],
    backgrounds: Mapping[str, Background],
) -> list[dict[str, Any]]:
    compared = {chunk.id for chunk in telling}
    few = len(telling) < MIN_THEME
    far = UnthemedReason.TOO_FEW_CHUNKS if few else UnthemedReason.NO_NEIGHBOURS
    rows: dict[str, dict[str, Any]] = {
        chunk.id: {
            "chunk_id": chunk.id,
            "theme_id": None,
            "strength": 0.0,
            "exemplar_rank": None,
            "unthemed_reason": far if chunk.id in compared else UnthemedReason.TOO_SHORT,
        }
        for chunk in eligible
    }
    for theme in found:
        ranks = _exemplar_ranks(theme, backgrounds)
        for chunk in theme.chunks:
            rows[chunk.id] |= {
                "theme_id": theme.id,
                "strength": theme.strengths[chunk.id],
                "exemplar_rank": ranks.get(chunk.id),
                "unthemed_reason": None,
            }
    return list(rows.values())


def _exemplar_ranks(theme: Found, backgrounds: Mapping[str, Background]) -> dict[str, int]:
    candidates = [
        Candidate(
            chunk_id=chunk.id,
            speaker=backgrounds[chunk.id].speaker,
            words=len(chunk.text.split()),
            strength=theme.strengths[chunk.id],
        )
        for chunk in theme.chunks
        if chunk.id in backgrounds and backgrounds[chunk.id].may_quote
    ]
    return {chunk_id: rank for rank, chunk_id in enumerate(choose_exemplars(candidates))}


def _save(
    services: Services,
    workspace_id: str,
    run: ThemeRun,
    created_by: str,
    found: Sequence[Found],
    members: Sequence[dict[str, Any]],
) -> None:
    with services.writing(workspace_id) as uow:
        known = repo.decided(uow, [theme.id for theme in found])
        present = {theme.id for theme in found}
        merged = {
            theme_id: row["merged_into"]
            for theme_id, row in known.items()
            if row["merged_into"] in present
        }
        repo.save_run(
            uow,
            run,
            created_by=created_by,
            found=[_row(theme, rank, known.get(theme.id)) for rank, theme in enumerate(found)],
            members=[
                {**member, "theme_id": merged.get(member["theme_id"], member["theme_id"])}
                for member in members
            ],
        )
        for theme_id in set(known) - set(merged):
            # What it was merged into is gone: it stands by itself again.
            repo.change_theme(uow, theme_id, {"merged_into": None})
        for rank, theme in enumerate(repo.list_themes(uow, hidden=True)):
            repo.change_theme(uow, theme.id, {"rank": rank})


def _row(theme: Found, rank: int, known: RowMapping | None) -> dict[str, Any]:
    renamed = known is not None and known["titled_by"] is not None
    return {
        "id": theme.id,
        "rank": rank,
        "title": known["title"] if known and renamed else theme.label.title,
        "description": theme.label.description,
        "keywords": list(theme.label.keywords),
        "titled_by": known["titled_by"] if known else None,
        "merged_into": known["merged_into"] if known else None,
        "is_hidden": bool(known and known["is_hidden"]),
    }


def _manifest(services: Services, labels: Labels) -> dict[str, str]:
    libraries = {name: version(name) for name in LIBRARIES[labels.method]}
    return {"model": services.embedder.model, **libraries}
