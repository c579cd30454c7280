"""Two ids of one person count once everywhere, and a join undone leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, Member, MemberRole
from synth.audit import repo as audit
from synth.errors import Conflict, Forbidden, InputError, NotFound
from synth.investigations.repo import slices
from synth.links.overlap import count_people
from synth.metrics import repo as metrics
from synth.metrics.types import PersonValue
from synth.people import merge_actions, merge_repo, repo
from synth.people.actions import import_people, resolve
from synth.people.types import Consent, Coverage, Ground, MergeState, Reference, Role
from synth.segments import repo as segments
from synth.services import Services
from synth.store.tables import metadata
from synth.store.tables.metrics import anomaly_sessions
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes
from tests.factories import add_anomaly, add_document, add_participant, add_theme, put, set_consent
from tests.unit.investigations.test_cases import CASE

#: Tables that tell what happened, not how things are.
HISTORY = {"audit_events", "participant_merges"}


@pytest.fixture
def researcher(both_services: Services) -> Actor:
    keys = start_workspace(both_services, "Test").keys
    return authenticate(both_services, keys[MemberRole.RESEARCHER])


@pytest.fixture
def uow(both_services: Services, researcher: Actor) -> Iterator[UnitOfWork]:
    with both_services.writing(researcher.workspace_id) as uow:
        yield uow


def everything(uow: UnitOfWork) -> dict[str, list[str]]:
    """Return all rows of the workspace that say how things are."""
    return {
        table.name: sorted(
            repr(dict(row))
            for row in uow.rows(select(table).where(table.c.workspace_id == uow.workspace_id))
        )
        for table in metadata.sorted_tables
        if "workspace_id" in table.c and table.name not in HISTORY
    }


def say(uow: UnitOfWork, actor: Actor, *people: str) -> list[str]:
    turns = [(one, f"The setup wants admin rights, {place}.") for place, one in enumerate(people)]
    _, chunks = add_document(uow, turns, created_by=actor.member.id)
    return chunks


def user(value: str) -> Reference:
    return Reference(namespace="user", value=value)


def test_two_ids_of_one_person_count_once(
    both_services: Services, uow: UnitOfWork, researcher: Actor
) -> None:
    one, other, third = (add_participant(uow) for _ in range(3))
    theme = add_theme(uow, say(uow, researcher, one, other, third), created_by=researcher.member.id)
    add_anomaly(uow, affected=[other], unaffected=[one, third])
    merge_actions.join_people(both_services, uow, researcher, other, one)

    assert themes.load_theme(uow, theme).people == 2
    (found,) = metrics.anomaly_people(uow)
    assert (found.anomaly.affected, found.anomaly.measured) == (1, 2)
    assert found.affected == {one}
    heard = {chunk.participant_id for chunk in segments.eligible_chunks(uow)}
    assert heard == {one, third}
    (voices,) = themes.theme_people(uow)
    counts = count_people(set(voices.first_said_at), heard, found)
    assert (counts.theme_affected, counts.theme_unaffected, counts.unmapped_theme) == (1, 1, 0)
    assert [person.pseudonym for person in repo.load(uow).values()] == ["P1", "P3"]
    assert repo.load(uow, [other])[other].pseudonym == "P1"
    assert repo.coverage(uow) == Coverage(heard=2, measured=2, both=2)


def test_undoing_a_join_leaves_everything_as_it_was(
    both_services: Services, uow: UnitOfWork, researcher: Actor
) -> None:
    ids = resolve(
        both_services, uow, [(user("u1"), Role.PARTICIPANT), (user("c9"), Role.PARTICIPANT)]
    )
    one, other = ids[user("u1")], ids[user("c9")]
    repo.describe(uow, one, segments={"plan": "smb"})
    repo.describe(uow, other, segments={"plan": "pro", "role": "admin"})
    set_consent(uow, other, Consent(quote=False))
    say(uow, researcher, one, other, one)
    add_anomaly(uow, affected=[other], unaffected=[one])
    add_anomaly(uow, affected=[other])
    before = everything(uow)
    merge = merge_actions.join_people(both_services, uow, researcher, one, other)
    assert merge is not None
    united = repo.load(uow)[one]
    assert (united.segments, united.consent.quote) == ({"plan": "smb", "role": "admin"}, False)
    assert everything(uow) != before
    merge_actions.split_people(both_services, uow, researcher, merge.id)
    assert everything(uow) == before
    with pytest.raises(Conflict, match="nothing to undo: this one is split"):
        merge_actions.split_people(both_services, uow, researcher, merge.id)
    acts = [event.action for event in audit.events(uow)]
    assert acts[-2:] == ["people.merge", "people.split"]


def test_joins_are_undone_in_any_order(
    both_services: Services, uow: UnitOfWork, researcher: Actor
) -> None:
    people = [add_participant(uow) for _ in range(4)]
    chunks = say(uow, researcher, *people)
    before = everything(uow)

    def join(one: int, other: int) -> str:
        merge = merge_actions.join_people(
            both_services, uow, researcher, people[one], people[other]
        )
        assert merge is not None
        return merge.id

    first, second, third = join(3, 2), join(1, 2), join(0, 3)
    assert len(repo.load(uow)) == 1
    merge_actions.split_people(both_services, uow, researcher, second)
    speakers = [segments.load_chunks(uow, chunks)[one].participant_id for one in chunks]
    assert speakers == [people[0], people[1], people[0], people[0]]
    for merge_id in (first, third):
        merge_actions.split_people(both_services, uow, researcher, merge_id)
    assert everything(uow) == before


def test_what_comes_later_goes_back_to_the_id_it_came_under(
    both_services: Services, uow: UnitOfWork, researcher: Actor
) -> None:
    ids = resolve(
        both_services, uow, [(user("u1"), Role.PARTICIPANT), (user("c9"), Role.PARTICIPANT)]
    )
    one, other = ids[user("u1")], ids[user("c9")]
    merge = merge_actions.join_people(both_services, uow, researcher, one, other)
    assert merge is not None
    later = resolve(both_services, uow, [(user("c9"), Role.PARTICIPANT)])[user("c9")]
    anomaly = add_anomaly(uow)
    metric = metrics.load_anomaly(uow, anomaly).metric_id
    values = [PersonValue(participant_id=id_, ts=None, value=1) for id_ in (one, later)]
    assert metrics.put_person_values(uow, metric, values) == (2, 0)
    assert {value.participant_id for value in metrics.person_values_of(uow, metric)} == {one}
    assert set(repo.user_keys(uow).values()) == {one}
    merge_actions.split_people(both_services, uow, researcher, merge.id)
    assert {value.participant_id for value in metrics.person_values_of(uow, metric)} == {one, other}
    assert repo.user_keys(uow)["user", "c9"] == other


def test_consent_withdrawn_while_united_stays_withdrawn_for_both(
    both_services: Services, uow: UnitOfWork, researcher: Actor
) -> None:
    import_people(both_services, uow, "a.csv", "user_id,llm\nu1,yes\nc9,no\n")
    one, other = (repo.find(uow, [("user", value)])["user", value] for value in ("u1", "c9"))
    merge = merge_actions.join_people(both_services, uow, researcher, one, other)
    assert merge is not None
    import_people(both_services, uow, "b.csv", "user_id,quote,segment.plan\nc9,no,pro\n")
    merge_actions.split_people(both_services, uow, researcher, merge.id)
    people = repo.load(uow)
    assert [people[id_].consent.quote for id_ in (one, other)] == [False, False]
    assert [people[id_].consent.llm for id_ in (one, other)] == [True, False]
    assert [people[id_].segments for id_ in (one, other)] == [{"plan": "pro"}] * 2


def test_a_crosswalk_joins_ids_of_any_system_and_names_bad_rows(
    both_services: Services, uow: UnitOfWork, researcher: Actor
) -> None:
    resolve(both_services, uow, [(user(value), Role.PARTICIPANT) for value in ("u1", "u2", "s1")])
    repo.describe(uow, repo.find(uow, [("user", "s1")])["user", "s1"], role=Role.STAFF)
    text = (
        "namespace,value,namespace,value\n"
        "analytics,u1,crm,C-17\n"
        "crm,C-17,email,ana@example.org\n"
        "analytics,u1,email,ANA@example.org\n"
        "name,Ana,user,u1\n"
        "user,u2,user,s1\n"
        "user,u2\n"
        "ana@example.org,email,user,u1\n"
    )
    done = merge_actions.import_crosswalk(both_services, uow, researcher, "who.csv", text)
    assert (done.rows, done.joined) == (7, 2)
    assert [line.split("; ")[0] for line in done.problems] == [
        "who.csv:5: a name is no id: two people may share it",
        "who.csv:7: a row names two ids",
        "who.csv:8: a namespace is one word",
        "who.csv:6: P2 is participant and P3 is staff: only participants can be joined",
    ]
    found = {
        merge_actions.find_person(both_services, uow, named)
        for named in ("P1", "user:c-17", "email:ana@example.org")
    }
    assert {repo.united(uow).get(one, one) for one in found} == {
        merge_actions.find_person(both_services, uow, "p1")
    }
    joins = {(merge.ground, merge.detail) for merge in merge_repo.list_merges(uow)}
    assert joins == {
        (Ground.CROSSWALK, "line 2, analytics and crm"),
        (Ground.CROSSWALK, "line 3, crm and email"),
    }
    stored = repr(everything(uow)) + repr(merge_repo.list_merges(uow))
    assert "ana@" not in stored.casefold()
    again = merge_actions.import_crosswalk(both_services, uow, researcher, "who.csv", text)
    assert again.joined == 0


def test_a_file_that_is_no_crosswalk_is_refused(
    both_services: Services, uow: UnitOfWork, researcher: Actor
) -> None:
    with pytest.raises(InputError, match="no crosswalk; found user_id, email"):
        merge_actions.import_crosswalk(both_services, uow, researcher, "a.csv", "user_id,email\n")
    with pytest.raises(NotFound, match="nobody is known by that"):
        merge_actions.find_person(both_services, uow, "user:nobody")


@pytest.mark.parametrize("answer", ["accept", "dismiss"])
def test_the_same_email_only_suggests(
    both_services: Services, uow: UnitOfWork, researcher: Actor, answer: str
) -> None:
    import_people(both_services, uow, "a.csv", "user_id,email,name\nu1,,Ana\n,ana@x.org,\n,,Bo\n")
    row = "user_id,email,name\nu1,ana@x.org,\nu1,,Bo\n"
    done = import_people(both_services, uow, "b.csv", row)
    assert len(done.problems) == 2
    for _ in range(2):
        merge_actions.suggest_same_email(both_services, uow, researcher, done.same_email)
    (suggestion,) = merge_repo.list_merges(uow, MergeState.SUGGESTED)
    assert suggestion.ground is Ground.EMAIL
    assert len(repo.load(uow)) == 3
    getattr(merge_actions, answer)(both_services, uow, researcher, suggestion.id)
    assert len(repo.load(uow)) == (2 if answer == "accept" else 3)
    assert merge_actions.suggest_same_email(both_services, uow, researcher, done.same_email) == 0
    with pytest.raises(Conflict, match="no open suggestion"):
        merge_actions.accept(both_services, uow, researcher, suggestion.id)
    if answer == "accept":
        merge_actions.split_people(both_services, uow, researcher, suggestion.id)
        assert len(repo.load(uow)) == 3
    assert merge_actions.suggest_same_email(both_services, uow, researcher, done.same_email) == 0


def test_joining_people_needs_the_right_to(both_services: Services, uow: UnitOfWork) -> None:
    one, other = add_participant(uow), add_participant(uow)
    nobody = Actor(
        workspace_id=uow.workspace_id,
        member=Member(id="m", name="Mia", roles=frozenset({MemberRole.REVIEWER})),
        key_id="k",
    )
    with pytest.raises(Forbidden):
        merge_actions.join_people(both_services, uow, nobody, one, other)


def test_a_united_person_is_recruited_once_with_any_of_the_ids(
    both_services: Services, uow: UnitOfWork, researcher: Actor
) -> None:
    other = resolve(both_services, uow, [(user("u9"), Role.PARTICIPANT)])[user("u9")]
    one = add_participant(uow)
    for person in (one, other):
        repo.describe(uow, person, segments={"account": "acme"})
    anomaly = add_anomaly(uow, affected=[one])
    session = {"anomaly_id": anomaly, "session_id": "s", "participant_id": one, "event": "e"}
    put(uow, anomaly_sessions, **session)
    merge_actions.join_people(both_services, uow, researcher, one, other)
    account = replace(CASE, anomaly_id=None, account="acme")
    for subject in (anomaly, account):
        (person,) = slices.people_of(uow, subject)
        assert (person.participant_id, person.external_id) == (other, "u9")
        (seen,), _ = slices.sessions_of(uow, subject)
        assert (seen.session_id, seen.participant_id) == ("s", other)


def test_every_table_that_names_people_is_known_to_joins() -> None:
    """A new table must be moved by a join, be read through one, or be made anew after it."""
    naming = {
        table.name
        for table in metadata.sorted_tables
        for reference in table.foreign_key_constraints
        if reference.referred_table.name == "participants"
    }
    moved = {"turns", "chunks", "anomaly_people"}
    read_through = {"participant_ids", "participant_merges", "person_values", "events"}
    made_anew = {"anomaly_sessions"}
    assert naming == moved | read_through | made_anew
