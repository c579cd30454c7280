"""Reads what the agenda, the cadence, the checklist and the pack are made of."""

from __future__ import annotations

from collections.abc import Sequence

from synth.access import repo as access
from synth.access.types import MemberRole
from synth.fusion import repo
from synth.fusion.agenda import Open, plan_agenda
from synth.fusion.cadence import Brought, plan_cadence
from synth.fusion.checklist import Counted, check_steps
from synth.fusion.coverage import cover
from synth.fusion.facts import facts_of, loops_of, read_loops
from synth.fusion.fusion_metrics import compute_metrics
from synth.fusion.pack import Pack, write_pack
from synth.fusion.types import Agenda, Cadence, CheckStep, Loop
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Side
from synth.insights import repo as insights
from synth.insights.standing import list_standings, load_records
from synth.insights.types import LoopState
from synth.investigations import repo as investigations
from synth.links import repo as links
from synth.links.types import TagState
from synth.metrics import repo as metrics
from synth.people import repo as people
from synth.services import Services
from synth.sources import repo as sources
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes

#: Insights and themes of a pack.
STORIES, THEMES = 12, 3


def read_agenda(services: Services, uow: UnitOfWork) -> Agenda:
    """Return the agenda of the next fusion review."""
    now = services.clock()
    anomalies = metrics.list_anomalies(uow)
    loops = read_loops(uow, list_standings(uow, now=now, anomalies=anomalies))
    cases = [one for one in investigations.list_investigations(uow) if one.state.is_open]
    return plan_agenda(
        Open(
            loops=loops,
            cases=cases,
            anomalies=anomalies,
            links=links.list_links(uow),
            quotes=first_quotes(uow, loops),
            reviews=repo.list_reviews(uow),
            today=now.date(),
        )
    )


def read_cadence(services: Services, uow: UnitOfWork) -> list[Cadence]:
    """Return the weeks of each product manager."""
    managers = {
        key: member.name
        for key, member in access.load_members(uow).items()
        if MemberRole.PM in member.roles
    }
    cases = [one for one in investigations.list_investigations(uow) if one.owner_id in managers]
    talks = investigations.talks_of(uow, cases)
    brought = [
        Brought(
            owner_id=case.owner_id,
            anomaly_id=case.anomaly_id or case.id,
            on=case.triggered_at,
            talks=talks[case.id],
        )
        for case in cases
    ]
    brought += [
        Brought(owner_id=one.started_by, anomaly_id=one.anomaly_id, on=one.created_at, talks={})
        for one in hypotheses.list_hypotheses(uow)
    ]
    return plan_cadence(managers, brought, services.clock().date())


def read_checklist(services: Services, uow: UnitOfWork) -> list[CheckStep]:
    """Return the starter checklist, its state computed."""
    standings = list_standings(uow, now=services.clock())
    states = [standing.state for standing in standings]
    cases = investigations.list_investigations(uow)
    run = themes.current_run(uow)
    return check_steps(
        Counted(
            people=len(people.load(uow)),
            documents=sources.count_documents(uow),
            themes=len(themes.list_themes(uow)) if run else 0,
            key_metrics=len(repo.list_key_metrics(uow)),
            values=repo.count_observations(uow),
            anomalies=len(metrics.list_anomalies(uow)),
            investigations=len(cases),
            most_talks=max(map(len, investigations.talks_of(uow, cases).values()), default=0),
            confirmed_tags=sum(tag.state is TagState.CONFIRMED for tag in links.list_tags(uow)),
            links=len(links.list_links(uow)),
            insights=len(standings),
            decisions=sum(standing.decision is not None for standing in standings),
            tests=sum(state in (LoopState.TESTING, LoopState.CLOSED) for state in states),
            closed=sum(state is LoopState.CLOSED for state in states),
            answers=len(repo.list_answers(uow)),
            reviews=len(repo.list_reviews(uow)),
        )
    )


def first_quotes(uow: UnitOfWork, loops: Sequence[Loop]) -> dict[str, tuple[str, str]]:
    """Return one quote of each insight whose speaker allows it now, and who said it."""
    cited = {
        loop.standing.insight.id: [
            one for one in loop.standing.insight.content.citations if one.side is Side.FOR
        ]
        for loop in loops
    }
    ids = {one.participant_id for found in cited.values() for one in found if one.participant_id}
    known = people.load(uow, ids) if ids else {}
    found = {}
    for insight_id, citations in cited.items():
        for one in citations:
            person = known.get(one.participant_id or "")
            if person and person.consent.analyse and person.consent.quote:
                found[insight_id] = (one.quote, one.speaker)
                break
    return found


def read_pack(services: Services, uow: UnitOfWork) -> Pack:
    """Return the executive pack, as review and consent stand now."""
    now = services.clock()
    records = load_records(uow, insights.list_insights(uow), now=now)
    facts = facts_of(services, uow, loops_of(uow, records))
    found = themes.list_themes(uow)[:THEMES]
    run = themes.current_run(uow)
    return write_pack(
        records[:STORIES],
        first_quotes(uow, facts.loops),
        compute_metrics(facts),
        [(theme.title, theme.share.k, theme.share.n) for theme in found],
        cover([theme.mentions for theme in found], run.chunks) if run else None,
        now.date(),
    )
