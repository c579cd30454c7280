"""Puts passages that came after a run into its themes; no theme changes, and none gets a new id."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

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
from synth.themes.assign import Centres, describe, place
from synth.themes.boilerplate import without
from synth.themes.context import has_enough_words
from synth.themes.edits import Before, Code, live
from synth.themes.keeping import CODE_FLOOR, is_coded
from synth.themes.replay import replay
from synth.themes.stage import in_own_words, load_compared, read_questions
from synth.themes.types import Member, Origin, Place, UnthemedReason

#: Passages that stand for a theme when its centre is looked for.
SAMPLE = 200


@dataclass(frozen=True, kw_only=True)
class Known:
    """The themes of a run, of which `centres` says where they lie, by number."""

    ids: Sequence[str]
    part_ids: Sequence[str]
    centres: Centres

    def place(self, vectors: Vectors) -> list[Found]:
        """Return where each row belongs."""
        places = place(vectors, self.centres)
        return [
            Found(
                theme_id=self.ids[theme] if theme >= 0 else None,
                part_id=self.part_ids[part] if part >= 0 else None,
                strength=strength,
                nearness=nearness,
            )
            for theme, part, strength, nearness in zip(
                places.labels.tolist(),
                places.fine.tolist(),
                places.strengths.tolist(),
                places.nearness.tolist(),
                strict=True,
            )
        ]

    def only(self, ids: Collection[str]) -> Known:
        """Return those of the themes that are named."""
        return replace(
            self, centres=self.centres.only([n for n, one in enumerate(self.ids) if one in ids])
        )


@dataclass(frozen=True, kw_only=True)
class Found:
    """The theme a passage belongs to, or None."""

    theme_id: str | None
    part_id: str | None = None
    strength: float = 0.0
    nearness: float = -1.0  #: cosine to the nearest centre, however far


def assign_new(
    services: Services, workspace_id: str, progress: Progress | None = None
) -> dict[str, int]:
    """Assign what may be analysed and is not in the current run yet; return how many by outcome.

    A passage joins the nearest theme when it is as near as nearly all of the theme's own; equal
    texts go where theirs went, except answers, which go by what they answer; the rest joins the
    unthemed. Runs as often as it is called.
    """
    with services.reading(workspace_id) as uow:
        run = repo.current_run(uow)
        new = _new_chunks(uow) if run else []
        if run is None or not new:
            return {"assigned": 0, "left": 0}
        before = {theme.before.id: theme.before for theme in repo.load_themes(uow)}
        sample = repo.sample_members(uow, per_theme=SAMPLE)
        codes = [code for edit in live(repo.list_edits(uow)) for code in edit.codes]
        questions = read_questions(uow, new)
        digests = {one.id: sha256_text(one.text) for one in new if one.id not in questions}
        equal = repo.homes_of_texts(uow, set(digests.values()))
        homes = {one.id: equal[digest] for one in new if (digest := digests.get(one.id)) in equal}
    told = in_own_words(new, run.boilerplate)
    themes = _know(services, workspace_id, sample, codes, before, run.boilerplate)
    coded = {code.theme_id for code in codes}
    members = _place(services, workspace_id, told, questions, themes, before, coded, homes)
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


def _know(
    services: Services,
    workspace_id: str,
    sample: Mapping[str, Sequence[tuple[str, str | None]]],
    codes: Sequence[Code],
    before: Mapping[str, Before],
    boilerplate: Collection[str],
) -> Known:
    """Return where themes lie: by the texts in them, a code by its seeds alone."""
    seeds = {code.theme_id: code.seeds() for code in codes if code.theme_id in before}
    ids = sorted(one for one in {*sample, *seeds} if one in before)
    said = [
        (number, text, part)
        for number, one in enumerate(ids)
        for text, part in ([(seed, None) for seed in seeds[one]] if one in seeds else sample[one])
    ]
    part_ids = sorted({part for _, _, part in said if part})
    parts = {one: number for number, one in enumerate(part_ids)} | {None: -1}
    texts = [without(text, boilerplate) for _, text, _ in said]
    vectors = load_or_embed(services, workspace_id, texts)
    centres = describe(
        vectors,
        np.asarray([number for number, _, _ in said], dtype=np.int64),
        np.asarray([parts[part] for _, _, part in said], dtype=np.int64),
    )
    seeded = [number for number, one in enumerate(ids) if one in seeds]
    return Known(ids=ids, part_ids=part_ids, centres=centres.with_floor(CODE_FLOOR, seeded))


def _place(
    services: Services,
    workspace_id: str,
    told: Sequence[Chunk],
    questions: Mapping[str, str],
    known: Known,
    before: Mapping[str, Before],
    coded: Collection[str],
    homes: Mapping[str, tuple[str | None, str | None]],
) -> list[Member]:
    """Return each new passage with the theme found, and the one people made if that is nearer.

    `coded` are the themes made of codes, which take what a run would give them; `homes` says of
    passages whose text is known where it is, theme and sub-theme.
    """
    found_ids = {one for one, theme in before.items() if theme.origin is Origin.FOUND}
    vectors = load_compared(services, workspace_id, told, questions)
    among = (set(known.ids) - set(coded), found_ids, coded)
    members = []
    for chunk, of_all, of_run, of_code in zip(
        told, *(known.only(ids).place(vectors) for ids in among), strict=True
    ):
        if of_code.theme_id and is_coded(of_code.strength, of_run.nearness):
            of_all = of_code
        telling = chunk.id in questions or has_enough_words(chunk.text)
        if chunk.id in homes:
            theme_id, part_id = homes[chunk.id]
            of_all = Found(theme_id=theme_id, part_id=part_id, strength=of_all.strength)
            of_run = of_all if theme_id in found_ids else of_run
        elif not telling:
            of_all = Found(theme_id=None)
        if of_all.theme_id is None:
            of_run = of_all
        reason = UnthemedReason.NO_NEIGHBOURS if telling else UnthemedReason.TOO_SHORT
        found = Place(
            theme_id=of_run.theme_id,
            sub_theme_id=of_run.part_id,
            reason=None if of_run.theme_id else reason,
        )
        members.append(
            Member(
                chunk_id=chunk.id,
                found=found,
                shown=found,
                strength=of_all.strength,
                kept_theme_id=of_all.theme_id if of_all.theme_id not in found_ids else None,
            )
        )
    return members
