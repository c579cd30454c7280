"""Reads what is known of each account, and opens a check-in where its health fell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from synth.access import repo as access
from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.core.ids import derive_id
from synth.core.proportions import Proportion, wilson
from synth.errors import NotFound
from synth.investigations import brief, repo
from synth.investigations.health import (
    SPAN,
    SPANS,
    Formula,
    Health,
    Measured,
    check_formula,
    group_by_account,
    health_of,
)
from synth.investigations.opening import begin, store
from synth.investigations.progress import targets
from synth.investigations.repo.slices import ACCOUNT
from synth.metrics import repo as metrics
from synth.metrics.event_queries import Events, asking_events
from synth.people import repo as people
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes
from synth.themes.types import ThemePeople


@dataclass(frozen=True, kw_only=True)
class AccountTheme:
    """A theme of an account's own people."""

    theme_id: str
    title: str
    share: Proportion  #: of the account's people, those who speak about it


def read_health(services: Services, uow: UnitOfWork) -> list[Health]:
    """Return the health of every account, the largest fall first.

    "Now" is the newest event or ticket there is: data of last year is judged as of last year.
    """
    formula = repo.load_formula(uow)
    everybody = people.load(uow).values()
    segments = {one.id: one.segments for one in everybody if one.consent.analyse}
    accounts = group_by_account(segments, ACCOUNT)
    if not accounts:
        return []
    tickets = repo.tickets(uow)
    with asking_events(services.event_log, uow) as events:
        now = _newest(events, [at for _, at in tickets])
        days = _active_days(events, now) if now else {}
    answers = _answers(uow, formula.nps_metric)
    found = [
        health_of(_measured(account, members, now, days, answers, tickets), formula)
        for account, members in accounts.items()
        if now is not None
    ]
    return sorted(found, key=lambda one: (one.change is None, one.change or 0.0, one.account))


def themes_of(
    uow: UnitOfWork, accounts: Sequence[str], *, most: int = 5
) -> dict[str, list[AccountTheme]]:
    """Return what each account's own people speak about, by how many of them."""
    if not accounts:
        return {}
    segments = {one.id: one.segments for one in people.load(uow).values()}
    members = group_by_account(segments, ACCOUNT)
    spoken = [theme for theme in themes.theme_people(uow) if theme.part_of is None]
    return {
        account: _own_themes(members.get(account, frozenset()), spoken)[:most]
        for account in accounts
    }


def _own_themes(members: frozenset[str], spoken: Sequence[ThemePeople]) -> list[AccountTheme]:
    found = []
    for theme in spoken:
        share = wilson(len(members & set(theme.first_said_at)), len(members))
        if share.k:
            found.append(AccountTheme(theme_id=theme.theme_id, title=theme.title, share=share))
    return sorted(found, key=lambda one: (-one.share.k, one.title))


def set_formula(services: Services, actor: Actor, formula: Formula) -> Formula:
    """Make this the workspace's formula.

    Raises:
        InputError: weights or limits that cannot be.
        NotFound: no such owner.
    """
    require(actor, Action.INVESTIGATE)
    checked = check_formula(replace(formula, owner_id=formula.owner_id or actor.member.id))
    with services.writing(actor.workspace_id) as uow:
        if checked.owner_id not in access.load_members(uow):
            raise NotFound(f"no member {checked.owner_id[:64]} in this workspace")
        repo.save_formula(uow, checked, edited_by=actor.member.id, now=services.clock())
        record_act(
            services,
            uow,
            actor,
            action="health.formula",
            subject=("workspace", actor.workspace_id),
            data={
                "usage": checked.usage,
                "nps": checked.nps,
                "tickets": checked.tickets,
                "fall": checked.fall,
            },
        )
    return checked


def open_check_ins(services: Services, workspace_id: str, *, started_by: str) -> int:
    """Open a check-in with each account whose health fell; return how many are new."""
    with services.reading(workspace_id) as uow:
        formula = repo.load_formula(uow)
        fallen = [one for one in read_health(services, uow) if one.has_fallen(formula)]
        known = {case.account for case in repo.list_investigations(uow) if case.state.is_open}
    opened = 0
    for one in fallen:
        if one.account in known or one.now is None or one.before is None:
            continue
        case = begin(
            services,
            case_id=derive_id("check-in", one.account, f"{services.clock():%Y-%m}"),
            question=brief.account_question(one.account, one.before, one.now),
            method=brief.ACCOUNT_METHOD,
            opened_by=started_by,
            owner_id=formula.owner_id or started_by,
            account=one.account,
            targets=targets(one.people, one.people),
        )
        with services.writing(workspace_id) as uow:
            opened += store(services, uow, case)
    return opened


def _measured(
    account: str,
    members: Collection[str],
    now: datetime,
    days: Mapping[str, Sequence[int]],
    answers: Sequence[tuple[str, datetime, float]],
    tickets: Sequence[tuple[str, datetime]],
) -> Measured:
    def span_of(at: datetime) -> int:
        return int((now - at) // SPAN)

    own = [days[person] for person in members if person in days]
    return Measured(
        account=account,
        people=len(members),
        active_days=[sum(one[span] for one in own) for span in range(SPANS)] if days else (),
        answers=[
            [value for who, at, value in answers if who in members and span_of(at) == span]
            for span in range(2)
        ],
        tickets=[
            sum(who in members and span_of(at) == span for who, at in tickets) for span in range(2)
        ]
        if tickets
        else (),
    )


def _newest(events: Events, moments: Sequence[datetime]) -> datetime | None:
    last = [*moments, *(one.last_at for one in events.names())]
    return max(last, default=None)


def _active_days(events: Events, now: datetime) -> dict[str, list[int]]:
    """Return each person's active days in each span before `now`, the newest first."""
    rows = events.query.rows(
        """SELECT no, ts::DATE AS day, max(ts) FROM events WHERE ts > ? AND ts <= ?
        GROUP BY no, day""",
        (now - SPANS * SPAN).replace(tzinfo=None),
        now.replace(tzinfo=None),
    )
    found: dict[str, list[int]] = {}
    for number, _, last in rows:
        span = int((now - last.replace(tzinfo=UTC)) // SPAN)
        found.setdefault(events.people[number], [0] * SPANS)[min(span, SPANS - 1)] += 1
    return found


def _answers(uow: UnitOfWork, metric: str) -> list[tuple[str, datetime, float]]:
    found = metrics.find_metric(uow, metric)
    values = metrics.person_values_of(uow, found.id) if found else []
    return [(one.participant_id, one.ts, one.value) for one in values if one.ts is not None]
