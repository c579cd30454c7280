"""Real input, end to end: a usability study of eleven people.

Runs where SYNTH_EVAL_DATA names the public data folder. No text of it is printed: failures show
names, places and counts.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from evals.datasets import serdif
from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.bootstrap import build_services
from synth.core.ids import new_id
from synth.core.proportions import wilson
from synth.doctor.checks import examine
from synth.errors import Forbidden
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.stage import draft_hypotheses
from synth.hypotheses.types import Content, Standing, State
from synth.insights import repo as insights
from synth.jobs import queue
from synth.jobs.types import JobState
from synth.links import actions as link_actions
from synth.links import repo as links
from synth.links.types import Link, TagState, Verdict
from synth.metrics import actions as metric_actions
from synth.metrics import repo as metrics
from synth.metrics.types import AnomalyKind, Good
from synth.people import actions as people
from synth.people import repo as people_repo
from synth.pipeline import work
from synth.review import actions as review
from synth.segments import repo as segments
from synth.services import Services
from synth.settings import Settings
from synth.sources import actions as source_actions
from synth.sources import repo as sources
from synth.sources.types import ReadOptions, Source, SourceKind, SourceState
from synth.themes import repo as themes
from tests.acceptance.real_data import needs_data, set_folder, wait
from tests.jobs import finish_jobs

pytestmark = [needs_data, pytest.mark.timeout(600)]
#: "9 of 11 (52-95 %)"
COUNTS = re.compile(r"\d+ of \d+ \(\d+-\d+ %\)")
#: The moderator speaks under this name in the transcripts.
MODERATOR = "MODERATOR"
METRIC_KINDS = (("time", "minutes", Good.DOWN, 5.0), ("success", "share", Good.UP, 1.0))


@dataclass(frozen=True, kw_only=True)
class Study:
    """The SERDIF study after all its jobs."""

    services: Services
    actors: Mapping[MemberRole, Actor]
    folder: Path
    sources: list[Source]

    @property
    def workspace_id(self) -> str:
        return self.actors[MemberRole.RESEARCHER].workspace_id


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """Upload, import, build themes, detect, link and draft with the packaged MiniLM."""
    folder = set_folder("serdif_usability")
    services = build_services(Settings(data_dir=tmp_path_factory.mktemp("serdif")))
    actors = _start(services, "Usability study")
    researcher, analyst = actors[MemberRole.RESEARCHER], actors[MemberRole.ANALYST]
    with services.writing(researcher.workspace_id) as uow:
        people.import_people(services, uow, "participants.csv", serdif.participants_csv(folder))
    with work(services):
        uploaded = _upload_study(services, researcher, folder)
        _import_metrics(services, analyst, folder)
    _analyse(services, analyst)
    yield Study(services=services, actors=actors, folder=folder, sources=uploaded)
    services.engine.dispose()


def _upload_study(services: Services, researcher: Actor, folder: Path) -> list[Source]:
    uploads = [
        (file.path.name, file.path.read_bytes(), SourceKind(file.kind))
        for file in serdif.study_files(folder)
        if file.kind != "survey"
    ]
    comments = serdif.questionnaire_csv(folder).encode()
    uploads.append(("questionnaire.csv", comments, SourceKind.SURVEY))
    done = [
        source_actions.upload(
            services,
            researcher,
            filename=name,
            data=data,
            options=ReadOptions(kind=kind, interviewers=(MODERATOR,)),
        )
        for name, data, kind in uploads
    ]
    return wait(services, researcher.workspace_id, done)


def _import_metrics(services: Services, analyst: Actor, folder: Path) -> None:
    values = [*serdif.task_times(folder), *serdif.task_success(folder)]
    for prefix, unit, good, target in METRIC_KINDS:
        for name in {value.metric for value in values if value.metric.startswith(prefix)}:
            metric_actions.put_metric(
                services, analyst, name=name, unit=unit, good=good, target=target
            )
    imported = metric_actions.import_person_values(
        services, analyst, filename="metrics.csv", text=serdif.metrics_csv(values)
    )
    assert imported.problems == ()
    assert imported.added == sum(bool(value.value) for value in values)


def _start(services: Services, name: str) -> dict[MemberRole, Actor]:
    keys = start_workspace(services, name).keys
    return {role: authenticate(services, key) for role, key in keys.items()}


def _analyse(services: Services, analyst: Actor) -> None:
    """Run the jobs that find themes, anomalies with links, and drafts, one after the other."""
    for kind, arguments in (
        ("themes", {"run_id": new_id(), "seed": 7}),
        ("anomalies", {"run_id": new_id()}),
        ("drafts", {"anomaly_id": None}),
    ):
        _run(services, analyst, kind, arguments)


def _run(
    services: Services,
    actor: Actor,
    kind: str,
    arguments: Mapping[str, object],
    state: JobState = JobState.DONE,
) -> str:
    """Run a job to its end, which must be `state`; return its error, if any."""
    with work(services):
        with services.writing(actor.workspace_id) as uow:
            job = queue.submit(
                services, uow, kind=kind, arguments=arguments, created_by=actor.member.id
            )
        (done,) = finish_jobs(services, actor.workspace_id, [job.id], seconds=300)
    assert done.state is state, (kind, done.error)
    return done.error or ""


def test_everybody_in_the_study_is_one_person(study: Study) -> None:
    """Transcript, notes, questionnaire and tasks of a participant are about one person."""
    with study.services.reading(study.workspace_id) as uow:
        known = people_repo.load(uow)
        speaking = Counter(
            source_person
            for source in study.sources
            for source_person in {
                chunk.participant_id
                for chunk in segments.chunks_of_source(uow, source.id)
                if chunk.is_evidence
            }
        )
        measured = {
            value.participant_id
            for metric in metrics.list_metrics(uow)
            for value in metrics.person_values_of(uow, metric.id)
        }
    assert {source.state for source in study.sources} <= {SourceState.READ, SourceState.PARTIAL}
    assert len(study.sources) == 23
    assert len(measured) == 11
    assert set(speaking) == measured, "people who speak are not the people measured"
    assert measured <= set(known)
    assert all(count >= 2 for count in speaking.values())


def test_themes_count_people_and_the_rest_is_shown(study: Study) -> None:
    with study.services.reading(study.workspace_id) as uow:
        run = themes.current_run(uow)
        found = themes.list_themes(uow)
        eligible = segments.eligible_chunks(uow)
        themed = sum(theme.mentions for theme in found)
    assert run is not None
    assert run.chunks == len(eligible) == themed + run.unthemed
    assert len(found) >= 5
    assert all(1 <= theme.people <= 11 and theme.share.n <= 11 for theme in found)
    assert any(theme.people >= 6 for theme in found), "no theme is shared by half the people"
    # Think-aloud talk holds much that is about nothing; it is shown, not forced into a theme.
    assert run.unthemed < run.chunks / 3


def test_quotes_stand_where_they_are_cited(study: Study) -> None:
    checked = 0
    with study.services.reading(study.workspace_id) as uow:
        for theme in themes.list_themes(uow):
            for passage in themes.evidence(uow, theme.id, limit=20):
                document = sources.load_document(uow, passage.document_id).document
                assert document.text[passage.start : passage.end] == passage.quote
                checked += 1
    assert checked > 50


def test_slow_and_failed_tasks_stand_out(study: Study) -> None:
    """Who missed a target is counted a second time here, from the study's own tables."""
    slow, failed = _missed(study.folder)
    with study.services.reading(study.workspace_id) as uow:
        anomalies = metrics.list_anomalies(uow)
    per_person = [one for one in anomalies if one.kind is AnomalyKind.PERSON]
    against_target = [one for one in anomalies if one.kind is AnomalyKind.TARGET] + per_person
    for metric, missed in {**slow, **failed}.items():
        hits = [one for one in against_target if one.metric == metric]
        if missed * 2 > 11:
            assert hits, f"{missed} of 11 missed the target of {metric}, no anomaly"
        for one in hits:
            assert 0 < one.affected <= one.measured <= 11, metric
    assert any(one.affected == slow.get(one.metric) for one in against_target)
    assert any(one.affected == failed.get(one.metric) for one in against_target)
    assert all(one.reason for one in anomalies)


