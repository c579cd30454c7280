"""Investigations on both databases: opened by rule, both sides heard, deadlines kept, consent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.audit import repo as audit
from synth.audit.chain import find_break
from synth.errors import Conflict, Forbidden, InputError, NotFound
from synth.investigations import actions, finding, repo, rules, stage, terms
from synth.investigations.dossier import Dossier, load_dossier
from synth.investigations.impact import Origin, Term, TermKind
from synth.investigations.progress import left_out_words
from synth.investigations.types import Decision, Investigation, State, TriggerTerms
from synth.links import repo as links
from synth.people.types import Consent, Role
from synth.services import Services
from synth.store.tables.links import links as links_table
from synth.store.tables.metrics import anomaly_sessions
from synth.store.tables.people import participant_ids
from synth.store.tables.sources import documents
from tests import factories
from tests.factories import NOW, put

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stage:
    """A workspace with an anomaly that hit six people; `at` moves the clock."""

    services: Services
    actors: dict[MemberRole, Actor]
    anomaly_id: str
    theme_id: str
    people: list[str]
    chunks: list[str]
    at: Callable[[datetime], Services]

    @property
    def pm(self) -> Actor:
        return self.actors[MemberRole.PM]

    def dossier(self, case_id: str, now: datetime = NOW) -> Dossier:
        with self.services.reading(self.pm.workspace_id) as uow:
            return load_dossier(uow, case_id, now=now)

    def link_id(self) -> str:
        with self.services.reading(self.pm.workspace_id) as uow:
            [link] = links.list_links(uow, anomaly_id=self.anomaly_id, theme_id=self.theme_id)
        return link.id

    def acts(self) -> list[str]:
        with self.services.reading(self.pm.workspace_id) as uow:
            found = audit.events(uow)
        assert find_break(self.services.secret, found) is None
        return [one.action for one in found if one.subject_kind == "investigation"]


@pytest.fixture
def there(both_services: Services) -> Stage:
    services = replace(both_services, clock=lambda: NOW)
    keys = start_workspace(services, "Test").keys
    actors = {role: authenticate(services, key) for role, key in keys.items()}
    author = actors[MemberRole.RESEARCHER]
    with services.writing(author.workspace_id) as uow:
        people = [factories.add_participant(uow, consent=Consent(contact=True)) for _ in range(6)]
        people.append(factories.add_participant(uow, consent=Consent(analyse=False)))
        spared = [factories.add_participant(uow) for _ in range(3)]
        row = {"namespace": "user", "value": "u-1", "participant_id": people[1]}
        uow.insert(participant_ids, [row])
        _, chunks = factories.add_document(
            uow,
            [(people[0], "We need an admin for it."), (None, "Anything else?")],
            created_by=author.member.id,
            roles={1: Role.INTERVIEWER},
        )
        uow.execute(
            documents.update().values(kind="transcript", occurred_at=NOW - DAY, created_at=NOW)
        )
        theme_id = factories.add_theme(uow, chunks[:1], created_by=author.member.id)
        anomaly_id = factories.add_anomaly(uow, affected=people, unaffected=spared)
        factories.add_link(uow, anomaly_id, theme_id)
        for place, (who, name) in enumerate(
            [(people[1], "save_error"), (people[2], "page_opened"), (people[6], "save_error")]
        ):
            row = {"participant_id": who, "session_id": f"s-{who}", "event": name}
            seen = NOW + timedelta(minutes=place)
            put(uow, anomaly_sessions, anomaly_id=anomaly_id, **row, at=seen)
    return Stage(
        services, actors, anomaly_id, theme_id, people, chunks,
        at=lambda moment: replace(services, clock=lambda: moment),
    )  # fmt: skip


def opened(there: Stage) -> Investigation:
    return actions.open_investigation(there.services, there.pm, there.anomaly_id)


def test_an_anomaly_opens_with_question_people_sessions_guide_and_first_terms(
    there: Stage,
) -> None:
    case = opened(there)
    assert case.state is State.UNEXPLAINED
    assert case.question.startswith("What made activation")
    assert case.deadline == NOW + 14 * DAY
    found = there.dossier(case.id)
    asked = [one.participant_id for one in found.field.recruits]
    assert asked == there.people[1:6], "the one talked to and the one who said no are not asked"
    assert found.field.recruits[0].external_id == "u-1"
    playlist = found.field.playlist
    assert [one.participant_id for one in playlist] == [there.people[1], there.people[2]]
    assert (playlist[0].signals, playlist[0].signal) == (1, "save_error")
    assert (case.talks_target, case.replays_target) == (5, 2)
    assert (found.progress.talks, found.progress.askable) == (1, 5)
    assert found.progress.first_hours is None, "talked to before the trigger"
    assert [step.result for step in found.impact.steps] == [10, pytest.approx(7)]
    assert opened(there) == case, "opening twice is opening once"
    assert there.acts() == ["investigation.open"]


def test_neither_side_closes_it_alone_and_both_do(there: Stage) -> None:
    services, pm, case = there.services, there.pm, opened(there)
    quant = finding.add_finding(services, pm, case.id, kind="link", ref=there.link_id())
    assert there.dossier(case.id).case.state is State.NUMBERS_ONLY
    with pytest.raises(Conflict, match="numbers alone never close it"):
        actions.decide(services, pm, case.id, Decision.BUILD)
    finding.add_finding(services, pm, case.id, kind="passage", ref=there.chunks[0])
    assert there.dossier(case.id).case.state is State.EXPLAINED
    finding.remove_finding(services, pm, case.id, quant.id)
    with pytest.raises(Conflict, match="words alone never close it"):
        actions.decide(services, pm, case.id, "test")
    finding.add_finding(services, pm, case.id, kind="impact")
    done = actions.decide(services, pm, case.id, "test")
    assert (done.state, done.decided_by) == (State.DECIDED, pm.member.id)
    with pytest.raises(Conflict, match="reopen it first"):
        finding.add_finding(services, pm, case.id, kind="link", ref=there.link_id())
    again = actions.reopen(services, pm, case.id)
    assert (again.state, again.decision) == (State.EXPLAINED, None)
    assert there.acts().count("investigation.find") == 3


def test_what_is_no_evidence_speaks_for_nobody(there: Stage) -> None:
    services, pm, case = there.services, there.pm, opened(there)
    with pytest.raises(InputError, match="interviewer"):
        finding.add_finding(services, pm, case.id, kind="passage", ref=there.chunks[1])
    with pytest.raises(NotFound, match="no passage"):
        finding.add_finding(services, pm, case.id, kind="passage", ref="x")
    with pytest.raises(NotFound, match="no tested pair"):
        finding.add_finding(services, pm, case.id, kind="link", ref="x")
    with pytest.raises(InputError, match="finding"):
        finding.add_finding(services, pm, case.id, kind="hunch")
    finding.add_finding(services, pm, case.id, kind="passage", ref=there.chunks[0])
    with pytest.raises(Conflict, match="stands already"):
        finding.add_finding(services, pm, case.id, kind="passage", ref=there.chunks[0])
    with pytest.raises(Forbidden):
        finding.add_finding(services, there.actors[MemberRole.REVIEWER], case.id, kind="impact")


def test_nothing_found_is_an_answer_that_needs_a_reason(there: Stage) -> None:
    case = opened(there)
    with pytest.raises(InputError, match="reason"):
        actions.decide(there.services, there.pm, case.id, "no_cause")
    done = actions.decide(
        there.services, there.pm, case.id, "no_cause", "Five talks. Call me: +49 30 901820"
    )
    assert done.state is State.NO_CAUSE
    assert "901820" not in done.decision_note
    with pytest.raises(InputError, match="decision"):
        actions.decide(there.services, there.pm, case.id, "ponder")


def test_consent_withdrawn_makes_it_unexplained_again(there: Stage) -> None:
    services, pm, case = there.services, there.pm, opened(there)
    finding.add_finding(services, pm, case.id, kind="impact")
    finding.add_finding(services, pm, case.id, kind="passage", ref=there.chunks[0])
    with services.writing(pm.workspace_id) as uow:
        factories.set_consent(uow, there.people[0], Consent(quote=False))
    assert stage.drop_groundless(services, pm.workspace_id) == 1
    found = there.dossier(case.id)
    assert found.case.state is State.NUMBERS_ONLY
    assert [one.kind for one in found.findings] == ["impact"]
    assert stage.drop_groundless(services, pm.workspace_id) == 0


def test_a_watched_session_counts_its_person_once(there: Stage) -> None:
    case, session_id = opened(there), f"s-{there.people[1]}"
    for note in ("hesitates", "hesitates at the role list"):
        finding.mark_watched(there.services, there.pm, case.id, session_id, note)
    found = there.dossier(case.id)
    assert found.progress.replays == 1
    assert [watch.note for watch in found.watches] == ["hesitates at the role list"]
    with pytest.raises(NotFound, match="has the session"):
        finding.mark_watched(there.services, there.pm, case.id, "s-of-nobody")


def test_a_late_decision_is_written_down_once_and_again_after_a_new_deadline(
    there: Stage,
) -> None:
    pm, case = there.pm, opened(there)
    late = there.at(NOW + 15 * DAY)
    for expected in (1, 0):
        found = stage.escalate_overdue(late, pm.workspace_id)
        assert found == expected
    actions.change_brief(late, pm, case.id, deadline=NOW + 20 * DAY)
    later = there.at(NOW + 21 * DAY)
    assert stage.escalate_overdue(later, pm.workspace_id) == 1
    assert there.acts().count("investigation.overdue") == 2
    with pytest.raises(InputError, match="deadline"):
        actions.change_brief(later, pm, case.id, deadline=NOW)


def test_triggers_open_each_anomaly_once(there: Stage) -> None:
    services, pm = there.services, there.pm
    trigger = rules.put_trigger(
        services, pm, TriggerTerms(name="Drops", min_affected=5, deadline_days=3)
    )
    for expected in (1, 0):
        found = stage.open_triggered(services, pm.workspace_id, started_by=pm.member.id)
        assert found == expected
    with services.reading(pm.workspace_id) as uow:
        [case] = repo.list_investigations(uow)
    assert (case.trigger_id, case.deadline) == (trigger.id, NOW + 3 * DAY)
    off = rules.put_trigger(
        services, pm, TriggerTerms(name="Off", is_active=False), trigger_id=trigger.id
    )
    with services.reading(pm.workspace_id) as uow:
        assert repo.list_triggers(uow) == [off]
    with pytest.raises(InputError, match="kind"):
        rules.put_trigger(services, pm, TriggerTerms(name="x", kinds=("vibe",)))
    with pytest.raises(NotFound, match="no metric"):
        rules.put_trigger(services, pm, TriggerTerms(name="x", metrics=("nothing",)))


def term(name: str, value: float, kind: TermKind = TermKind.SHARE) -> Term:
    return Term(
        name=name, kind=kind, value=value, unit="", origin=Origin.STATED, source="support",
    )  # fmt: skip


def test_every_edited_term_is_in_the_audit_trail_and_the_others_keep_their_author(
    there: Stage,
) -> None:
    services, pm, case = there.services, there.pm, opened(there)
    analyst = there.actors[MemberRole.ANALYST]
    first = [term("attempts", 500, TermKind.COUNT), term("fail", 0.18), term("write", 0.5)]
    terms.set_impact(services, pm, case.id, first)
    before = there.acts().count("investigation.impact")
    kept = terms.set_impact(services, analyst, case.id, [first[0], term("fail", 0.2), first[2]])
    assert there.acts().count("investigation.impact") == before + 1
    assert [one.edited_by for one in kept] == [
        pm.member.id, analyst.member.id, pm.member.id,
    ]  # fmt: skip
    assert there.dossier(case.id).impact.result == pytest.approx(50)
    finding.add_finding(services, pm, case.id, kind="impact")
    terms.set_impact(services, pm, case.id, [])
    assert there.dossier(case.id).case.state is State.UNEXPLAINED
    with pytest.raises(InputError, match="at least one"):
        finding.add_finding(services, pm, case.id, kind="impact")
    with pytest.raises(InputError, match="at most"):
        terms.set_impact(services, pm, case.id, [term("x", 0.5)] * 9)


def test_another_workspace_sees_none_of_it(there: Stage) -> None:
    case = opened(there)
    finding.add_finding(there.services, there.pm, case.id, kind="impact")
    other = start_workspace(there.services, "Other").keys[MemberRole.PM]
    stranger = authenticate(there.services, other)
    with there.services.reading(stranger.workspace_id) as uow:
        assert repo.list_investigations(uow) == []
        assert repo.list_findings(uow) == {}
        with pytest.raises(NotFound):
            load_dossier(uow, case.id, now=NOW)
    with pytest.raises(NotFound):
        actions.decide(there.services, stranger, case.id, "drop", "not ours")
    with there.services.writing(there.pm.workspace_id) as uow:
        assert uow.scalar(links_table.select()) is not None


def test_a_page_reads_few_people_yet_knows_how_many_there_are_to_ask(there: Stage) -> None:
    with there.services.reading(there.pm.workspace_id) as uow:
        some, askable = repo.first_people(uow, there.anomaly_id, most=2)
        everybody, same = repo.first_people(uow, there.anomaly_id, most=None)
    assert [one.participant_id for one in some] == there.people[:2], "talked to first"
    assert some[0].talked_at
    assert (askable, len(everybody)) == (same, 7)
    assert (askable.to_ask, askable.not_asked, askable.refused, askable.silent) == (5, 0, 0, 1)


def test_nobody_is_named_who_did_not_agree_to_be_contacted(there: Stage) -> None:
    case = opened(there)
    with there.services.writing(there.pm.workspace_id) as uow:
        factories.set_consent(uow, there.people[1], Consent(contact=None))
        factories.set_consent(uow, there.people[2], Consent(contact=False))
        factories.set_consent(uow, there.people[3], Consent(contact=None))
    found = there.dossier(case.id)
    assert [one.participant_id for one in found.field.recruits] == there.people[4:6]
    assert found.progress.askable == 2
    assert left_out_words(found.field.askable) == (
        "left out: 2 not asked whether they may be contacted, 1 said no to being contacted, "
        "1 do not allow what they say to be used"
    )
    with there.services.reading(there.pm.workspace_id) as uow:
        few, _ = repo.first_people(uow, there.anomaly_id, most=3)
    assert [one.participant_id for one in few] == [there.people[0], *there.people[4:6]]
