"""Who withdraws leaves no word behind: in rows, files, index; what others said stays and proves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.audit.chain import find_break
from synth.doctor.checks import examine
from synth.errors import Conflict
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Provenance
from synth.indexing.search import find
from synth.indexing.stage import embed_source, index_source
from synth.indexing.types import SearchQuery
from synth.insights.repo import list_insights
from synth.insights.standing import load_record
from synth.insights.types import FlagCode
from synth.jobs.repo import list_jobs
from synth.jobs.types import Job
from synth.people import repo as people
from synth.pipeline import PIPELINES
from synth.privacy.actions import preview, withdraw
from synth.privacy.blanking import GONE, is_blank
from synth.privacy.stage import clean_free_space, clean_index, drop_originals, erase_again
from synth.review.actions import approve
from synth.segments.repo import eligible_chunks
from synth.segments.stage import chunk_source
from synth.sources import repo as sources
from synth.sources.actions import upload
from synth.sources.stage import read_source
from synth.sources.types import ReadOptions
from synth.store.tables import fusion, investigations, themes
from synth.store.tables import hypotheses as drafts
from synth.store.tables.indexing import embeddings
from tests.factories import (
    NOW,
    add_actor,
    add_anomaly,
    add_link,
    add_theme,
    make_content,
    new_key,
    put,
    store_hypothesis,
)

MINE = (
    "My badge reader blinked violet and locked the greenhouse door",
    "Seven lanterns fell over while the export wizard was humming",
    "I rode home on a borrowed tricycle to fetch the paper forms",
    "Nobody told us that the copper dashboard sleeps at noon",
    "We bribed the intern with marzipan to click through the wizard",
)
YOURS = (
    "The quarterly sheet swallowed three of my purple columns",
    "Our accountant sings whenever the invoice robot restarts",
)
#: Said by both: nobody's alone.
COMMON = "it took me forever to finish"


def talk(others: str = "") -> bytes:
    said = [("Nora", f"{one}, and {COMMON} it.") for one in MINE]
    said += [("Emil", f"{one}, and {COMMON} it.") for one in (*YOURS, *filter(None, [others]))]
    lines = [line for each in said for line in (("Interviewer", "What happened then?"), each)]
    cues = [
        f"{n}\n00:00:{2 * n:02d}.000 --> 00:00:{2 * n + 1:02d}.000\n{who}: {said}\n"
        for n, (who, said) in enumerate(lines, start=1)
    ]
    return "\n".join(["WEBVTT\n", *cues]).encode()


class World:
    """A workspace where two people were interviewed together, and an insight quotes both."""

    def __init__(self, services) -> None:
        self.services = services
        self.workspace = start_workspace(services, "Erasing").workspace_id
        self.researcher = add_actor(services, self.workspace, MemberRole.RESEARCHER)
        self.reviewer = add_actor(services, self.workspace, MemberRole.REVIEWER)
        self.source = self.bring("talk.vtt", talk())
        # The same conversation in another file, of which no row tells.
        self.bring("talk.vtt", talk() + b"\n")
        with services.writing(self.workspace) as uow:
            found = eligible_chunks(uow)
            self.chunks = [chunk.id for chunk in found]
            self.people = {
                chunk.participant_id: people.load(uow)[chunk.participant_id] for chunk in found
            }
            self.nora = next(c.participant_id for c in found if "badge reader" in c.text)
            self.emil = next(c.participant_id for c in found if "quarterly" in c.text)
            self.repeat(uow)
        with services.writing(self.workspace) as uow:
            # What was deleted before leaves its bytes in free pages.
            put(uow, fusion.fusion_reviews, held_on=NOW.date(), minutes=1,
                       note=MINE[3] * 200, held_by=self.researcher.member.id)  # fmt: skip
        with services.writing(self.workspace) as uow:
            if uow.connection.dialect.name == "sqlite":
                uow.connection.exec_driver_sql("PRAGMA secure_delete=OFF")
            uow.execute(fusion.fusion_reviews.delete())
        with services.reading(self.workspace) as uow:
            seen = hypotheses.load_hypothesis(uow, self.draft).etag
        approve(services, self.reviewer, self.draft, seen=seen, ticked=range(20))

    @property
    def named(self) -> str:
        return self.people[self.nora].pseudonym

    def bring(self, name: str, data: bytes) -> str:
        sent = upload(
            self.services, self.researcher, filename=name, data=data, options=ReadOptions()
        )
        for stage in (read_source, chunk_source, embed_source, index_source):
            stage(self.services, self.workspace, sent.source.id)
        return sent.source.id

    def repeat(self, uow) -> None:
        """Let drafts, titles, notes and an answer of a model repeat what was said."""
        by = self.researcher.member.id
        theme = add_theme(uow, self.chunks, created_by=by, title=f"why {MINE[1].lower()}")
        put(uow, themes.theme_lineage, run_id=self.run(uow), ordinal=0, level="theme",
            kind="new", to_id=theme, overlap=0.0, title=f"{MINE[3]}; {COMMON}")  # fmt: skip
        anomaly = add_anomaly(uow, affected=[self.nora, self.emil])
        add_link(uow, anomaly, theme)
        case = put(uow, investigations.investigations, anomaly_id=anomaly, state="unexplained",
                   opened_by=by, owner_id=by)  # fmt: skip
        put(uow, investigations.investigation_findings, investigation_id=case, side="people",
            kind="quote", ref=self.chunks[0], note=f"note: {MINE[2]}.", added_by=by)  # fmt: skip
        answer = json.dumps({"citations": [{"quote": MINE[4] + "\nBut " + YOURS[0]}]})
        put(uow, drafts.llm_calls, key=new_key(), purpose="draft", model="m", prompt="p",
            prompt_sha256="s", state="answered", answer=answer)  # fmt: skip
        because = f"people say that {MINE[0].upper()}, yet {COMMON}"
        self.draft = new_key()
        store_hypothesis(
            uow,
            hypothesis_id=self.draft,
            content=make_content(uow, self.chunks, because=because),
            provenance=Provenance(drafter="template v1"),
            started_by=by,
            anomaly_id=anomaly,
            theme_id=theme,
            held_reasons=[],
            now=NOW,
        )

    def run(self, uow) -> str:
        return uow.scalar(
            themes.theme_runs.select()
            .with_only_columns(themes.theme_runs.c.id)
            .where(themes.theme_runs.c.workspace_id == self.workspace)
        )

    def job(self, kind: str) -> Job:
        """Return the newest job of a kind."""
        with self.services.reading(self.workspace) as uow:
            return next(one for one in list_jobs(uow, limit=100) if one.kind == kind)

    def leave(self, named: str = ""):
        done = withdraw(self.services, self.researcher, named or self.named)
        self.clean()
        return done

    def clean(self) -> None:
        """Run the steps of the job, in their order."""
        assert [one.name for one in PIPELINES["erasure"]] == [
            "forget", "files", "free_space", "index",
        ]  # fmt: skip
        erase_again(self.services, self.workspace, self.job("erasure"))
        drop_originals(self.services, self.workspace)
        clean_free_space(self.services)
        clean_index(self.services, self.workspace)

    def stored(self) -> Iterator[tuple[str, str]]:
        """Yield (place, what is stored there) of every table, of any schema, and every file."""
        if self.services.engine.dialect.name == "postgresql":
            with self.services.engine.connect() as connection:
                tables = connection.execute(
                    text(
                        "SELECT table_schema, table_name FROM information_schema.tables "
                        "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
                    )
                ).all()
                for schema, name in tables:
                    rows = connection.execute(text(f'SELECT t::text FROM "{schema}"."{name}" t'))
                    yield name, "\n".join(rows.scalars())
        for path in Path(self.services.settings.data_dir).rglob("*"):
            if path.is_file():
                yield path.name, path.read_bytes().decode("utf-8", "replace")

    def places(self, words: str) -> set[str]:
        return {place for place, held in self.stored() if words.casefold() in held.casefold()}

    def problems(self) -> list[str]:
        return [finding.line for finding in examine(self.services) if finding.problems]


@pytest.fixture
def world(both_services) -> World:
    return World(both_services)


def test_no_word_of_who_withdrew_is_left_anywhere_and_the_others_stay(world: World) -> None:
    assert all(len(world.places(one)) > 1 for one in (*MINE, *YOURS))
    assert world.problems() == []
    reach = preview(world.services, world.researcher, world.named)
    assert (reach.passages, reach.documents, reach.originals, reach.drafts) == (5, 1, 1, 1)
    done = world.leave()
    assert (done.documents, done.passages, done.quotes, done.originals) == (1, 5, 5, 1)
    assert {one: world.places(one) for one in MINE} == {one: set() for one in MINE}
    assert all(world.places(one) for one in YOURS)
    assert world.problems() == []
    with world.services.reading(world.workspace) as uow:
        events = audit.events(uow)
    assert find_break(world.services.secret, events) is None
    told = next(one.data for one in events if one.action == "people.withdraw")
    assert (told["passages"], told["quotes"], told["originals"]) == (5, 5, 1)
    with pytest.raises(Conflict):
        withdraw(world.services, world.researcher, world.named)


def test_places_stay_quotes_of_others_prove_and_the_insight_says_what_it_lost(
    world: World,
) -> None:
    with world.services.reading(world.workspace) as uow:
        before = hypotheses.load_hypothesis(uow, world.draft)
        [old] = sources.documents_of_source(uow, world.source)
    world.leave()
    with world.services.reading(world.workspace) as uow:
        after = hypotheses.load_hypothesis(uow, world.draft)
        [new] = sources.documents_of_source(uow, world.source)
        [insight] = list_insights(uow)
        record = load_record(uow, insight.id, now=world.services.clock())
        title = uow.scalar(
            themes.themes.select()
            .with_only_columns(themes.themes.c.title)
            .where(themes.themes.c.workspace_id == world.workspace)
        )
        [answer] = [row["answer"] for row in uow.rows(drafts.llm_calls.select())
                    if row["workspace_id"] == world.workspace]  # fmt: skip
    assert len(new.document.text) == len(old.document.text)
    assert [turn.span for turn in new.turns] == [turn.span for turn in old.turns]
    kept = {turn.participant_id: turn.span.of(new.document.text) for turn in new.turns}
    assert is_blank(kept[world.nora])
    assert YOURS[-1] in kept[world.emil]
    assert after.revision_sha256 == before.revision_sha256
    for one, was in zip(after.content.citations, before.content.citations, strict=True):
        assert one.quote == new.document.text[one.start : one.end]
        assert (one.quote == was.quote) == (one.participant_id != world.nora)
        assert is_blank(one.quote) == (one.participant_id == world.nora)
    # What somebody else says too is nobody's alone, and stays where it stands.
    assert after.content.because == f"people say that {GONE}, yet {COMMON}"
    assert title == f"why {GONE}"
    assert json.loads(answer) == {"citations": [{"quote": f"{GONE}\nBut {YOURS[0]}"}]}
    [flag] = [one for one in record.standing.flags if one.code is FlagCode.EVIDENCE_LOST]
    assert "withdrawn" in flag.words
    found = find(world.services, world.workspace, SearchQuery(text="purple columns lanterns"))
    assert {hit.chunk_id for hit in found.hits} <= set(world.chunks)
    assert all("lanterns" not in hit.text for hit in found.hits)
    assert any("purple" in hit.text for hit in found.hits)


def test_a_repeat_changes_nothing_and_the_guards_hold_again(world: World) -> None:
    world.leave()
    first = dict(world.stored())
    assert erase_again(world.services, world.workspace, world.job("erasure")) == 0
    assert drop_originals(world.services, world.workspace) == 0
    assert clean_index(world.services, world.workspace) == 0
    assert set(dict(world.stored())) == set(first)
    for statement in (
        "UPDATE citations SET quote='x'",
        "UPDATE hypothesis_revisions SET author_id='x'",
        "UPDATE insights SET title='x'",
        "DELETE FROM citations",
    ):
        with pytest.raises(Exception, match="append-only"), world.services.engine.begin() as one:
            one.execute(text(statement))


def test_files_that_bring_the_words_again_keep_nothing_of_them(world: World) -> None:
    world.leave()
    source = world.bring("later.vtt", talk("A new sentence about the amber switchboard here"))
    assert world.places(MINE[0])
    last = world.job("erasure").id
    assert erase_again(world.services, world.workspace, world.job("ingest")) == 5
    drop_originals(world.services, world.workspace, [source])
    assert world.job("erasure").id != last
    world.clean()
    assert {one: world.places(one) for one in MINE} == {one: set() for one in MINE}
    assert world.places("amber switchboard")
    assert world.problems() == []


def test_what_somebody_wrote_alone_goes_with_its_title_and_details(world: World) -> None:
    rows = [
        "id,requester_id,subject,description,created_at,plan",
        f"1,u1,{MINE[0]},{MINE[1]},2026-01-01T10:00:00Z,{MINE[2]}",
        f"2,u2,{YOURS[0]},{YOURS[1]},2026-01-01T10:00:00Z,gold",
    ]
    world.bring("tickets.csv", "\n".join(rows).encode())
    before = vectors_of(world)
    world.leave()
    assert world.places(MINE[1])
    assert vectors_of(world) < before
    world.leave("user:u1")
    assert {one: world.places(one) for one in MINE} == {one: set() for one in MINE}
    assert all(world.places(one) for one in YOURS)
    assert world.problems() == []


def vectors_of(world: World) -> int:
    """Return how many vectors are kept; the index holds those of who may be analysed alone."""
    with world.services.reading(world.workspace) as uow:
        found = uow.rows(embeddings.select())
        allowed = {chunk.id for chunk in eligible_chunks(uow)}
    assert world.services.vectors.ids(world.workspace, world.services.embedder.model) == allowed
    return len(found)


def test_a_file_that_another_workspace_needs_stays_for_it(services) -> None:
    world, other = World(services), World(services)
    world.leave()
    assert other.problems() == []
    other.leave()
    assert {one: world.places(one) for one in MINE} == {one: set() for one in MINE}
