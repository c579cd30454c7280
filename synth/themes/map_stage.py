"""What a run says beside its themes: how each passage reads, and the map. Neither changes one."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from synth.core.fingerprints import fingerprint
from synth.jobs.types import Progress
from synth.segments import repo as segments
from synth.services import Services
from synth.themes import repo
from synth.themes.boilerplate import without
from synth.themes.context import has_enough_words
from synth.themes.map import lay_out
from synth.themes.repo import places, voices
from synth.themes.stage import in_own_words, load_compared, read_questions
from synth.themes.stance import READER, read_stance

BATCH = 2000


def read_stances(services: Services, workspace_id: str, progress: Progress | None = None) -> int:
    """Read how the passages of the current run sound that were not read yet; return how many."""
    with services.reading(workspace_id) as uow:
        run = repo.current_run(uow)
        boilerplate = run.boilerplate if run else frozenset()
        reader = _reader(boilerplate)
        texts = voices.unread(uow, reader)
    waiting = iter(sorted(texts))
    done = 0
    while batch := list(islice(waiting, BATCH)):
        found = {one: read_stance(without(texts[one], boilerplate)) for one in batch}
        with services.writing(workspace_id) as uow:
            voices.save_stances(uow, reader, found)
        done += len(batch)
        if progress:
            progress(done, len(texts))
    return done


def _reader(boilerplate: Collection[str]) -> str:
    """Return the name of a reading: "have a great day" under a complaint is no content."""
    return f"{READER}-{fingerprint(sorted(boilerplate))[:8]}" if boilerplate else READER


def draw_map(
    services: Services,
    workspace_id: str,
    *,
    run_id: str,
    seed: int,
    progress: Progress | None = None,
) -> int:
    """Lay out the passages of a run and store the map with it; return how many are on it.

    Short answers lie where their questions lead; of other passages, those of hardly a word have no
    place: they are near everything and nothing.
    """
    with services.reading(workspace_id) as uow:
        counted = places.counted_ids(uow, run_id)
        chunks = sorted(segments.load_chunks(uow, counted).values(), key=lambda chunk: chunk.id)
        questions = read_questions(uow, chunks)
        told = in_own_words(chunks, repo.load_boilerplate(uow, run_id))
    telling = [one for one in told if one.id in questions or has_enough_words(one.text)]
    vectors = load_compared(services, workspace_id, telling, questions, progress)
    keys = [chunk.id for chunk in telling]
    found = lay_out(vectors, keys=keys, seed=seed)
    with services.writing(workspace_id) as uow:
        places.save_places(
            uow,
            run_id,
            [
                {"chunk_id": key, "x": float(x), "y": float(y)}
                for key, (x, y) in zip(keys, found, strict=True)
            ],
        )
    return len(keys)
