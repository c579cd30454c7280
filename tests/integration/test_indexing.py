"""Embedding, both indexes and hybrid search, on both databases, with a real Chroma."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.backends.vectors import VectorIndex
from synth.indexing import repo, stage
from synth.indexing.search import NO_MEANING, find, search
from synth.indexing.types import SearchQuery
from synth.people.types import Consent
from tests.fakes import HashEmbedder
from tests.integration.passages import Said, plant

TEXTS = [
    Said(text="The dashboard stays empty after the upload", who="ann", segments={"plan": "smb"}),
    Said(text="The role dropdown takes forever to open", who="bob", kind="replay_note"),
    Said(text="Dark mode would spare my eyes at night", who="cem", segments={"plan": "large"}),
    Said(text="Exporting a report to PDF cuts the last column", who="dee"),
]


class CountingEmbedder(HashEmbedder):
    """Remembers every text it was given."""

    def __init__(self):
        self.given = []

    def embed(self, texts):
        self.given.extend(texts)
        return super().embed(texts)


@pytest.fixture
def planted(both_services):
    services = dataclasses.replace(both_services, embedder=CountingEmbedder())
    start = start_workspace(services, "Test")
    actor = authenticate(services, start.keys[MemberRole.RESEARCHER])
    plant(services, actor, TEXTS)
    return services, actor


def index(services, actor, source_id="source"):
    stage.embed_source(services, actor.workspace_id, source_id)
    return stage.index_source(services, actor.workspace_id, source_id)


def words(services, actor, text, **filters):
    found = search(services, actor.workspace_id, SearchQuery(text=text, **filters))
    return [hit.text for hit in found]


def test_a_text_is_embedded_once_and_its_vector_stays(planted):
    services, actor = planted
    assert stage.embed_source(services, actor.workspace_id, "source") == len(TEXTS)
    assert stage.embed_source(services, actor.workspace_id, "source") == 0
    plant(services, actor, [Said(text=TEXTS[0].text, external_id="again")], source_id="other")
    index(services, actor, "other")
    index(services, actor)
    stage.reindex(services, actor.workspace_id)
    assert sorted(services.embedder.given) == sorted(item.text for item in TEXTS)


def test_indexing_twice_doubles_nothing(planted):
    services, actor = planted
    for _ in range(2):
        assert index(services, actor) == len(TEXTS)
        ids = services.vectors.ids(actor.workspace_id, services.embedder.model)
        assert ids == {item.chunk_id for item in TEXTS}
        with services.reading(actor.workspace_id) as uow:
            assert repo.word_ids(uow) == ids
            assert len(repo.find_words(uow, ["dashboard"], limit=10)) == 1


def test_reindex_rebuilds_a_lost_chroma(planted):
    services, actor = planted
    index(services, actor)
    services.vectors.drop(actor.workspace_id, services.embedder.model)
    lost = stage.parity(services, actor.workspace_id)
    assert lost.missing == {item.chunk_id for item in TEXTS}
    assert stage.reindex(services, actor.workspace_id) == len(TEXTS)
    again = stage.parity(services, actor.workspace_id)
    assert (again.missing, again.orphans) == (frozenset(), frozenset())
    assert words(services, actor, "role dropdown slow")[0] == TEXTS[1].text


def test_parity_names_orphans(planted):
    services, actor = planted
    index(services, actor)
    vector = np.eye(1, 64, dtype=np.float32)
    services.vectors.upsert(actor.workspace_id, services.embedder.model, ["ghost"], vector)
    assert stage.parity(services, actor.workspace_id).orphans == {"ghost"}


def test_a_new_version_takes_the_old_one_out(planted):
    services, actor = planted
    old = Said(text="The import wizard loses my mapping", who="ann", external_id="t1")
    plant(services, actor, [old], source_id="first")
    index(services, actor, "first")
    plant(services, actor, [dataclasses.replace(old, is_current=False)], source_id="first")
    new = Said(text="The import wizard keeps my mapping", who="ann", external_id="t1", version=2)
    plant(services, actor, [new], source_id="second")
    index(services, actor, "second")
    assert old.text not in words(services, actor, "import wizard mapping")
    assert words(services, actor, "import wizard mapping")[0] == new.text
    assert stage.parity(services, actor.workspace_id).orphans == frozenset()


def test_search_checks_sql_even_when_the_index_is_behind(planted):
    services, actor = planted
    index(services, actor)
    assert TEXTS[0].text in words(services, actor, "dashboard empty")
    for change in (
        {"consent": Consent(analyse=False)},
        {"is_current": False},
        {"is_evidence": False},
    ):
        plant(services, actor, [dataclasses.replace(TEXTS[0], **change)])
        assert TEXTS[0].text not in words(services, actor, "dashboard empty"), change


def test_search_stays_in_its_workspace(planted):
    services, actor = planted
    index(services, actor)
    other = start_workspace(services, "Other")
    assert search(services, other.workspace_id, SearchQuery(text="dashboard")) == []


def test_filters_leave_only_what_fits(planted):
    services, actor = planted
    index(services, actor)
    for filters, expected in (
        ({"kind": "replay_note"}, [1]),
        ({"segment": ("plan", "large")}, [2]),
        ({"segment": ("plan", "none")}, []),
        ({"theme_id": "no such theme"}, []),
    ):
        found = words(services, actor, "dashboard role dropdown dark mode report", **filters)
        assert found == [TEXTS[position].text for position in expected], filters


HOSTILE = (
    'dashboard" OR "role',
    "dashboard AND NOT empty",
    "NEAR(dashboard, 5)",
    "text:dashboard*",
    "dashboard'; DROP TABLE chunks;--",
    "dashboard & | ! :* <->",
    "^dashboard -empty +upload",
    "dashboard \x00 empty",
    "dashboard _ __",
    "dashboard " * 500,
)


def test_query_text_is_data(planted):
    services, actor = planted
    index(services, actor)
    for text in HOSTILE:
        assert TEXTS[0].text in words(services, actor, text), text
    for text in ("", "   ", "!?* ()", '"'):
        assert words(services, actor, text) == [], text


def test_hits_say_how_they_were_found_and_where(planted):
    services, actor = planted
    index(services, actor)
    query = SearchQuery(text="dashboards uploaded empty", limit=1)
    hit = search(services, actor.workspace_id, query)[0]
    assert hit.text == TEXTS[0].text
    assert hit.found_by == ("words", "meaning")
    assert hit.span.of(TEXTS[0].text) == hit.text


def test_without_chroma_words_are_searched_with_a_notice(planted):
    services, actor = planted
    index(services, actor)
    away = dataclasses.replace(services, vectors=VectorIndex(url="http://127.0.0.1:9"))
    found = find(away, actor.workspace_id, SearchQuery(text="dashboard empty"))
    assert [hit.text for hit in found.hits] == [TEXTS[0].text]
    assert len(found.notices) == 1
    assert found.notices[0].startswith(NO_MEANING)
