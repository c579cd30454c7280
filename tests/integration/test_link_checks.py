"""The link test on real events: dose and use of the product beside the overlap; tags that learn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest

from synth.access.types import Actor, MemberRole
from synth.hypotheses.strata import by_usage
from synth.links import actions, repo, stage
from synth.links.reasons import GOES_WITH_USE
from synth.links.types import Link, TagState
from synth.metrics.event_actions import import_events
from synth.people import repo as people
from synth.services import Services
from synth.store.tables.metrics import anomalies, metrics
from synth.store.tables.themes import theme_runs
from tests import factories
from tests.factories import NOW

ONSET = NOW - timedelta(days=10)


def event_rows(number: int) -> list[str]:
    """Return somebody's events: heavy users are the even ones; the first 30 met the dropdown."""
    user, rows = f"u{number:02}", []
    for day in range(12 if number % 2 == 0 else 2):
        rows.append(f"{(ONSET - timedelta(days=day + 1)).isoformat()},{user},page_viewed")
    for again in range(3 if number < 15 else 1 if number < 30 else 0):
        at = ONSET + timedelta(hours=again + 1)
        rows.append(f"{at.isoformat()},{user},role_dropdown_opened")
    return rows


@pytest.fixture
def tested(services: Services, actors: dict[MemberRole, Actor]) -> Link:
    """Sixty people; those who speak about the dropdown are mostly those who were hit."""
    return linked(
        services, actors[MemberRole.ANALYST], hit=[*range(22), 50, 51], speakers=range(24)
    )


def linked(
    services: Services, analyst: Actor, *, hit: Collection[int], speakers: Collection[int]
) -> Link:
    """Return the tested pair of sixty people, of whom some were hit and some speak about it."""
    rows = ["ts,user_id,event", *(row for number in range(60) for row in event_rows(number))]
    import_events(services, analyst, filename="events.csv", content="\n".join(rows))
    with services.writing(analyst.workspace_id) as uow:
        keys = [("user", f"u{number:02}") for number in range(60)]
        found = people.find(uow, keys)
        persons = [found[key] for key in keys]
        said = [
            (one, f"The role dropdown is slow, says {place}") for place, one in enumerate(persons)
        ]
        _, chunks = factories.add_document(uow, said, created_by=analyst.member.id)
        theme = factories.add_theme(
            uow,
            [chunks[place] for place in speakers],
            created_by=analyst.member.id,
            title="activation, role, dropdown",
        )
        anomaly = factories.add_anomaly(
            uow,
            affected=[persons[place] for place in hit],
            unaffected=[one for place, one in enumerate(persons) if place not in hit],
        )
        uow.execute(anomalies.update().values(starts_at=ONSET, ends_at=NOW))
        # A name without chance in it: the test's vectors are made of words.
        uow.execute(metrics.update().values(name="activation"))
    stage.test_links(services, analyst.workspace_id)
    with services.reading(analyst.workspace_id) as uow:
        [link] = repo.list_links(uow, anomaly_id=anomaly, theme_id=theme)
    return link


def test_an_overlap_comes_with_its_dose_and_within_equal_use(tested: Link) -> None:
    assert tested.verdict == "overlap"
    assert tested.dose is not None
    assert tested.dose.events == ("role_dropdown_opened",)
    assert [(one.least, one.hit, one.people) for one in tested.dose.groups] == [
        (0, 2, 30), (1, 7, 15), (2, 15, 15),
    ]  # fmt: skip
    assert tested.dose.rises
    [usage] = tested.strata
    assert (usage.by, usage.holds) == ("usage", True)
    assert [(one.name, one.counts.people) for one in usage.strata] == [
        ("2", 30), ("12", 30),
    ]  # fmt: skip
    assert usage.low is not None
    assert 1 < usage.low < usage.lift
    assert tested.p == usage.p
    assert "among people who use the product equally much" in tested.reason
    [check] = by_usage(tested)
    assert (check.segment, check.people, check.holds) == ("usage", 60, True)


def test_who_uses_the_product_more_speaks_more_and_is_hit_more_and_that_is_no_link(
    services: Services, actors: dict[MemberRole, Actor]
) -> None:
    """Of thirty heavy users 21 are hit, of the others 3; 70 % and 10 % of either speak."""
    hit = [*range(0, 42, 2), 1, 3, 5]
    speakers = [*range(0, 30, 2), *range(42, 54, 2), 7, 9, 11]
    link = linked(services, actors[MemberRole.ANALYST], hit=hit, speakers=speakers)
    assert link.verdict == "frequent_not_linked"
    assert GOES_WITH_USE in link.reason
    assert link.lift is not None
    assert link.lift.low > 1
    [usage] = link.strata
    assert not usage.holds


def test_a_proposal_names_the_event_and_a_rejection_is_remembered_under_a_new_theme(
    services: Services, actors: dict[MemberRole, Actor], tested: Link
) -> None:
    pm = actors[MemberRole.PM]
    stage.propose_tags(services, pm.workspace_id)
    with services.reading(pm.workspace_id) as uow:
        [tag] = repo.list_tags(uow)
    assert tag.event == "role_dropdown_opened"
    assert "speaks about role_dropdown_opened: dropdown, rol" in tag.reason
    actions.decide_tag(services, pm, tag.id, TagState.REJECTED)
    with services.writing(pm.workspace_id) as uow:
        [lesson] = repo.rejections(uow)
        assert lesson.name == "activation, role, dropdown"
        uow.execute(theme_runs.update().values(is_current=False))
        _, chunks = factories.add_document(
            uow, [(None, "Role dropdown so slow")], created_by=pm.member.id
        )
        factories.add_theme(
            uow,
            chunks,
            created_by=pm.member.id,
            title="activation, role, dropdown, printing, invoices",
        )
    stage.propose_tags(services, pm.workspace_id)
    with services.reading(pm.workspace_id) as uow:
        after = [one for one in repo.list_tags(uow) if one.state is TagState.PROPOSED]
    assert len(after) == 1
    for one in after:
        assert one.score < tag.score / 2
        assert "was rejected for this metric" in one.reason
