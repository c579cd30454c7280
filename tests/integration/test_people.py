import pytest
from sqlalchemy import select

from synth.access.actions import start_workspace
from synth.errors import InputError
from synth.people import repo
from synth.people.actions import import_people, resolve
from synth.people.types import Reference, Role
from synth.store.tables.people import participant_ids


@pytest.fixture
def uow(both_services):
    workspace = start_workspace(both_services, "One").workspace_id
    with both_services.writing(workspace) as uow:
        yield uow


def name(value):
    return Reference(namespace="name", value=value)


def user(value):
    return Reference(namespace="user", value=value)


def test_the_same_person_is_found_again_in_any_spelling(both_services, uow):
    first = resolve(both_services, uow, [(name("Ana Ruiz"), Role.PARTICIPANT)])
    again = resolve(both_services, uow, [(name("  ANA  ruiz"), Role.PARTICIPANT)])
    assert list(first.values()) == list(again.values())
    assert [person.pseudonym for person in repo.load(uow).values()] == ["P1"]


def test_names_and_addresses_are_never_stored_in_the_clear(both_services, uow):
    email = Reference(namespace="email", value="ana@example.com")
    resolve(both_services, uow, [(name("Ana Ruiz"), Role.PARTICIPANT), (email, Role.PARTICIPANT)])
    stored = [row["value"] for row in uow.rows(select(participant_ids))]
    assert all(len(value) == 64 for value in stored)
    assert not any("ana" in value or "example" in value for value in stored)


def test_an_imported_row_joins_the_ids_of_one_person(both_services, uow):
    text = (
        "user_id,name,segment.plan,role,quote\n"
        "u1,Ana Ruiz,enterprise,participant,no\n"
        "u2,Ben,smb,,\n"
    )
    done = import_people(both_services, uow, "people.csv", text)
    assert (done.rows, done.added, done.problems) == (2, 2, ())
    found = resolve(
        both_services, uow, [(name("ana ruiz"), Role.PARTICIPANT), (user("u1"), Role.PARTICIPANT)]
    )
    (ana_id,) = set(found.values())
    ana = repo.load(uow, [ana_id])[ana_id]
    assert ana.segments == {"plan": "enterprise"}
    assert (ana.consent.analyse, ana.consent.quote, ana.consent.llm) == (True, False, True)


def test_a_later_file_does_not_give_back_consent_it_says_nothing_about(both_services, uow):
    import_people(both_services, uow, "a.csv", "user_id,analyse,llm\nu1,no,no\n")
    import_people(both_services, uow, "b.csv", "user_id,quote\nu1,no\n")
    import_people(both_services, uow, "c.csv", "user_id,llm\nu1,yes\n")
    (person,) = repo.load(uow).values()
    assert (person.consent.analyse, person.consent.quote, person.consent.llm) == (
        False,
        False,
        True,
    )


def test_an_address_as_user_id_is_the_same_person_and_only_a_hash(both_services, uow):
    by_id, by_address = (
        user("Ana@Example.org"),
        Reference(namespace="email", value="ana@example.org"),
    )
    found = resolve(both_services, uow, [(by_id, Role.PARTICIPANT), (by_address, Role.PARTICIPANT)])
    assert len(set(found.values())) == 1
    stored = [row["value"] for row in uow.rows(select(participant_ids))]
    assert not any("@" in value for value in stored)


def test_the_same_file_twice_changes_nothing(both_services, uow):
    text = "user_id,name,segment.plan\nu1,Ana,enterprise\nu2,Ben,smb\n"
    import_people(both_services, uow, "people.csv", text)
    before = repo.load(uow)
    assert import_people(both_services, uow, "people.csv", text).added == 0
    assert repo.load(uow) == before


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        pytest.param("u1,Ben,,", "belong to different people", id="ids of two people"),
        pytest.param("u9,Cleo,chief,", "unknown role; found chief", id="unknown role"),
        pytest.param("u9,Cleo,,maybe", "consent llm unclear; found maybe", id="unclear consent"),
        pytest.param(",,,", "names nobody", id="names nobody"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_kept(both_services, uow, row, problem):
    header = "user_id,name,role,llm\n"
    import_people(both_services, uow, "a.csv", header + "u1,Ana,,\nu2,Ben,,\n")
    done = import_people(both_services, uow, "b.csv", header + row + "\nu3,Dora,,\n")
    assert done.added == 1
    assert len(done.problems) == 1
    assert done.problems[0].startswith("b.csv:2:")
    assert problem in done.problems[0]


def test_a_file_that_names_nobody_is_refused(both_services, uow):
    with pytest.raises(InputError, match="no column names a person; found plan"):
        import_people(both_services, uow, "people.csv", "plan\nenterprise\n")
