"""Upload, read and chunk on both databases: redacted, versioned, and safe to repeat."""

import json

import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.errors import Forbidden, InputError, TooLarge
from synth.people import repo as people
from synth.people.types import Role
from synth.segments import repo as chunks
from synth.segments.stage import chunk_source
from synth.sources import repo, stage
from synth.sources.actions import put_document, upload
from synth.sources.preparing import original_text
from synth.sources.readers.registry import parse
from synth.sources.redaction import restore
from synth.sources.stage import read_source
from synth.sources.types import ReadOptions, SourceState

CALL = b"""WEBVTT

1
00:00:01.000 --> 00:00:02.000
Zebulon Quist: Call me on +1 415 555 2671, I am Zebulon.

2
00:00:03.000 --> 00:00:04.000
Oona Varga: Zebulon, is zq@mail.test right?
"""


@pytest.fixture
def actor(both_services):
    started = start_workspace(both_services, "One")
    return authenticate(both_services, started.keys[MemberRole.RESEARCHER])


@pytest.fixture
def take(both_services, actor):
    def run(filename, data, **options):
        sent = upload(
            both_services, actor, filename=filename, data=data, options=ReadOptions(**options)
        )
        read_source(both_services, actor.workspace_id, sent.source.id)
        chunk_source(both_services, actor.workspace_id, sent.source.id)
        return sent

    return run


@pytest.fixture
def look(both_services, actor):
    def run(function, *arguments, **named):
        with both_services.reading(actor.workspace_id) as uow:
            return function(uow, *arguments, **named)

    return run


def documents(look):
    found = look(repo.list_documents, limit=100)
    return [look(repo.load_document, document.id) for document in found]


def test_a_call_is_stored_redacted_with_a_map_back(take, look):
    sent = take("call.vtt", CALL, interviewers=("Oona Varga",))
    both = documents(look)[0]
    text = both.document.text
    assert text == "Call me on [phone 1], I am P1.\n\nP1, is [email 1] right?"
    assert [(turn.speaker, turn.role) for turn in both.turns] == [
        ("P1", Role.PARTICIPANT),
        ("Interviewer", Role.INTERVIEWER),
    ]
    original = original_text(parse("call.vtt", CALL, ReadOptions()).documents[0])
    assert restore(text, look(repo.load_redactions, both.document.id), original) == original
    source = look(repo.load_source, sent.source.id)
    assert (source.state, source.format, source.kind) == (SourceState.READ, "vtt", "transcript")


def test_nothing_personal_reaches_a_table(both_services, take, look):
    take(
        "zq@mail.test Zebulon Quist.vtt",
        CALL,
        interviewers=("Oona Varga",),
        study="of zq@mail.test",
    )
    take(
        "t.csv",
        b"id,subject,text,email,url,city\nzq@mail.test,I am zq@mail.test,x,zq@mail.test,"
        b"https://u:pw1@x.test/,zq@mail.test\n",
    )
    keyed = {"zq@mail.test": "x", "zq@mail.test too": "+1 415 555 2671"}
    one = {"external_id": "j", "kind": "ticket", "title": "j", "text": "A text.", "metadata": keyed}
    take("j.json", json.dumps(one).encode())
    everything = dump(both_services)
    for secret in ("zq@mail", "Zebulon", "Quist", "Oona", "Varga", "4155552671", "555 2671", "pw1"):
        assert secret not in everything, secret


def test_what_is_replaced_beside_the_text_is_counted(both_services, actor):
    keyed = {"of ana@x.test": "ana@x.test", "plan": "pro"}
    one = {
        "external_id": "j",
        "kind": "ticket",
        "title": "for ana@x.test",
        "text": "Ask ana@x.test.",
        "metadata": keyed,
    }
    data = json.dumps(one).encode()
    sent = upload(both_services, actor, filename="j.json", data=data, options=ReadOptions())
    assert read_source(both_services, actor.workspace_id, sent.source.id)["redactions"] == 4
    with both_services.reading(actor.workspace_id) as uow:
        [document] = repo.list_documents(uow, limit=2)
    assert document.metadata == {"of [email 1]": "[email 1]", "plan": "pro"}


