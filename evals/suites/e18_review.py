"""E18 review gate: random people do random things to drafts, and nothing leaves unreviewed."""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evals.scorers.review import NAME, Decided, Published, Trace, score
from evals.scoring import score_items
from evals.stats import judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant
from synth.access import repo as access
from synth.access.actions import start_workspace
from synth.access.types import Actor, Member, MemberRole
from synth.audit import repo as audit
from synth.audit.chain import find_break
from synth.bootstrap import build_services, now
from synth.core.ids import new_id
from synth.core.proportions import wilson
from synth.errors import SynthError
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Claim, Content, Provenance
from synth.insights import repo as insights
from synth.metrics import repo as metrics
from synth.metrics.anomaly_repo import replace_anomalies
from synth.metrics.types import Anomaly, AnomalyKind, AnomalyPeople, Good, Metric
from synth.review import repo as reviews
from synth.review.actions import approve, edit, reject
from synth.review.bulk import reject_many
from synth.review.claiming import claim
from synth.review.configuring import set_rules
from synth.review.merging import merge, unmerge
from synth.review.releasing import release
from synth.review.types import Canary, CanaryKind, Rules
from synth.services import Services
from synth.settings import Settings
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes
from synth.themes.edits import Before, StoredTheme, unedited
from synth.themes.types import Level, Origin, ThemeRun

