"""Three people with three keys work through one real server, from files to a closed insight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from synth.sample.study import Study, load_study
from tests.acceptance.server import RunningServer, follow, serve

Json = dict[str, Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with serve(tmp_path_factory.mktemp("three")) as running:
        yield running


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study()


@pytest.fixture(scope="module")
def drafts(server: RunningServer, study: Study) -> list[Json]:
    """The review queue after the researcher did the whole job."""
    with server.person("researcher") as researcher:
        upload_context(researcher, study)
        for location in upload_files(researcher, study):
            follow(researcher, location)
        for path in ("/v1/theme-runs", "/v1/anomaly-runs", "/v1/hypotheses"):
            begun = researcher.post(path, json={})
            assert begun.status_code == 202, begun.text
            follow(researcher, begun.headers["location"])
        return items(researcher, "/v1/review/queue")


def upload_context(client: httpx.Client, study: Study) -> None:
    """Send people, metrics and events, as the sample study has them."""
    people = {"file": ("participants.csv", study.participants)}
    client.post("/v1/participants", files=people).raise_for_status()
    for metric in study.metrics:
        given = {name: value for name, value in vars(metric).items() if name != "name"}
        client.put(f"/v1/metrics/{metric.name}", json=given).raise_for_status()
    series = {"file": ("metrics.csv", study.observations)}
    client.post("/v1/metrics/import", files=series).raise_for_status()
    client.post("/v1/events", files={"file": ("events.csv", study.events)}).raise_for_status()


def upload_files(client: httpx.Client, study: Study) -> list[str]:
    """Send each file of the study; return the addresses of the jobs that began."""
    locations = []
    for file in study.files:
        fields = {
            "kind": file.kind.value,
            "study": file.options.study,
            "interviewers": ",".join(file.options.interviewers),
        }
        answer = client.post("/v1/sources", files={"file": (file.filename, file.data)}, data=fields)
        assert answer.status_code in (200, 202), answer.text
        locations += [answer.headers["location"]] if answer.status_code == 202 else []
    return locations


def items(client: httpx.Client, path: str) -> list[Json]:
    """Return a whole list, page by page, along its Link headers."""
    found: list[Json] = []
    address: str | None = path
    while address:
        answer = client.get(address).raise_for_status()
        found += answer.json()["items"]
        address = answer.links.get("next", {}).get("url")
    return found


def decide(client: httpx.Client, draft: Json, act: str, body: Json, etag: str | None) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    return client.post(f"/v1/review/{draft['id']}/{act}", json=body, headers=headers)


def approval(draft: Json) -> Json:
    return {"ticked": [claim["position"] for claim in draft["claims"]]}


def etag_of(client: httpx.Client, draft: Json) -> str:
    return client.get(f"/v1/hypotheses/{draft['id']}").raise_for_status().headers["etag"]


def test_the_researcher_repeats_an_upload_with_no_change(server, study, drafts):
    with server.person("researcher") as researcher:
        before = [items(researcher, path) for path in ("/v1/sources", "/v1/themes")]
        assert upload_files(researcher, study) == []
        after = [items(researcher, path) for path in ("/v1/sources", "/v1/themes")]
    assert before == after
    assert {"transcript", "ticket", "replay_note"} <= {source["kind"] for source in after[0]}
    assert {source["state"] for source in after[0]} <= {"read", "partial"}


def test_a_job_is_followed_by_its_stream_of_events(server, drafts):
    with server.person("pm") as pm:
        job = pm.get("/v1/jobs?limit=1").json()["items"][0]
        with pm.stream("GET", f"/v1/jobs/{job['id']}/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            lines = [line for line in stream.iter_lines() if line and not line.startswith(":")]
    assert [line.partition(":")[0] for line in lines] == ["id", "event", "data"]
    assert lines[1] == "event: done"


def test_the_researcher_may_not_approve(server, drafts):
    with server.person("researcher") as researcher:
        etag = etag_of(researcher, drafts[0])
        refused = decide(researcher, drafts[0], "approve", approval(drafts[0]), etag)
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"


def test_the_pm_reads_themes_whose_citations_are_exact(server, drafts):
    with server.person("pm") as pm:
        page = pm.get("/v1/themes").json()
        assert page["items"], "no themes"
        assert len(items(pm, "/v1/unthemed")) <= page["run"]["unthemed"]
        for theme in page["items"][:3]:
            evidence = items(pm, f"/v1/themes/{theme['id']}/evidence")
            people = {passage["participant_id"] for passage in evidence} - {None}
            assert len(people) <= theme["people"] == theme["share"]["k"]
            for passage in evidence[:3]:
                document = pm.get(f"/v1/documents/{passage['document_id']}").json()
                quoted = document["text"][passage["start"] : passage["end"]]
                assert quoted == passage["quote"]


def test_the_reviewer_approves_one_and_rejects_one_whose_text_stays_inside(server, drafts):
    assert len(drafts) >= 2
    kept, refused = drafts[0], drafts[1]
    with server.person("reviewer") as reviewer:
        etag = etag_of(reviewer, kept)
        assert decide(reviewer, kept, "approve", approval(kept), None).status_code == 428
        assert decide(reviewer, kept, "approve", approval(kept), '"0-stale"').status_code == 412
        assert decide(reviewer, kept, "approve", {}, etag).status_code == 422
        assert decide(reviewer, kept, "approve", {"ticked": []}, etag).status_code == 422
        assert decide(reviewer, kept, "reject", {"reason_codes": []}, etag).status_code == 422
        approved = decide(reviewer, kept, "approve", approval(kept), etag)
        assert approved.status_code == 200, approved.text
        assert (approved.json()["state"], approved.json()["is_draft"]) == ("approved", False)
        assert decide(reviewer, kept, "approve", approval(kept), etag).status_code == 409
        reason = {"reason_codes": ["weak_evidence"], "note": "Only two people."}
        rejected = decide(reviewer, refused, "reject", reason, etag_of(reviewer, refused))
        assert rejected.json()["state"] == "rejected", rejected.text
    assert_only_inside_the_review(server, kept, refused)


def assert_only_inside_the_review(server: RunningServer, kept: Json, refused: Json) -> None:
    with server.person("pm") as pm:
        titles = [insight["title"] for insight in items(pm, "/v1/insights")]
        shown = [
            pm.get(path).text
            for path in (
                "/v1/insights",
                "/v1/export/csv",
                "/v1/export/markdown",
                "/v1/hypotheses",
                "/v1/hypotheses?state=rejected",
                "/v1/review/queue",
            )
        ]
        assert pm.get(f"/v1/hypotheses/{refused['id']}").status_code == 404
        verdict = pm.get("/v1/audit/verify").json()
    assert titles == [kept["title"]]
    assert kept["because"] in shown[0]
    assert not any(refused["because"] in text for text in shown)
    assert verdict["intact"]


def test_the_loop_goes_on_from_the_insight_to_its_end(server, drafts):
    with server.person("pm") as pm, server.person("analyst") as analyst:
        [insight] = [one for one in items(pm, "/v1/insights") if one["title"] == drafts[0]["title"]]
        path, today = f"/v1/insights/{insight['id']}", datetime.now(tz=UTC).date()
        decision = {"choice": "test", "deadline": (today + timedelta(days=14)).isoformat()}
        assert analyst.post(f"{path}/decision", json=decision).status_code == 403
        pm.post(f"{path}/decision", json=decision).raise_for_status()
        split = {"control": 0.5, "treatment": 0.5}
        test = {"kind": "ab", "name": "delegated rights", "split": split}
        started = analyst.post(f"{path}/test", json={**test, "starts_on": today.isoformat()})
        assert started.status_code == 201, started.text
        change = {"before": insight["baseline"], "after": insight["target"]}
        quant = {"quant": [change], "learning": "Let a colleague grant the rights."}
        refused = analyst.post(f"{path}/outcome", json={**quant, "close": True})
        assert refused.status_code == 409
        assert "quote of somebody after launch" in refused.json()["detail"]
        said = tell(server, today)
        given = {**quant, "quotes": [{"quote": said}], "close": True}
        closed = analyst.post(f"{path}/outcome", json=given)
        assert closed.status_code == 201, closed.text
        shown = pm.get(path).json()
        assert (shown["state"], shown["result"], shown["missing"]) == ("closed", "confirmed", [])
        assert shown["qual"][0]["citation"]["quote"] == said
        [measured] = shown["quant"]
        assert measured["percent"] == round(100 * (change["after"] / change["before"] - 1))
        acts = [step["act"] for step in shown["steps"]]
        assert acts == ["decide", "test", "record", "close"]
        story = pm.get(f"{path}/case-study").text.replace("\\", "")
        assert said in story
        assert "reached what was predicted" in story
        assert pm.get("/v1/audit/verify").json()["intact"]


def tell(server: RunningServer, today: date) -> str:
    """Let a customer be heard after launch; return the words that can be cited."""
    words = "Now my colleague granted the rights in a minute and the setup went on."
    body = {
        "external_id": "after-launch-1",
        "kind": "transcript",
        "title": "After launch",
        "occurred_at": today.isoformat(),
        "turns": [
            {"speaker": "Mara", "role": "interviewer", "text": "What happened at the third step?"},
            {"speaker": "Jo", "role": "participant", "text": words},
        ],
    }
    with server.person("researcher") as researcher:
        answer = researcher.post("/v1/sources", json=body)
        assert answer.status_code == 202, answer.text
        follow(researcher, answer.headers["location"])
    return words


def test_the_reviewer_who_edits_becomes_an_author_and_may_not_approve(server, drafts):
    with server.person("reviewer") as reviewer:
        waiting = items(reviewer, "/v1/review/queue")
        if not waiting:
            pytest.skip("the sample study gave only two drafts")
        draft = waiting[0]
        old = etag_of(reviewer, draft)
        edited = decide(reviewer, draft, "edit", {"title": "Another title"}, old)
        assert edited.status_code == 200, edited.text
        assert edited.headers["etag"] != old
        assert edited.json()["author_id"] != draft["author_id"]
        tried = decide(reviewer, draft, "approve", approval(draft), edited.headers["etag"])
    assert tried.status_code == 403


def test_a_revoked_key_ends_at_once(server):
    with server.person("admin") as admin:
        member = admin.get("/v1/me").json()["member"]["id"]
        key = admin.post("/v1/keys", json={"member_id": member}).json()["key"]
        own = {"Authorization": f"Bearer {key}"}
        assert admin.get("/v1/me", headers=own).status_code == 200
        newest = items(admin, "/v1/keys")[0]["id"]
        assert admin.delete(f"/v1/keys/{newest}").status_code == 204
        assert admin.get("/v1/me", headers=own).status_code == 401
