"""The sample study: its counts, its planted numbers, its texts, its truth."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean, median

import pytest

from synth.sample.cast import read_cast
from synth.sample.generate import STUDY, draw_events, write_study
from synth.sample.study import Study, load_study
from synth.sample.truth import Planted
from synth.sources.types import SourceKind

DAY = timedelta(days=1)
LAST_28_DAYS = datetime(2026, 7, 27, tzinfo=UTC)
CHANGE = datetime(2026, 7, 20, tzinfo=UTC)
METRICS = {
    "activation_rate",
    "day3_abandonment",
    "provisioning_minutes",
    "export_success",
    "invite_acceptance",
    "search_seconds",
}
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study()


def rows_of(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text)))


def text_of(study: Study, filename: str) -> str:
    return next(file.data for file in study.files if file.filename == filename).decode("utf-8")


@pytest.fixture(scope="module")
def tickets(study: Study) -> Rows:
    return rows_of(text_of(study, "tickets.csv"))


@pytest.fixture(scope="module")
def notes(study: Study) -> list[dict[str, object]]:
    return [json.loads(line) for line in text_of(study, "replay_notes.jsonl").splitlines()]


@pytest.fixture(scope="module")
def events(study: Study) -> Rows:
    return rows_of(study.events)


@pytest.fixture(scope="module")
def plans(study: Study) -> dict[str, str]:
    return {row["user_id"]: row["segment.plan"] for row in rows_of(study.participants)}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def cues(text: str) -> list[tuple[str, str]]:
    """Return (speaker, words) of each cue, in both dialects."""
    pattern = r"-->.*\n(?:<v (?P<v>[^>]+)>(?P<a>.+)</v>|(?P<z>[^:\n]+): (?P<b>.+))"
    return [(m["v"] or m["z"], m["a"] or m["b"]) for m in re.finditer(pattern, text)]


def interviews(study: Study) -> dict[str, list[tuple[str, str]]]:
    return {
        file.filename.removesuffix(".vtt"): cues(file.data.decode("utf-8"))
        for file in study.files
        if file.kind is SourceKind.TRANSCRIPT
    }


# --- how much there is -------------------------------------------------------------------


def test_it_holds_what_the_interface_promises(
    study: Study, tickets: Rows, notes: list[dict[str, object]]
) -> None:
    kinds = Counter(file.kind for file in study.files)
    assert kinds == {
        SourceKind.TRANSCRIPT: 8,
        SourceKind.TICKET: 1,
        SourceKind.REPLAY_NOTE: 1,
    }
    assert (len(tickets), len(notes)) == (120, 30)
    assert {metric.name for metric in study.metrics} == METRICS


def test_every_series_has_84_days_overall_and_per_plan(study: Study) -> None:
    days = defaultdict(set)
    for row in rows_of(study.observations):
        days[row["metric"], row["segment.plan"]].add(row["ts"])
    assert set(days) == {(m, plan) for m in METRICS for plan in ("", "enterprise", "smb")}
    assert {len(found) for found in days.values()} == {study.days} == {84}


def test_each_interview_has_one_interviewee_and_35_to_70_cues(study: Study) -> None:
    people = set()
    for spoken in interviews(study).values():
        others = {speaker for speaker, _ in spoken} - {"Noor Haddad"}
        assert len(others) == 1
        assert 35 <= len(spoken) <= 70
        people |= others
    assert len(people) == 8


def test_both_vtt_dialects_occur(study: Study) -> None:
    texts = [file.data.decode() for file in study.files if file.kind is SourceKind.TRANSCRIPT]
    assert sum("<v " in text for text in texts) == 2


# --- the planted numbers, recomputed from the events ------------------------------------


def users(events: Rows, name: str, *, start: datetime | None = None) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in events:
        if row["event"] == name and (start is None or moment(row["ts"]) >= start):
            found[row["user_id"]].append(row)
    return found


def share(exposed: Iterable[str], hit: Iterable[str]) -> float:
    people, outcome = list(exposed), set(hit)
    return sum(person in outcome for person in people) / len(people)


def test_activation_falls_from_42_to_31_percent(events: Rows) -> None:
    everybody, after = users(events, "trial_started"), users(events, "trial_started", start=CHANGE)
    activated = users(events, "activated")
    assert share(set(everybody) - set(after), activated) == pytest.approx(0.42, abs=0.005)
    assert share(after, activated) == pytest.approx(0.31, abs=0.005)


@pytest.mark.parametrize(
    ("plan", "since", "expected"),
    [
        pytest.param(None, None, 0.55, id="everybody"),
        pytest.param("enterprise", None, 0.80, id="enterprise"),
        pytest.param("smb", None, 0.30, id="smb"),
        pytest.param(None, LAST_28_DAYS, 0.55, id="everybody lately"),
        pytest.param("enterprise", LAST_28_DAYS, 0.80, id="enterprise lately"),
        pytest.param("smb", LAST_28_DAYS, 0.30, id="smb lately"),
    ],
)
def test_day_3_abandonment(
    events: Rows, plans: dict[str, str], plan: str | None, since: datetime | None, expected: float
) -> None:
    uploads = users(events, "first_upload", start=since)
    uploaded = [user for user in uploads if plan in (None, plans[user])]
    assert share(uploaded, users(events, "abandoned_day3")) == pytest.approx(expected, abs=0.01)


def test_provisioning_takes_18_minutes_against_5(study: Study, events: Rows) -> None:
    minutes = [float(rows[0]["value"]) for rows in users(events, "user_provisioned").values()]
    assert median(minutes) == pytest.approx(18, abs=0.5)
    assert mean(minutes) == pytest.approx(18, abs=0.5)
    targets = {metric.name: metric.target for metric in study.metrics}
    assert targets["provisioning_minutes"] == 5


def test_the_series_are_computed_from_the_events(
    study: Study, events: Rows, plans: dict[str, str]
) -> None:
    definitions = {metric.name: metric for metric in study.metrics}
    for row in rows_of(study.observations)[::17]:
        metric = definitions[row["metric"]]
        day = moment(row["ts"]).replace(tzinfo=UTC)
        done = users(events, metric.outcome_event) if metric.outcome_event else {}
        values = [
            float(user in done) if metric.outcome_event else float(found[0]["value"])
            for user, found in users(events, str(metric.exposure_event)).items()
            if day <= moment(found[0]["ts"]) < day + DAY
            and row["segment.plan"] in ("", plans[user])
        ]
        assert float(row["denominator"]) == len(values)
        assert float(row["numerator"]) == pytest.approx(sum(values), abs=0.01)
        assert float(row["value"]) == pytest.approx(mean(values), abs=0.001)


@pytest.mark.parametrize("metric", ["export_success", "invite_acceptance", "search_seconds"])
def test_quiet_metrics_stay_level(study: Study, metric: str) -> None:
    assert metric in study.truth.quiet_metrics
    weeks: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows_of(study.observations):
        if row["metric"] == metric and not row["segment.plan"]:
            week = (moment(row["ts"]).replace(tzinfo=UTC) - study.starts_at).days // 7
            weeks[week][0] += float(row["numerator"])
            weeks[week][1] += float(row["denominator"])
    values = [above / below for above, below in weeks.values()]
    assert max(values) - min(values) < 0.08 * mean(values) + 0.02


def test_people_have_each_event_once_and_after_the_trial_began(events: Rows) -> None:
    started = {user: moment(rows[0]["ts"]) for user, rows in users(events, "trial_started").items()}
    assert max(Counter((row["user_id"], row["event"]) for row in events).values()) == 1
    assert all(moment(row["ts"]) >= started[row["user_id"]] for row in events)


def test_the_generator_writes_the_same_bytes_again(tmp_path: Path) -> None:
    (tmp_path / "cast.csv").write_bytes((STUDY / "cast.csv").read_bytes())
    write_study(tmp_path)
    for name in ("events.csv", "metrics.csv", "participants.csv"):
        assert (tmp_path / name).read_bytes() == (STUDY / name).read_bytes()


def test_another_seed_gives_other_days_and_the_same_rates() -> None:
    cast = read_cast((STUDY / "cast.csv").read_text("utf-8"))
    drawn = draw_events(cast, seed=8)
    assert drawn != draw_events(cast, seed=7)
    first = {(one.user_id, one.event): one.ts for one in drawn}
    started = {user for user, event in first if event == "trial_started"}
    activated = {user for user, event in first if event == "activated"}
    assert len(activated) / len(started) == pytest.approx(0.371, abs=0.01)
    assert all(first[user, "activated"] > first[user, "trial_started"] for user in activated)


# --- the texts and their truth -----------------------------------------------------------


def test_no_two_texts_are_equal(tickets: Rows, notes: list[dict[str, object]]) -> None:
    texts = [row["description"] for row in tickets] + [str(note["text"]) for note in notes]
    assert len({" ".join(text.casefold().split()) for text in texts}) == 150
    assert len({row["subject"] for row in tickets}) == 120
    openings = Counter(" ".join(text.split()[:5]).casefold() for text in texts)
    assert max(openings.values()) == 1


def planted(study: Study) -> tuple[Planted, ...]:
    return (*study.truth.causes, *study.truth.decoys)


def test_every_id_of_the_truth_exists_and_belongs_to_one_thing(
    study: Study, tickets: Rows, notes: list[dict[str, object]]
) -> None:
    known = {row["id"] for row in tickets} | {str(note["id"]) for note in notes}
    named = [document for item in planted(study) for document in item.documents]
    assert set(named) <= known
    assert max(Counter(named).values()) == 1


def test_interview_passages_are_said_by_the_interviewee(study: Study) -> None:
    spoken = interviews(study)
    for item in planted(study):
        for passage in item.passages:
            speaker, words = spoken[passage.document][passage.cue - 1]
            assert speaker != "Noor Haddad"
            assert words.startswith(passage.opening)


def test_no_question_is_the_first_to_name_something_planted(study: Study) -> None:
    for spoken in interviews(study).values():
        heard = ""
        for speaker, words in spoken:
            if speaker == "Noor Haddad":
                for phrase in (p for item in planted(study) for p in item.phrases):
                    named = re.search(rf"\b{re.escape(phrase)}\b", words.casefold())
                    assert not named or phrase in heard, words
            else:
                heard += words.casefold()


def people_of(
    item: Planted, tickets: Rows, notes: list[dict[str, object]]
) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in tickets:
        if row["id"] in item.documents:
            found[row["requester_id"]].append(moment(row["created_at"]))
    for note in notes:
        if note["id"] in item.documents:
            found[str(note["user_id"])].append(moment(str(note["created_at"])))
    return found


def test_20_to_30_percent_of_the_texts_are_by_people_outside_the_events(
    tickets: Rows, notes: list[dict[str, object]], events: Rows
) -> None:
    known = {row["user_id"] for row in events}
    authors = [row["requester_id"] for row in tickets] + [str(note["user_id"]) for note in notes]
    assert 0.2 <= sum(author not in known for author in authors) / len(authors) <= 0.3


def test_causes_begin_with_the_change_and_the_late_decoy_two_weeks_after(
    study: Study, tickets: Rows, notes: list[dict[str, object]]
) -> None:
    first = {
        item.key: min(min(times) for times in people_of(item, tickets, notes).values())
        for item in planted(study)
    }
    assert CHANGE - 3 * DAY <= first["step_3_admin_rights"] < CHANGE + DAY
    assert first["empty_dashboard"] < study.starts_at + 7 * DAY
    assert first["slow_role_dropdown"] < study.starts_at + 4 * DAY
    assert first["notification_emails"] >= CHANGE + 14 * DAY


def test_the_dark_mode_decoy_is_the_loudest_and_constant(
    study: Study, tickets: Rows, notes: list[dict[str, object]]
) -> None:
    authors = {item.key: people_of(item, tickets, notes) for item in planted(study)}
    assert max(authors, key=lambda key: len(authors[key])) == "dark_mode"
    months = Counter(
        (time - study.starts_at).days // 28
        for times in authors["dark_mode"].values()
        for time in times
    )
    assert set(months) == {0, 1, 2}
    assert max(months.values()) <= 1.6 * min(months.values())


def hit_by(metric: str, events: Rows) -> tuple[set[str], set[str]]:
    """Return (measured, hit) of a cause's metric, as its definition says."""
    if metric == "activation_rate":
        measured = set(users(events, "trial_started", start=CHANGE))
        return measured, measured - set(users(events, "activated"))
    if metric == "day3_abandonment":
        measured = set(users(events, "first_upload", start=LAST_28_DAYS))
        return measured, set(users(events, "abandoned_day3"))
    found = users(events, "user_provisioned")
    return set(found), {user for user, rows in found.items() if float(rows[0]["value"]) > 5}