def _missed(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many people were over five minutes, and how many failed, per task."""
    slow: Counter[str] = Counter()
    for path in (folder / "tasks/time").glob("*.csv"):
        for row in csv.DictReader(io.StringIO(path.read_text())):
            minutes, seconds = row["SingleTime"].split(":")
            slow[f"time_{row['Task']}"] += float(minutes) * 60 + float(seconds) > 300
    table = (folder / "tasks/completion/taskSuccess.csv").read_text(encoding="utf-16")
    failed = {
        f"success_{cells[0]}": cells[1:].count("0") for cells in csv.reader(table.splitlines()[1:])
    }
    return dict(slow), failed


def test_eleven_people_link_nothing_and_every_pair_says_why(study: Study) -> None:
    with study.services.reading(study.workspace_id) as uow:
        anomalies, found = metrics.list_anomalies(uow), themes.list_themes(uow)
        tested = links.list_links(uow)
    pairs = {(link.anomaly_id, link.theme_id) for link in tested}
    assert pairs == {(one.id, theme.id) for one in anomalies for theme in found}
    assert not [link.status for link in tested if link.is_linked]
    verdicts = Counter(link.verdict for link in tested)
    assert verdicts[Verdict.TOO_FEW] > len(tested) / 2
    for link in tested:
        counts = link.counts
        people = counts.theme_affected + counts.theme_unaffected
        people += counts.other_affected + counts.other_unaffected
        assert 0 < people <= 11
        assert COUNTS.search(link.reason), "the reason has no count with its interval"
        has_two_sides = min(counts.affected, counts.unaffected) > 0
        assert (link.lift is not None) == has_two_sides
        if link.lift is not None:
            assert 0 <= link.lift.low <= link.lift.value <= link.lift.high


def test_no_draft_comes_from_pairs_that_prove_nothing(study: Study) -> None:
    """Not even from a pair that an analyst tags by hand: a tag is no evidence."""
    analyst = study.actors[MemberRole.ANALYST]
    with study.services.reading(study.workspace_id) as uow:
        likeliest = links.list_links(uow)[0]
    tag = link_actions.add_tag(
        study.services, analyst, metric=likeliest.metric, theme_id=likeliest.theme_id, reason="try"
    )
    counts = draft_hypotheses(
        study.services, study.workspace_id, started_by=analyst.member.id, anomaly_id=None
    )
    with study.services.reading(study.workspace_id) as uow:
        again = links.list_links(uow, anomaly_id=likeliest.anomaly_id)
        drafted = hypotheses.list_hypotheses(uow)
        known = insights.list_insights(uow)
    tagged = next(link for link in again if link.theme_id == likeliest.theme_id)
    assert tagged.tag == tag
    assert tagged.status == "too few people"
    assert counts.drafts == 0
    assert [one.state for one in drafted if one.state is not State.HELD] == []
    assert not known


def test_a_pair_asked_for_is_approved_by_a_second_person(study: Study) -> None:
    """An analyst confirms the tag of a pair with too few people, asks for a draft, reads it."""
    services, analyst = study.services, study.actors[MemberRole.ANALYST]
    reviewer, pair = study.actors[MemberRole.REVIEWER], _likeliest(study)
    asked = {"anomaly_id": pair.anomaly_id, "theme_id": pair.theme_id, "attempts": 1}
    assert pair.tag is not None
    assert "a person confirm" in _run(services, analyst, "drafts", asked, JobState.FAILED)
    link_actions.decide_tag(services, analyst, pair.tag.id, TagState.CONFIRMED)
    _run(services, analyst, "drafts", asked)
    with services.reading(study.workspace_id) as uow:
        (draft,) = hypotheses.list_hypotheses(uow, state=State.IN_REVIEW)
    _check_honesty(draft.content, pair)
    ticked = range(len(draft.content.claims))
    with pytest.raises(Forbidden):
        review.approve(services, analyst, draft.id, seen=draft.etag, ticked=ticked)
    review.approve(services, reviewer, draft.id, seen=draft.etag, ticked=ticked)
    with services.reading(study.workspace_id) as uow:
        (insight,) = insights.list_insights(uow)
        assert hypotheses.load_hypothesis(uow, draft.id).state is State.APPROVED
    assert insight.hypothesis_id == draft.id
    assert insight.content.standing is Standing.TOO_FEW
    assert draft.started_by == analyst.member.id != reviewer.member.id


def _likeliest(study: Study) -> Link:
    """Return the likeliest pair that the machine tagged and that at least two affected name."""
    with study.services.reading(study.workspace_id) as uow:
        tested = links.list_links(uow)
    return next(
        link
        for link in tested
        if link.verdict is Verdict.TOO_FEW
        and link.tag is not None
        and link.tag.state is TagState.PROPOSED
        and link.counts.theme_affected >= 2
    )


def _check_honesty(content: Content, pair: Link) -> None:
    """The draft says what was counted and that it proves nothing; no share stands bare."""
    assert content.standing is Standing.TOO_FEW
    assert f"too few people are known to test this: {pair.counts.people}" in content.because
    quant = " ".join(claim.text for claim in content.claims if claim.kind == "quant")
    assert "not a tested link" in quant
    assert str(wilson(pair.counts.theme_affected, pair.counts.affected)) in quant
    assert "times as often" not in quant
    bare = COUNTS.sub("", " ".join([content.statement, quant, content.title]))
    assert "%" not in bare
    assert len({citation.participant_id for citation in content.citations}) >= 2


def test_same_bytes_change_nothing_and_the_store_is_sound(study: Study) -> None:
    path = serdif.study_files(study.folder)[0].path
    again = source_actions.upload(
        study.services,
        study.actors[MemberRole.RESEARCHER],
        filename=path.name,
        data=path.read_bytes(),
        options=ReadOptions(kind=SourceKind.TRANSCRIPT, interviewers=(MODERATOR,)),
    )
    assert again.job is None
    assert [finding.line for finding in examine(study.services) if finding.problems] == []
