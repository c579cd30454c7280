"""The three stories of the sample study, from its raw files to the drafts of each."""

from __future__ import annotations

from dataclasses import asdict

from evals.types import Score
from evals.worlds.synthesis import SEED, run_jobs
from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.core.ids import new_id
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.stage import draft_hypotheses
from synth.hypotheses.types import Hypothesis
from synth.links.stage import propose_tags, test_links
from synth.metrics import repo as metrics
from synth.metrics.actions import import_observations, put_metric
from synth.metrics.event_actions import import_events
from synth.metrics.stage import detect_anomalies
from synth.people.actions import import_people
from synth.review import repo as review
from synth.sample.study import load_study
from synth.sample.truth import Evidence, FoundLink, FoundTheme, Truth, score_demo
from synth.services import Services
from synth.sources import repo as sources
from synth.sources.actions import upload
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes
from synth.themes.stage import build_themes

EVERYTHING = 1_000_000


def tell_stories(services: Services) -> list[Score]:
    """Return for each story whether the first draft on its metric names its cause.

    And for each draft whether it names no cause of any story.
    """
    study = load_study()
    started = start_workspace(services, "Stories")
    actor = authenticate(services, started.keys[MemberRole.RESEARCHER])
    workspace, member = actor.workspace_id, actor.member.id
    with services.writing(workspace) as uow:
        import_people(services, uow, "participants.csv", study.participants)
    for metric in study.metrics:
        put_metric(services, actor, **asdict(metric))
    import_observations(services, actor, filename="metrics.csv", text=study.observations)
    import_events(services, actor, filename="events.csv", content=study.events)
    for file in study.files:
        upload(services, actor, filename=file.filename, data=file.data, options=file.options)
    run_jobs(services, workspace)
    build_themes(services, workspace, run_id=new_id(), seed=SEED, created_by=member)
    detect_anomalies(services, workspace, run_id=new_id())
    propose_tags(services, workspace)
    test_links(services, workspace)
    draft_hypotheses(services, workspace, started_by=member)
    with services.reading(workspace) as uow:
        waiting = [one.hypothesis_id for one in review.list_waiting(uow, now=services.clock())]
        return _scores(uow, study.truth, hypotheses.load_many(uow, waiting))


def _scores(uow: UnitOfWork, truth: Truth, drafts: list[Hypothesis]) -> list[Score]:
    names = {one.id: one.name for one in metrics.list_metrics(uow)}
    documents = {one.id: one.external_id for one in sources.list_documents(uow, limit=EVERYTHING)}
    known = set(names.values())
    scores = []
    for cause in truth.causes:
        own = [one for one in drafts if one.content.metric == cause.metric]
        named = bool(own) and _names_a_cause(uow, truth, own[0], documents)
        scores.append(Score(name="cause1", item=cause.key, value=float(named)))
    for number, one in enumerate(drafts):
        right = one.content.metric in known and _names_a_cause(uow, truth, one, documents)
        item = f"draft {number}"
        scores.append(Score(name="hallucinated", item=item, value=float(not right)))
    return scores


def _names_a_cause(
    uow: UnitOfWork, truth: Truth, draft: Hypothesis, documents: dict[str, str]
) -> bool:
    """Return whether a draft's theme is the cause planted for its metric."""
    evidence = [
        Evidence(external_id=documents[passage.document_id], quote=passage.quote)
        for passage in themes.evidence(uow, draft.theme_id, limit=EVERYTHING)
    ]
    score = score_demo(
        truth,
        [FoundTheme(id=draft.theme_id, evidence=evidence)],
        [FoundLink(theme_id=draft.theme_id, metric=draft.content.metric)],
    )
    return score.causes_found == 1
