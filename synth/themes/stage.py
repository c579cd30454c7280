"""Compute themes over everything that may be analysed, and store them beside those shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version

from synth.backends.embedder import Vectors
from synth.indexing.stage import load_or_embed
from synth.jobs.types import Progress
from synth.segments import repo as segments
from synth.segments.types import Chunk
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.boilerplate import find_boilerplate, without
from synth.themes.caution import find_cautions
from synth.themes.cluster import MIN_THEME, Labels, Method, find_themes
from synth.themes.context import has_enough_words, is_answer, with_questions, without_form
from synth.themes.edits import Before
from synth.themes.keeping import Kept, claim
from synth.themes.model_labelling import label_by_model
from synth.themes.planning import (
    Plan,
    Previous,
    Staying,
    find_staying,
    finish,
    list_before,
    name_themes,
    place_passages,
)
from synth.themes.run_before import RunBefore
from synth.themes.saving import save
from synth.themes.types import Background, Caution, Level, ThemeRun, UnthemedReason
from synth.themes.writing import choose_ranks, write_labels

#: No answer of so few words that it needs its question has more characters than this.
LONGEST_ANSWER = 200

LIBRARIES = {
    "graph": ("synth", "numpy", "scipy", "scikit-learn"),
    "density": ("synth", "numpy", "umap-learn", "hdbscan", "numba"),
}


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Everything that may be analysed, with what the engine made of it."""

    eligible: Sequence[Chunk]
    telling: Sequence[Chunk]  #: those with enough words to be compared, without the boilerplate
    boilerplate: frozenset[str]
    backgrounds: Mapping[str, Background]
    vectors: Vectors  #: one row per telling chunk
    labels: Labels  #: aligned with them
    cautions: Sequence[Caution]


def build_themes(
    services: Services,
    workspace_id: str,
    *,
    run_id: str,
    seed: int,
    created_by: str,
    afresh: bool = False,
    progress: Progress | None = None,
) -> ThemeRun:
    """Find, label and store the themes of a workspace; the run becomes the current one.

    Over the same passages as before nothing changes. Else it goes on from the themes of the run
    before unless others are clearly better, or `afresh` looks as if there had been none. Themes
    keep the ids of those they continue, and what people decided about them. The same chunks, themes
    before and seed give the same ids and titles in every process. Until the last transaction
    commits, the run before it is shown.
    """
    with services.reading(workspace_id) as uow:
        known = repo.current_run(uow)
    if known and known.id == run_id:  # stored by a process that died before it could say so
        return known
    corpus = _read_corpus(services, workspace_id, seed, afresh, progress)
    while True:
        with services.reading(workspace_id) as uow:
            previous = read_previous(uow)
        plan = _plan(services, workspace_id, corpus, previous)
        run = ThemeRun(
            id=run_id,
            seed=seed,
            method=corpus.labels.method,
            manifest=_manifest(services, corpus.labels.method),
            chunks=len(plan.members),
            unthemed=sum(member.shown.theme_id is None for member in plan.members),
            created_at=services.clock(),
            previous_id=previous.run_id,
            cautions=tuple(corpus.cautions),
            boilerplate=corpus.boilerplate,
        )
        if save(services, workspace_id, run, plan, previous, created_by=created_by):
            return run


def read_previous(uow: UnitOfWork) -> Previous:
    """Return the current run with everything people decided."""
    run = repo.current_run(uow)
    return Previous(
        run_id=run.id if run else None,
        themes=repo.load_themes(uow),
        members=repo.load_members(uow),
        edits=repo.list_edits(uow),
    )


def read_questions(uow: UnitOfWork, chunks: Sequence[Chunk]) -> dict[str, str]:
    """Return the question that each short answer among `chunks` answers."""
    before = segments.lines_before(uow, longest=LONGEST_ANSWER)
    return {
        chunk.id: before[chunk.id]
        for chunk in chunks
        if chunk.id in before and is_answer(chunk.text, before[chunk.id])
    }


def in_own_words(chunks: Iterable[Chunk], boilerplate: Collection[str]) -> list[Chunk]:
    """Return chunks with the text that they are compared by: less what many documents repeat."""
    return [replace(chunk, text=without(chunk.text, boilerplate)) for chunk in chunks]


def load_compared(
    services: Services,
    workspace_id: str,
    chunks: Sequence[Chunk],
    questions: Mapping[str, str],
    progress: Progress | None = None,
) -> Vectors:
    """Return what each chunk is compared by; shape (n, d)."""
    texts = [chunk.text for chunk in chunks]
    vectors = load_or_embed(services, workspace_id, texts, progress)
    asked = [row for row, chunk in enumerate(chunks) if chunk.id in questions]
    said = load_or_embed(services, workspace_id, [questions[chunks[row].id] for row in asked])
    return with_questions(vectors, texts, dict(zip(asked, said, strict=True)))


