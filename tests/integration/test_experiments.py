"""The swing rule holds in the store: no follow-up before five people were spoken with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.audit import repo as audit
from synth.errors import Conflict, Forbidden, InputError, NotFound
from synth.metrics import event_actions, experiment_repo
from synth.metrics.experiment_actions import (
    import_experiments,
    list_spoken,
    tag_talks,
    untag_talk,
)
from synth.people import merge_actions
from synth.people.actions import resolve
from synth.people.types import Reference, Role
from synth.services import Services
from synth.store.tables.sources import documents
from tests.factories import NOW, add_document, add_participant

HEADER = "experiment,metric,variant,n,conversions,starts,exposure_event,follows\n"
BASE = HEADER + "x1,activation,old,1000,400,2026-01-01,saw_x1,\nx1,activation,new,1000,500,,,\n"
NEXT = HEADER + "x2,activation,old,1000,500,,,x1\nx2,activation,new,1000,501,,,\n"


@pytest.fixture
def analyst(both_services: Services) -> Actor:
    keys = start_workspace(both_services, "Test").keys
    return authenticate(both_services, keys[MemberRole.ANALYST])


def add_interviews(services: Services, actor: Actor, *people: str) -> list[str]:
    with services.writing(actor.workspace_id) as uow:
        found = [
            add_document(uow, [(person, "It asked for rights.")], created_by=actor.member.id)[0]
            for person in people
        ]
        uow.execute(update(documents).values(kind="transcript", occurred_at=NOW))
    return found


def add_people(services: Services, actor: Actor, count: int) -> list[str]:
    with services.writing(actor.workspace_id) as uow:
        return [add_participant(uow) for _ in range(count)]


def ids_of(services: Services, actor: Actor) -> list[str]:
    with services.reading(actor.workspace_id) as uow:
        return [one.id for one in experiment_repo.list_experiments(uow)]


def test_a_follow_up_is_refused_until_five_people_were_spoken_with(
    both_services: Services, analyst: Actor
) -> None:
    assert import_experiments(both_services, analyst, filename="x.csv", text=BASE).added == 1
    people = add_people(both_services, analyst, 5)
    talks = add_interviews(both_services, analyst, *people)
    for count in range(5):
        with pytest.raises(Conflict, match=rf"5-8 conversations .* {count} so far"):
            import_experiments(both_services, analyst, filename="n.csv", text=NEXT)
        assert ids_of(both_services, analyst) == ["x1"]
        # The first of them is spoken with twice, and is still one person.
        own = add_interviews(both_services, analyst, people[0]) if count == 0 else []
        spoken = tag_talks(both_services, analyst, "x1", [talks[count], *own])
        assert len(spoken.people) == count + 1
    assert import_experiments(both_services, analyst, filename="n.csv", text=NEXT).added == 1
    untag_talk(both_services, analyst, "x1", talks[0])
    changed = NEXT.replace("501", "502")
    assert import_experiments(both_services, analyst, filename="n.csv", text=changed).changed == 1
    with both_services.reading(analyst.workspace_id) as uow:
        assert "experiment.talks" in [event.action for event in audit.events(uow)]


def test_people_who_took_part_count_by_themselves_and_united_people_once(
    both_services: Services, analyst: Actor
) -> None:
    import_experiments(both_services, analyst, filename="x.csv", text=BASE)
    rows = "".join(f"2026-01-0{n + 2}T10:00:00Z,u{n},saw_x1\n" for n in range(5))
    event_actions.import_events(
        both_services, analyst, filename="e.csv", content="ts,user_id,event\n" + rows
    )
    with both_services.writing(analyst.workspace_id) as uow:
        references = [Reference(namespace="user", value=f"u{n}") for n in range(5)]
        ids = resolve(both_services, uow, [(one, Role.PARTICIPANT) for one in references])
    people = [ids[one] for one in references]
    add_interviews(both_services, analyst, *people)

    def spoken() -> int:
        with both_services.reading(analyst.workspace_id) as uow:
            (found,) = list_spoken(both_services, uow)
        return len(found.people)

    assert spoken() == 5
    manager = replace(analyst, member=replace(analyst.member, roles=frozenset({MemberRole.ADMIN})))
    with both_services.writing(analyst.workspace_id) as uow:
        merge_actions.join_people(both_services, uow, manager, people[0], people[1])
    assert spoken() == 4


def test_in_one_file_the_rest_is_kept_and_the_reason_said(
    both_services: Services, analyst: Actor
) -> None:
    calm = "x3,activation,old,1000,400,,,\nx3,activation,new,1000,401,,,\n"
    after = "x4,activation,old,1000,400,,,x3\nx4,activation,new,1000,401,,,\n"
    unknown = "x5,activation,old,1000,400,,,x9\nx5,activation,new,1000,401,,,\n"
    text = NEXT + BASE.removeprefix(HEADER) + after + calm + unknown
    done = import_experiments(both_services, analyst, filename="all.csv", text=text)
    assert sorted(ids_of(both_services, analyst)) == ["x1", "x3", "x4"]
    assert [line.split(": ")[:2] for line in done.problems] == [
        ["all.csv:10", "x5 is left out"],
        ["all.csv:2", "x2 is left out"],
    ]
    again = import_experiments(both_services, analyst, filename="all.csv", text=text)
    assert (again.added, again.changed) == (0, 0)


def test_one_that_may_go_on_from_a_swing_is_asked_about(
    both_services: Services, analyst: Actor
) -> None:
    import_experiments(both_services, analyst, filename="x.csv", text=BASE)
    later = "x6,activation,old,1000,500,2026-02-01,,\nx6,activation,new,1000,501,,,\n"
    other = "x7,signups,old,1000,500,2026-02-01,,\nx7,signups,new,1000,501,,,\n"
    text = HEADER + later + other
    done = import_experiments(both_services, analyst, filename="n.csv", text=text)
    assert done.added == 2
    assert done.problems == ("n.csv:2: x6 is kept; if it goes on from x1, say so in `follows`",)


def test_what_cannot_be_is_refused(both_services: Services, analyst: Actor) -> None:
    circle = HEADER + "".join(
        f"{one},m,{arm},10,4,,,{other}\n"
        for one, other in (("a", "b"), ("b", "a"))
        for arm in ("old", "new")
    )
    with pytest.raises(InputError, match="follow each other in a circle"):
        import_experiments(both_services, analyst, filename="c.csv", text=circle)
    import_experiments(both_services, analyst, filename="x.csv", text=BASE)
    with pytest.raises(NotFound, match="no interview"):
        tag_talks(both_services, analyst, "x1", ["nothing"])
    with pytest.raises(NotFound, match="no experiment x7"):
        tag_talks(both_services, analyst, "x7", [])
    keys = start_workspace(both_services, "Other").keys
    reviewer = authenticate(both_services, keys[MemberRole.REVIEWER])
    with pytest.raises(Forbidden):
        import_experiments(both_services, reviewer, filename="x.csv", text=BASE)