@pytest.mark.parametrize("position", [0, 1, 2])
def test_people_who_name_a_cause_are_hit_more_often(
    study: Study, tickets: Rows, notes: list[dict[str, object]], events: Rows, position: int
) -> None:
    cause = study.truth.causes[position]
    measured, hit = hit_by(str(cause.metric), events)
    speakers = {row["requester_id"] for row in tickets} | {str(note["user_id"]) for note in notes}
    theme = set(people_of(cause, tickets, notes)) & measured
    others = (speakers & measured) - theme
    assert len(theme) >= 17
    assert share(theme, hit) >= 0.9
    assert share(others, hit) <= 0.65


def test_dark_mode_people_are_hit_no_more_often_than_others(
    study: Study, tickets: Rows, notes: list[dict[str, object]], events: Rows
) -> None:
    dark = set(people_of(study.truth.decoys[0], tickets, notes))
    for cause in study.truth.causes:
        measured, hit = hit_by(str(cause.metric), events)
        assert len(dark & measured) >= 5
        assert share(dark & measured, hit) <= share(measured, hit) + 0.05


def test_some_people_withhold_consent(study: Study) -> None:
    people = rows_of(study.participants)
    assert sum(row["analyse"] == "no" for row in people) == 1
    assert sum(row["quote"] == "no" for row in people) >= 3
    assert sum(row["llm"] == "no" for row in people) >= 3
    assert [row["name"] for row in people if row["role"] == "interviewer"] == ["Noor Haddad"]


def test_there_is_something_to_redact(study: Study, tickets: Rows) -> None:
    texts = " ".join(row["description"] for row in tickets)
    texts += " ".join(words for spoken in interviews(study).values() for _, words in spoken)
    assert len(re.findall(r"[\w.]+@[\w.-]+", texts)) >= 2
    assert len(re.findall(r"\+44 20 7946", texts)) >= 2
