"""Takes what people said out of every text that is stored: theirs is blanked, quotes of it go."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence, Set
from typing import Any

from synth.core.fingerprints import canonical_json
from synth.privacy import repo
from synth.privacy.blanking import (
    GONE,
    Run,
    blank_out,
    is_blank,
    leave_out,
    quoted_runs,
    runs_of,
)
from synth.privacy.types import Blanked, Erased, Spoken
from synth.store.lifting import lifted
from synth.store.unit_of_work import UnitOfWork

#: Runs of words for which it is looked up whether others say them too; any further one goes.
LOOKED_UP = 200
#: Parts of a draft that are proved by themselves, or name something: never searched for words.
AS_THEY_ARE = ("citations", "metric")


def erase_words(uow: UnitOfWork, people: Collection[str]) -> Erased:
    """Blank what these people said, and leave it out wherever it was repeated.

    A document keeps its length, so that the citations of everybody else stay true. Runs of four
    words or more that stand elsewhere, in drafts, titles, notes and answers of models, give way to
    "[withdrawn]", unless somebody else says them too. A repeat changes nothing.
    """
    found = [_blanked(one) for one in repo.list_spoken(uow, people) if _has_words(one)]
    if not found:
        return Erased()
    repo.overwrite_deleted(uow)
    chunk_ids = repo.save_blanked(uow, found)
    repo.drop_readings(uow, chunk_ids)
    texts = {one.spoken.document_id: one.text for one in found}
    cited = repo.list_citations(uow, chunk_ids)
    quotes = [(row, texts[row["document_id"]][row["start"] : row["end"]]) for row in cited]
    changes = _changes(uow, _theirs_alone(uow, found, people), texts, set(chunk_ids))
    written = {"citations"} if quotes else set()
    written |= {change.table for change in changes} & repo.GUARDED
    with lifted(uow.connection, sorted(written)):
        repo.set_citations(uow, quotes)
        repo.set_worded(uow, changes)
    return Erased(
        documents=len(found),
        passages=len(chunk_ids),
        quotes=len(quotes),
        texts=len(changes),
        originals=repo.mark_erased(uow, {one.spoken.source_id for one in found}),
    )


def _has_words(one: Spoken) -> bool:
    return not all(is_blank(one.text[start:end]) for _, start, end in one.turns)


def _blanked(one: Spoken) -> Blanked:
    spans = [(start, end) for _, start, end in one.turns]
    return Blanked(spoken=one, text=blank_out(one.text, spans), title=GONE)


def _theirs_alone(
    uow: UnitOfWork, found: Sequence[Blanked], people: Collection[str]
) -> frozenset[Run]:
    """Return the runs of words that are repeated somewhere and that nobody else says."""
    said = {
        run
        for one in found
        for _, start, end in one.spoken.turns
        for run in runs_of(one.spoken.text[start:end])
    }
    repeated = {run for _, _, texts in repo.list_worded(uow) for run in _repeated(texts, said)}
    looked_up = sorted(repeated)[:LOOKED_UP]
    common = {run for run in looked_up if repo.is_said_by_others(uow, " ".join(run), people)}
    return frozenset(repeated - common)


def _repeated(texts: Mapping[str, Any], said: Set[Run]) -> set[Run]:
    return {run for value in texts.values() for run in quoted_runs(_read(value), said)}


def _changes(
    uow: UnitOfWork, said: Set[Run], texts: Mapping[str, str], chunk_ids: Set[str]
) -> list[repo.Change]:
    changes = []
    for table, key, before in repo.list_worded(uow):
        after = {name: _without(value, said, texts, chunk_ids) for name, value in before.items()}
        changed = {name: value for name, value in after.items() if value != before[name]}
        if changed:
            changes.append(repo.Change(table=table, key=key, values=changed))
    return changes


def _without(value: Any, said: Set[Run], texts: Mapping[str, str], chunk_ids: Set[str]) -> Any:
    if isinstance(value, dict) and "citations" in value and "claims" in value:
        rest = {name: each for name, each in value.items() if name not in AS_THEY_ARE}
        kept = {name: value[name] for name in AS_THEY_ARE if name in value}
        cited = [_recited(one, texts, chunk_ids) for one in value["citations"]]
        return {**value, **leave_out(rest, said), **kept, "citations": cited}
    read = _read(value)
    if not quoted_runs(read, said):
        return value
    after = leave_out(read, said)
    return canonical_json(after) if isinstance(value, str) and read is not value else after


def _recited(one: Mapping[str, Any], texts: Mapping[str, str], chunk_ids: Set[str]) -> Any:
    if one["chunk_id"] not in chunk_ids:
        return one
    return {**one, "quote": texts[one["document_id"]][one["start"] : one["end"]]}


def _read(value: Any) -> Any:
    """Return what a text holds as JSON, where it does, as answers of models do."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