def _read_corpus(
    services: Services, workspace_id: str, seed: int, afresh: bool, progress: Progress | None
) -> Corpus:
    with services.reading(workspace_id) as uow:
        eligible = sorted(segments.eligible_chunks(uow), key=lambda chunk: chunk.id)
        backgrounds = repo.backgrounds(uow)
        before = None if afresh else _read_before(uow)
        questions = read_questions(uow, eligible)
    boilerplate = find_boilerplate(
        [chunk.text for chunk in eligible],
        [chunk.document_id for chunk in eligible],
        partial(load_or_embed, services, workspace_id, progress=progress),
    )
    told = in_own_words(eligible, boilerplate)
    telling = [one for one in told if one.id in questions or has_enough_words(one.text)]
    vectors = load_compared(services, workspace_id, telling, questions, progress)
    vectors = without_form(vectors, [chunk.document_id for chunk in telling])
    keys = [chunk.id for chunk in telling]
    if before and before.is_of(eligible, boilerplate, _manifest(services, "graph")):
        labels = before.again(vectors, keys)
    else:
        earlier = before.numbers(keys, Level.THEME) if before else None
        labels = find_themes(vectors, keys=keys, seed=seed, before=earlier)
    return Corpus(
        eligible=eligible,
        telling=telling,
        boilerplate=boilerplate,
        backgrounds=backgrounds,
        vectors=vectors,
        labels=labels,
        cautions=_cautions(services, eligible, backgrounds),
    )


def _read_before(uow: UnitOfWork) -> RunBefore | None:
    run = repo.current_run(uow)
    if run is None:
        return None
    return RunBefore(
        run=run,
        grouped=repo.member_ids(uow, grouped=True),
        themes=[theme.before for theme in repo.load_themes(uow)],
        members=repo.load_members(uow),
    )


def _cautions(
    services: Services, eligible: Sequence[Chunk], backgrounds: Mapping[str, Background]
) -> list[Caution]:
    heard = {backgrounds[one.id].participant_id for one in eligible if one.id in backgrounds}
    return find_cautions(
        [chunk.text for chunk in eligible],
        people=len(heard - {None}),
        is_model_english=not services.settings.embedding_base_url,
    )


def _plan(services: Services, workspace_id: str, corpus: Corpus, previous: Previous) -> Plan:
    """Return the run that the groups found make after the run before, with people's edits."""
    keys = [chunk.id for chunk in corpus.telling]
    named = name_themes(previous, keys, corpus.labels)
    staying = find_staying(previous, named)
    claims = claim(
        corpus.vectors,
        keys,
        labels=corpus.labels.labels,
        known=previous.known(),
        kept=[_kept(services, workspace_id, theme) for theme in staying],
    )
    members = place_passages(named, claims, _reasons(corpus.eligible, keys))
    before = list_before(named, staying)
    members = choose_ranks(members, corpus.eligible, corpus.backgrounds)
    written = write_labels(before, members, corpus.telling, corpus.backgrounds, previous.edits)
    written = label_by_model(
        services,
        workspace_id,
        written,
        members,
        corpus.eligible,
        corpus.backgrounds,
        reserved=_given_titles(previous, before),
    )
    return finish(previous, before, members, written=written, staying=staying)


def _given_titles(previous: Previous, before: Sequence[Before]) -> list[str]:
    """Return the titles that people gave, in edits and codebooks."""
    renamed = [one.after.title for one in previous.themes if one.after.titled_by]
    return [*renamed, *(one.title for one in before if one.title)]


def _kept(services: Services, workspace_id: str, theme: Staying) -> Kept:
    seeds = load_or_embed(services, workspace_id, theme.code.seeds()) if theme.code else None
    return Kept(theme_id=theme.id, held=theme.held, seeds=seeds)


def _reasons(eligible: Sequence[Chunk], telling: Collection[str]) -> dict[str, UnthemedReason]:
    """Return why each passage is in no theme, if it is in none."""
    compared = set(telling)
    few = len(compared) < MIN_THEME
    far = UnthemedReason.TOO_FEW_CHUNKS if few else UnthemedReason.NO_NEIGHBOURS
    return {
        chunk.id: far if chunk.id in compared else UnthemedReason.TOO_SHORT for chunk in eligible
    }


def _manifest(services: Services, method: Method) -> dict[str, str]:
    libraries = {name: version(name) for name in LIBRARIES[method]}
    return {"model": services.embedder.model, **libraries}