ID = "E18"
#: When a run begins.
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
RUNS, QUICK, ACTS, DRAFTS = 120, 25, 30, 4
TITLES = ("Setup waits", "Setup stands still", "Nobody grants the role", "The role comes late")
PEOPLE = (
    {MemberRole.RESEARCHER, MemberRole.REVIEWER},
    {MemberRole.REVIEWER},
    {MemberRole.REVIEWER, MemberRole.PM},
    {MemberRole.REVIEWER},
    {MemberRole.REVIEWER},
    {MemberRole.PM},
    {MemberRole.ADMIN},
)
#: What passes between two acts, so that leases run out within a run.
STEP = timedelta(minutes=12)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One run of acts and what it left."""

    id: str
    trace: Trace


def run(context: EvalContext) -> list[EvalResult]:
    """Let people act at random, also past each other; count broken invariants."""
    items = _items(context.seed, RUNS if context.full else QUICK)
    scores = score_items(items, lambda one: score(one.id, one.trace), name=NAME)
    clean = wilson_estimate(sum(one.value == 1 for one in scores), len(items))
    published = sum(len(one.trace.published) for one in items)
    wrong = [f"{one.item}: {one.evidence}" for one in scores if one.value < 1][:5]
    wrong += [] if published else ["no run published anything: nothing was tested"]
    verdict = judge(clean, 1.0, n_clusters=len(items), hard=True)
    return [
        EvalResult(
            id=ID,
            set="random_acts",
            metrics={"runs_without_violation": clean},
            n=len(items),
            verdict=verdict
            if published
            else judge(wilson_estimate(0, 1), 1.0, n_clusters=1, hard=True),
            reason="; ".join(wrong),
        )
    ]


def mutants(context: EvalContext) -> list[Mutant]:
    """Corrupt what good runs left; the scorer must notice each."""
    items = [item for item in _items(context.seed, 12) if item.trace.published]
    return [
        Mutant(
            eval_id=ID,
            name=f"{name} in {item.id}",
            killed=score(item.id, corrupt(item.trace)).value < 1,
        )
        for item in items[:8]
        for name, corrupt in CORRUPTIONS.items()
    ]


def _items(seed: int, count: int) -> list[Item]:
    with _services() as services:
        return [
            Item(id=f"run-{number}", trace=_run(services, random.Random(f"{seed}/{number}")))
            for number in range(count)
        ]


@contextmanager
def _services() -> Iterator[Services]:
    with tempfile.TemporaryDirectory() as folder:
        services = build_services(Settings.model_validate({"data_dir": Path(folder)}))
        try:
            yield services
        finally:
            services.engine.dispose()


def _run(services: Services, rng: random.Random) -> Trace:
    passed = itertools.count()
    services = replace(services, clock=lambda: START + next(passed) * STEP / 10)
    workspace = start_workspace(services, "E18").workspace_id
    people = [_person(services, workspace, roles) for roles in PEOPLE]
    rules = Rules(reviewers_needed=rng.choice((1, 1, 1, 2, 3)))
    set_rules(services, people[-1], rules)
    drafts = _drafts(services, workspace, rng, people)
    seen = {draft: [_etag(services, workspace, draft)] for draft in drafts}
    for _ in range(ACTS):
        draft, actor = rng.choice(drafts), rng.choice(people)
        with suppress(SynthError):
            _act(services, rng, actor, draft, rng.choice(seen[draft]), rng.choice(drafts))
        seen[draft].append(_etag(services, workspace, draft))
    return _trace(services, workspace, drafts, people, rules)


def _act(
    services: Services, rng: random.Random, actor: Actor, draft: str, seen: str, other: str
) -> None:
    way = rng.randrange(12)
    if way == 0:
        edit(services, actor, draft, seen=seen, changes={"title": rng.choice(TITLES)})
    elif way == 1:
        reject(services, actor, draft, seen=seen, reason_codes=["other"])
    elif way == 2:
        reject_many(services, actor, [(draft, seen), (other, seen)], reason_codes=["other"])
    elif way == 3:
        claim(services, actor, draft)
    elif way == 4:
        merge(services, actor, draft, into=other, seen=seen)
    elif way == 5:
        unmerge(services, actor, draft)
    elif way == 6:
        release(services, actor, draft, seen=seen)
    else:
        approve(services, actor, draft, seen=seen, ticked=range(rng.choice((0, 9, 9, 9))))


def _drafts(
    services: Services, workspace: str, rng: random.Random, people: Sequence[Actor]
) -> list[str]:
    """Put drafts into review: two of one pair, and one of them wrong on purpose."""
    starter = rng.choice(people[:3])
    with services.writing(workspace) as uow:
        pair = _anomaly(uow), _theme(uow, starter.member.id)
    drafts = [_draft(services, workspace, rng.choice(people), pair) for _ in range(2)]
    drafts += [_draft(services, workspace, rng.choice(people), None) for _ in range(DRAFTS - 2)]
    canary = Canary(
        hypothesis_id=rng.choice(drafts),
        kind=CanaryKind.CAUSAL_OVERREACH,
        made_from=drafts[0],
        planted_at=services.clock(),
    )
    with services.writing(workspace) as uow:
        reviews.add_canary(uow, canary)
    return drafts


def _etag(services: Services, workspace: str, draft: str) -> str:
    with services.reading(workspace) as uow:
        return hypotheses.load_hypothesis(uow, draft).etag


def _person(services: Services, workspace: str, roles: set[MemberRole]) -> Actor:
    member = Member(id=new_id(), name="Somebody", roles=frozenset(roles))
    with services.writing(workspace) as uow:
        access.add_member(uow, member, now())
    return Actor(workspace_id=workspace, member=member, key_id=new_id())


def _draft(services: Services, workspace: str, starter: Actor, pair: tuple[str, str] | None) -> str:
    """Put a draft into review that stands on counts alone: quotes are measured by E09."""
    with services.writing(workspace) as uow:
        anomaly, theme = pair or (_anomaly(uow), _theme(uow, starter.member.id))
        draft = new_id()
        hypotheses.add_hypothesis(
            uow,
            hypothesis_id=draft,
            content=_content(),
            provenance=Provenance(drafter="eval"),
            started_by=starter.member.id,
            anomaly_id=anomaly,
            theme_id=theme,
            held_reasons=[],
            now=now(),
        )
        return draft


def _content() -> Content:
    scale = wilson(3, 5)
    return Content(
        title="Setup waits",
        solution="a setup without waiting",
        metric="activation",
        unit="share",
        baseline=0.3,
        target=0.4,
        because="people wait for somebody",
        claims=(Claim(text=f"it hit {scale} people", kind="quant", cites=()),),
        citations=(),
        scale=scale,
        counter_note="none found in 5 passages searched",
        figures=(scale,),
    )


def _anomaly(uow: UnitOfWork) -> str:
    metric = Metric(
        id=new_id(), name=f"activation {new_id()}", description="", unit="share", good=Good.UP
    )
    metrics.save_metric(uow, metric, now())
    anomaly = Anomaly(
        id=new_id(), metric_id=metric.id, metric=metric.name, kind=AnomalyKind.SHIFT,
        direction=Good.DOWN, segment={}, window=None, baseline=0.4, observed=0.3, score=5.0,
        reason="", affected=0, measured=0,
    )  # fmt: skip
    people = AnomalyPeople(anomaly=anomaly, affected=frozenset(), unaffected=frozenset())
    replace_anomalies(uow, new_id(), [people], now())
    return anomaly.id


def _theme(uow: UnitOfWork, created_by: str) -> str:
    run_ = ThemeRun(
        id=new_id(), seed=1, method="graph", manifest={}, chunks=0, unthemed=0, created_at=now()
    )
    theme = Before(id=new_id(), level=Level.THEME, origin=Origin.FOUND, title="setup")
    stored = StoredTheme(before=theme, after=unedited(theme))
    themes.save_run(uow, run_, created_by=created_by, found=[stored], members=[])
    return theme.id


def _trace(
    services: Services,
    workspace: str,
    drafts: Sequence[str],
    people: Sequence[Actor],
    rules: Rules,
) -> Trace:
    reviewers = {one.member.id for one in people if MemberRole.REVIEWER in one.member.roles}
    with services.reading(workspace) as uow:
        events = audit.events(uow)
        revisions = [one for draft in drafts for one in hypotheses.revisions(uow, draft)]
        hashes = {(one.id, one.revision): one.revision_sha256 for one in revisions}
        return Trace(
            published=[
                Published(
                    hypothesis=one.hypothesis_id,
                    revision=one.revision,
                    sha256=hashes.get((one.hypothesis_id, one.revision), ""),
                )
                for one in insights.list_insights(uow)
            ],
            decided=[
                Decided(
                    hypothesis=one.hypothesis_id,
                    revision=one.revision,
                    sha256=one.revision_sha256,
                    decision=str(one.decision),
                    reviewer=one.reviewer_id,
                    was_reviewer=one.reviewer_id in reviewers,
                )
                for one in reviews.list_reviews(uow)
            ],
            revisions=[
                (one.id, one.revision, one.revision_sha256, one.author_id) for one in revisions
            ],
            started_by={one.id: one.started_by for one in revisions},
            audited=[
                (one.action, one.subject_id) for one in events if one.subject_kind == "hypothesis"
            ],
            chain=find_break(services.secret, events),
            needed=rules.reviewers_needed,
            canaries=reviews.canary_ids(uow),
        )


def _approval(trace: Trace) -> Decided:
    name = trace.published[0].hypothesis
    return next(one for one in trace.decided if one.hypothesis == name)


def _redecided(trace: Trace, **values: object) -> Trace:
    old = _approval(trace)
    new = replace(old, **values)  # type: ignore[arg-type]
    return replace(trace, decided=[new if one is old else one for one in trace.decided])


def _edited_after(trace: Trace) -> Trace:
    one = trace.published[0]
    later = (one.hypothesis, one.revision + 1, "0" * 64, "somebody")
    return replace(trace, revisions=[*trace.revisions, later])


def _self_approved(trace: Trace) -> Trace:
    old = _approval(trace)
    return _redecided(trace, reviewer=trace.started_by[old.hypothesis])


CORRUPTIONS: dict[str, Callable[[Trace], Trace]] = {
    "publish without review": lambda trace: replace(
        trace, decided=[one for one in trace.decided if one is not _approval(trace)]
    ),
    "publish a canary": lambda trace: replace(
        trace, canaries=frozenset({trace.published[0].hypothesis})
    ),
    "one approval fewer than asked": lambda trace: replace(trace, needed=trace.needed + 1),
    "approve twice": lambda trace: replace(trace, decided=[*trace.decided, _approval(trace)]),
    "edit after approval": _edited_after,
    "reviewer is the author": _self_approved,
    "reviewer without the role": lambda trace: _redecided(trace, was_reviewer=False),
    "another text than the one approved": lambda trace: _redecided(trace, sha256="0" * 64),
    "publish a rejected one": lambda trace: _redecided(trace, decision="reject"),
    "no audit row": lambda trace: replace(trace, audited=[]),
    "broken audit chain": lambda trace: replace(trace, chain="event 3 was changed"),
}
