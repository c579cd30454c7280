"""Puts passages that came after a run into its themes; no theme changes, and none gets a new id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synth.backends.embedder import Vectors
from synth.core.fingerprints import sha256_text
from synth.indexing.stage import load_or_embed
from synth.jobs.types import Progress
from synth.segments import repo as segments
from synth.segments.types import Chunk
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.assign import assign
from synth.themes.centres import unit
from synth.themes.edits import Before, Code, live
from synth.themes.keeping import CODE_FLOOR, STRAY_QUANTILE
from synth.themes.neighbours import Floats
from synth.themes.replay import replay
from synth.themes.stage import has_enough_words
from synth.themes.types import Member, Origin, Place, UnthemedReason

#: Passages that stand for a theme when its centre is looked for.
SAMPLE = 200


@dataclass(frozen=True, kw_only=True)
class Centres:
    """Where the themes of a run lie, and how near a passage must be to be in one."""

    ids: Sequence[str]
    rows: Floats  #: shape (k, d)
    floors: Floats  #: cosine; shape (k,)

    def nearest(self, vectors: Vectors) -> list[tuple[str | None, float]]:
        """Return each row's theme with the cosine to it, or None where none is near enough."""
        place, cosines = assign(vectors, self.rows, floor=-1.0)
        near = cosines >= np.append(self.floors, np.inf)[place]
        return [
            (self.ids[one] if is_near else None, float(cosine) if is_near else 0.0)
            for one, cosine, is_near in zip(place.tolist(), cosines, near, strict=True)
        ]

    def only(self, ids: set[str]) -> Centres:
        """Return those of the centres that are named."""
        kept = [place for place, one in enumerate(self.ids) if one in ids]
        return Centres(
            ids=[self.ids[place] for place in kept], rows=self.rows[kept], floors=self.floors[kept]
        )


def assign_new(
    services: Services, workspace_id: str, progress: Progress | None = None
) -> dict[str, int]:
    """Assign what may be analysed and is not in the current run yet; return how many by outcome.

    A passage joins the nearest theme when it is as near as nearly all of the theme's own; equal
    texts go where theirs went; the rest joins the unthemed. Runs as often as it is called.
    """
    with services.reading(workspace_id) as uow:
        run = repo.current_run(uow)
        new = _new_chunks(uow) if run else []
        if run is None or not new:
            return {"assigned": 0, "left": 0}
        before = {theme.before.id: theme.before for theme in repo.load_themes(uow)}
        sample = repo.sample_members(uow, per_theme=SAMPLE)
        codes = [code for edit in live(repo.list_edits(uow)) for code in edit.codes]
        equal = repo.homes_of_texts(uow, {sha256_text(chunk.text) for chunk in new})
    centres = _find_centres(services, workspace_id, sample, codes, before)
    members = _place(services, workspace_id, new, centres, before, equal)
    if progress:
        progress(len(members), len(members))
    with services.writing(workspace_id) as uow:
        repo.lock_themes(uow)
        current, known = repo.current_run(uow), repo.member_ids(uow)
        if current is None or current.id != run.id:
            return {"assigned": 0, "left": 0}  # the newer run has seen them, or its job will
        decisions = replay(before.values(), repo.list_edits(uow))
        placed = [decisions.place(one) for one in members if one.chunk_id not in known]
        repo.write_members(uow, run.id, placed, assigned_at=services.clock())
    themed = sum(one.shown.theme_id is not None for one in placed)
    return {"assigned": themed, "left": len(placed) - themed}


def _new_chunks(uow: UnitOfWork) -> list[Chunk]:
    known = repo.member_ids(uow)
    return [chunk for chunk in segments.eligible_chunks(uow) if chunk.id not in known]


def _find_centres(
    services: Services,
    workspace_id: str,
    sample: Mapping[str, Sequence[str]],
    codes: Sequence[Code],
    before: Mapping[str, Before],
) -> Centres:
    seeds = {code.theme_id: code.seeds() for code in codes if code.theme_id in before}
    texts = {one: [*sample.get(one, ()), *seeds.get(one, ())] for one in {*sample, *seeds}}
    ids = sorted(one for one in texts if one in before)
    flat = [text for one in ids for text in texts[one]]
    vectors = load_or_embed(services, workspace_id, flat)
    rows, floors, start = [], [], 0
    for one in ids:
        own = vectors[start : start + len(texts[one])]
        start += len(own)
        centre = unit(own.sum(axis=0, keepdims=True, dtype=np.float64))[0]
        usual = float(np.quantile(own @ centre, STRAY_QUANTILE))
        rows.append(centre)
        floors.append(CODE_FLOOR if one in seeds else usual)
    empty = np.zeros((0, vectors.shape[1]))
    return Centres(ids=ids, rows=np.stack(rows) if rows else empty, floors=np.asarray(floors))


def _place(
    services: Services,
    workspace_id: str,
    new: Sequence[Chunk],
    centres: Centres,
    before: Mapping[str, Before],
    equal: Mapping[str, str | None],
) -> list[Member]:
    """Return each new passage with the theme found, and the one people made if that is nearer."""
    found_ids = {one for one, theme in before.items() if theme.origin is Origin.FOUND}
    vectors = load_or_embed(services, workspace_id, [chunk.text for chunk in new])
    nearest = centres.nearest(vectors)
    by_run = centres.only(found_ids).nearest(vectors)
    members = []
    for chunk, (theme_id, strength), (found_id, _) in zip(new, nearest, by_run, strict=True):
        digest, telling = sha256_text(chunk.text), has_enough_words(chunk.text)
        if digest in equal:
            theme_id = equal[digest]
            found_id = theme_id if theme_id in found_ids else found_id
        elif not telling:
            theme_id, found_id, strength = None, None, 0.0
        if theme_id is None:
            found_id = None
        reason = UnthemedReason.NO_NEIGHBOURS if telling else UnthemedReason.TOO_SHORT
        place = Place(theme_id=found_id, reason=None if found_id else reason)
        members.append(
            Member(
                chunk_id=chunk.id,
                found=place,
                shown=place,
                strength=strength,
                kept_theme_id=theme_id if theme_id not in found_ids else None,
            )
        )
    return members
