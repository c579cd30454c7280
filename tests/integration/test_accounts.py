"""An account whose people went quiet gets a check-in with its own themes; the others do not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from synth.access.types import Actor, MemberRole
from synth.errors import NotFound
from synth.investigations import finding, repo
from synth.investigations.accounts import open_check_ins, read_health, set_formula, themes_of
from synth.investigations.dossier import load_dossier
from synth.investigations.health import Formula
from synth.investigations.stage import keep_troubles
from synth.metrics import event_repo
from synth.metrics.event_actions import import_events
from synth.people import repo as people
from synth.services import Services
from synth.store.tables.metrics import anomalies
from synth.store.tables.sources import documents
from tests import factories
from tests.factories import NOW


def event_rows(account: str, number: int) -> list[str]:
    """Return somebody's events: Quiet stops after the first of two spans, Busy goes on."""
    days = range(30, 50) if account == "quiet" else range(50)
    moments = [NOW - timedelta(days=day) for day in days]
    return [f"{at.isoformat()},{account}-{number},page_viewed,s{account}{number}" for at in moments]


@pytest.fixture
def persons(services: Services, actors: dict[MemberRole, Actor]) -> dict[str, list[str]]:
    """Two accounts of four people each; those of Quiet complained about exports."""
    author = actors[MemberRole.ANALYST]
    rows = ["ts,user_id,event,session_id"]
    rows += [row for name in ("quiet", "busy") for n in range(4) for row in event_rows(name, n)]
    import_events(services, author, filename="events.csv", content="\n".join(rows))
    with services.writing(author.workspace_id) as uow:
        keys = {name: [("user", f"{name}-{n}") for n in range(4)] for name in ("quiet", "busy")}
        found = people.find(uow, [key for own in keys.values() for key in own])
        ids = {name: [found[key] for key in own] for name, own in keys.items()}
        for name, own in ids.items():
            for person in own:
                people.describe(uow, person, segments={"account": name.capitalize()})
        said = [(person, "The export never ends.") for person in ids["quiet"][:3]]
        _, chunks = factories.add_document(uow, said, created_by=author.member.id)
        uow.execute(documents.update().values(occurred_at=NOW - timedelta(days=3)))
        factories.add_theme(uow, chunks, created_by=author.member.id, title="export, slow")
    return ids


def test_a_fall_opens_one_check_in_with_the_accounts_own_themes_and_people(
    services: Services, actors: dict[MemberRole, Actor], persons: dict[str, list[str]]
) -> None:
    pm = actors[MemberRole.PM]
    with services.reading(pm.workspace_id) as uow:
        quiet, busy = read_health(services, uow)
        own = themes_of(uow, ["Quiet", "Busy"])
    assert (quiet.account, quiet.has_fallen(Formula())) == ("Quiet", True)
    assert (busy.account, busy.has_fallen(Formula())) == ("Busy", False)
    assert [(one.title, one.share.k, one.share.n) for one in own["Quiet"]] == [
        ("export, slow", 3, 4)
    ]
    assert own["Busy"] == []
    for expected in (1, 0):
        opened = open_check_ins(services, pm.workspace_id, started_by=pm.member.id)
        assert opened == expected
    with services.reading(pm.workspace_id) as uow:
        [case] = repo.list_investigations(uow)
        found = load_dossier(uow, case.id, now=NOW)
    assert case.account == "Quiet"
    assert "health fell from" in case.question
    assert {one.participant_id for one in found.field.people} == set(persons["quiet"])
    with pytest.raises(NotFound):
        finding.add_finding(services, pm, case.id, kind="link", ref="x")


def test_the_formula_decides_what_is_a_fall(
    services: Services, actors: dict[MemberRole, Actor], persons: dict[str, list[str]]
) -> None:
    pm = actors[MemberRole.PM]
    kept = set_formula(services, pm, Formula(usage=0, nps=1, tickets=0))
    with services.reading(pm.workspace_id) as uow:
        assert repo.load_formula(uow) == kept
        assert not any(one.has_fallen(kept) for one in read_health(services, uow))
    assert open_check_ins(services, pm.workspace_id, started_by=pm.member.id) == 0
    with pytest.raises(NotFound, match="no member"):
        set_formula(services, pm, Formula(owner_id="nobody"))


def test_sessions_with_trouble_are_kept_beside_those_detection_chose(
    services: Services, actors: dict[MemberRole, Actor], persons: dict[str, list[str]]
) -> None:
    analyst = actors[MemberRole.ANALYST]
    at = (NOW - timedelta(days=2)).isoformat()
    rows = [f"{at},busy-0,rage_click,s-rage", f"{at},quiet-0,rage_click,s-spared"]
    import_events(
        services, analyst, filename="more.csv",
        content="\n".join(["ts,user_id,event,session_id", *rows]),
    )  # fmt: skip
    with services.writing(analyst.workspace_id) as uow:
        anomaly = factories.add_anomaly(uow, affected=persons["busy"], unaffected=persons["quiet"])
        window = {"starts_at": NOW - timedelta(days=5), "ends_at": NOW}
        uow.execute(anomalies.update().values(**window))
    assert keep_troubles(services, analyst.workspace_id) == 1
    with services.reading(analyst.workspace_id) as uow:
        kept = event_repo.sessions_of(uow, anomaly)
    assert [(one.session_id, one.event) for one in kept] == [("s-rage", "rage_click")]