def test_the_same_bytes_twice_change_nothing(both_services, actor, take, look):
    first = take("call.vtt", CALL)
    before = dump(both_services)
    again = upload(both_services, actor, filename="call.vtt", data=CALL, options=ReadOptions())
    assert again.job is None
    assert again.source.id == first.source.id
    assert dump(both_services) == before


def test_a_repeated_step_changes_nothing(both_services, actor, take, look):
    sent = take("t.csv", b"id,text,user_id\n1,slow,u1\n2,fast,u2\n")
    before = dump(both_services)
    read_source(both_services, actor.workspace_id, sent.source.id)
    assert chunk_source(both_services, actor.workspace_id, sent.source.id) == 2
    assert dump(both_services) == before


@pytest.mark.parametrize("fails_at", ["_resolve", "_store_batch", "_finish"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_at_any_point_is_made_good_by_a_repeat(
    both_services, actor, look, monkeypatch, fails_at, after
):
    rows = "".join(f"{n},text {n},u{n % 3}\n" for n in range(7))
    data = f"id,text,user_id\n{rows}".encode()
    sent = upload(both_services, actor, filename="t.csv", data=data, options=ReadOptions())
    original, calls = getattr(stage, fails_at), []

    def crash(*arguments):
        calls.append(1)
        if after:
            original(*arguments)
        if len(calls) == (1 if fails_at != "_store_batch" else 2):
            raise RuntimeError("killed")
        return original(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(stage, "BATCH", 3)
        patch.setattr(stage, fails_at, crash)
        with pytest.raises(RuntimeError, match="killed"):
            read_source(both_services, actor.workspace_id, sent.source.id)
    read_source(both_services, actor.workspace_id, sent.source.id)
    found = documents(look)
    assert sorted(one.document.external_id for one in found) == [str(n) for n in range(7)]
    assert {one.document.version for one in found} == {1}
    assert len(look(people.load)) == 3
    assert look(repo.load_source, sent.source.id).state is SourceState.READ


def test_a_changed_text_is_a_new_version_and_an_equal_one_is_not(both_services, actor, look):
    def put(text):
        sent = put_document(
            both_services, actor, "note-1", {"kind": "replay_note", "text": text, "user_id": "u1"}
        )
        read_source(both_services, actor.workspace_id, sent.source.id)
        chunk_source(both_services, actor.workspace_id, sent.source.id)
        return look(repo.current_document_id, "note-1")

    first = put("It hangs")
    second = put("It hangs twice")
    assert first != second
    assert put("It hangs twice") == second
    third = put("It hangs")
    assert third not in (first, second)
    assert look(repo.load_document, third).document.version == 3
    assert not look(repo.load_document, first).document.is_current
    assert [chunk.text for chunk in look(chunks.eligible_chunks)] == ["It hangs"]
    assert len(look(chunks.chunks_of_document, second)) == 1


def test_ids_are_the_same_in_a_fresh_workspace(both_services, look, take, actor):
    take("call.vtt", CALL)
    ids = [chunk.id for chunk in look(chunks.eligible_chunks)]
    started = start_workspace(both_services, "Two")
    other = authenticate(both_services, started.keys[MemberRole.RESEARCHER])
    sent = upload(both_services, other, filename="call.vtt", data=CALL, options=ReadOptions())
    read_source(both_services, other.workspace_id, sent.source.id)
    chunk_source(both_services, other.workspace_id, sent.source.id)
    with both_services.reading(other.workspace_id) as uow:
        assert [chunk.id for chunk in chunks.eligible_chunks(uow)] == ids


def test_files_of_one_name_and_other_content_are_other_documents(take, look):
    take("call.vtt", CALL)
    take("call.vtt", CALL.replace(b"is zq@mail.test right?", b"is that one right?"))
    take("call.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nAna: nothing of the sort was said here\n")
    assert sorted((one.document.external_id, one.document.version) for one in documents(look)) == [
        ("call.vtt", 2),
        ("call.vtt~2", 1),
    ]


def test_evidence_leaves_out_interviewers_staff_and_those_who_object(
    both_services, actor, take, look
):
    take(
        "d.json",
        json.dumps(
            {
                "external_id": "d",
                "turns": [
                    {"speaker": "Q", "text": "why"},
                    {"speaker": "Ana", "user_id": "u1", "text": "because"},
                    {"speaker": "Ben", "user_id": "u2", "text": "no idea"},
                    {"speaker": "Help", "role": "staff", "text": "noted"},
                    {"text": "nobody said this"},
                ],
            }
        ).encode(),
    )
    said = {chunk.text: chunk for chunk in look(chunks.eligible_chunks)}
    assert set(said) == {"because", "no idea", "nobody said this"}
    assert said["nobody said this"].participant_id is None
    with both_services.writing(actor.workspace_id) as uow:
        consent = people.load(uow)[said["because"].participant_id].consent
        people.describe(
            uow,
            said["because"].participant_id,
            consent=type(consent)(analyse=False, quote=True, llm=True),
        )
    assert {chunk.text for chunk in look(chunks.eligible_chunks)} == {"no idea", "nobody said this"}
    assert len(look(chunks.chunks_of_document, documents(look)[0].document.id)) == 5


def test_the_registry_makes_an_interviewer_one_in_later_files(both_services, actor, take, look):
    take("one.vtt", CALL)
    both = documents(look)[0]
    with both_services.writing(actor.workspace_id) as uow:
        people.describe(uow, both.turns[1].participant_id, role=Role.INTERVIEWER)
    take("two.txt", b"Oona Varga: why\nNew Person: because\nOona Varga: oh\n")
    roles = {
        turn.role for one in documents(look) for turn in one.turns if turn.speaker == "Interviewer"
    }
    assert roles == {Role.INTERVIEWER}
    assert "because" in {chunk.text for chunk in look(chunks.eligible_chunks)}
    assert "why" not in {chunk.text for chunk in look(chunks.eligible_chunks)}


@pytest.mark.parametrize(
    ("filename", "data", "state", "words"),
    [
        ("a.bin", bytes(range(256)) * 8, SourceState.FAILED, "not a text file"),
        ("a.csv", b"ts,value\n1,zq@mail.test\n", SourceState.FAILED, "no column holds the text"),
        ("a.csv", b"id,text\n1,\n", SourceState.FAILED, "row without text"),
        ("a.csv", b"id,text\n1,\n2,b\n", SourceState.PARTIAL, None),
        ("a.txt", b"It\0 hangs\xff\n", SourceState.READ, None),
    ],
)
def test_a_bad_file_is_recorded_and_not_raised(take, look, filename, data, state, words):
    sent = take(filename, data)
    source = look(repo.load_source, sent.source.id)
    assert source.state is state
    assert (words is None and source.error is None) or words in source.error
    assert state is not SourceState.PARTIAL or look(repo.skips, source.id)[0].line == 2


def test_a_failed_file_may_be_sent_again(take):
    assert take("a.csv", b"ts,value\n1,2\n").job.id != take("a.csv", b"ts,value\n1,2\n").job.id


def test_uploads_are_refused_by_role_size_and_emptiness(make_services):
    services = make_services(max_upload_mb=1)
    keys = start_workspace(services, "One").keys
    researcher = authenticate(services, keys[MemberRole.RESEARCHER])
    reviewer = authenticate(services, keys[MemberRole.REVIEWER])
    options = ReadOptions()
    with pytest.raises(Forbidden):
        upload(services, reviewer, filename="a.vtt", data=CALL, options=options)
    with pytest.raises(TooLarge, match="1 MiB"):
        upload(services, researcher, filename="a.vtt", data=b"a" * 2_000_000, options=options)
    with pytest.raises(InputError, match="empty"):
        upload(services, researcher, filename="a.vtt", data=b"", options=options)
    with services.reading(researcher.workspace_id) as uow:
        assert repo.list_sources(uow, limit=10) == []


def test_an_upload_has_its_audit_row_and_bytes(both_services, actor, take, look):
    sent = take("call.vtt", CALL)
    events = look(audit.events)
    assert [e.subject_id for e in events if e.action == "source.upload"] == [sent.source.id]
    assert both_services.blobs.get(sent.source.sha256) == CALL


def dump(services):
    """Return every value of every table but the queue's, as one text."""
    from synth.store.tables import metadata

    with services.engine.connect() as connection:
        return "\n".join(
            f"{table.name}: {sorted(map(str, connection.execute(table.select()).all()))}"
            for table in metadata.sorted_tables
        )
