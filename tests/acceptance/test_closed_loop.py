"""A loop from its approval to its end: three people over HTTP, and one person in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.bootstrap import build_services
from synth.settings import Settings
from tests.acceptance.browser import Watched, chromium, needs_chromium, served, watching
from tests.fakes import HashEmbedder
from tests.reference_case import AFTER, DAY0, ENTERPRISE, Case, Clock, say, store_case

TITLE = "An empty dashboard reads as a failed upload"
LEARNT = "People wait when they see that it is working."


class Team:
    """A served workspace with the processing-delay case in it, on a clock."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        settings = Settings(data_dir=folder)
        self.services = build_services(settings, embedder=HashEmbedder(), clock=self.clock)
        begun = start_workspace(self.services, "Loop")
        self.workspace_id, self.keys = begun.workspace_id, begun.keys
        self.researcher = authenticate(self.services, self.keys[MemberRole.RESEARCHER])
        with self.services.writing(self.workspace_id) as uow:
            self.case: Case = store_case(uow, self.researcher)
        self.base = ""

    @contextmanager
    def person(self, role: str) -> Iterator[httpx.Client]:
        """Open a client with the key of a role."""
        headers = {"Authorization": f"Bearer {self.keys[MemberRole(role)]}"}
        with httpx.Client(base_url=self.base, headers=headers, trust_env=False) as client:
            yield client

    def hear(self, words: str, day: int) -> None:
        """Let a customer say something on a day."""
        with self.services.writing(self.workspace_id) as uow:
            author = self.researcher.member.id
            say(uow, self.case.speakers[0], words, author=author, when=DAY0 + timedelta(days=day))


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team on a real server."""
    made = Team(tmp_path / "data")
    try:
        with served(made.services) as made.base:
            yield made
    finally:
        made.services.engine.dispose()


def done(answer: httpx.Response) -> Any:
    """Return the body of an answer that worked."""
    assert answer.is_success, answer.text
    return answer.json()


def approve(team: Team) -> str:
    """Let the reviewer approve the draft; return the insight."""
    with team.person("reviewer") as reviewer:
        draft = reviewer.get(f"/v1/hypotheses/{team.case.draft_id}")
        ticks = {"ticked": [claim["position"] for claim in draft.json()["claims"]]}
        path = f"/v1/review/{team.case.draft_id}/approve"
        done(reviewer.post(path, json=ticks, headers={"If-Match": draft.headers["etag"]}))
        [insight] = done(reviewer.get("/v1/insights"))["items"]
        return str(insight["id"])


def test_the_processing_delay_case_replayed_through_the_api(team: Team) -> None:
    with team.person("pm") as pm, team.person("analyst") as analyst:
        team.clock.day(9)
        path = f"/v1/insights/{approve(team)}"
        done(pm.put(f"{path}/labels", json={"priority": ["high"]}))
        until = team.clock.day(20)
        decision = {"choice": "build", "deadline": until, "note": "a status and sample data"}
        done(pm.post(f"{path}/decision", json=decision))
        start = {"kind": "rollout", "name": "processing status", "starts_on": team.clock.day(21)}
        done(analyst.post(f"{path}/test", json=start))
        team.clock.day(82)
        paid = {"metric": "trial_to_paid", "before": 0.12}
        quant = [
            {"segment": ENTERPRISE, "before": 0.80, "after": 0.28},
            {**paid, "segment": ENTERPRISE, "after": 0.26},
            {**paid, "after": 0.21},
        ]
        done(analyst.post(f"{path}/outcome", json={"quant": quant}))
        refused = analyst.post(f"{path}/outcome", json={"learning": LEARNT, "close": True})
        assert refused.status_code == 409
        assert "a quote of somebody after launch" in refused.json()["detail"]
        team.hear(AFTER, 80)
        body = {"quotes": [{"quote": AFTER}], "learning": LEARNT, "close": True}
        shown = done(analyst.post(f"{path}/outcome", json=body))
        assert (shown["state"], shown["result"]) == ("closed", "confirmed")
        assert sorted(one["percent"] for one in shown["quant"]) == [-65, 75, 117]
        assert done(pm.get("/v1/audit/verify"))["intact"]
        metrics = {one["key"]: one for one in done(pm.get("/v1/fusion/metrics"))["items"]}
        cycle = metrics["cycle_time"]
        assert cycle["instances"][0]["words"] == "21 days: misses < 14"
        assert (cycle["value"], cycle["is_met"]) == (21, False)
        assert metrics["diagnosis"]["value"] == 9
        assert metrics["validation"]["words"].startswith("1 of 1")
        assert metrics["utilization"]["words"].startswith("1 of 1")


@needs_chromium
def test_the_loop_in_chromium(team: Team) -> None:
    with chromium() as browser, watching(browser, team.base) as seen:
        page = seen.page
        team.clock.day(9)
        approve_by_keys(seen, team)
        team.clock.day(25)
        seen.sign_in(team.keys[MemberRole.PM])
        expect(page.get_by_text("1 insight to look at again")).to_be_visible()
        seen.go("/insights")
        expect(page.get_by_role("heading", name="Decide or do these first")).to_be_visible()
        page.get_by_role("link", name=TITLE).click()
        decide_and_test(page)
        team.clock.day(82)
        team.hear(AFTER, 80)
        seen.sign_in(team.keys[MemberRole.PM])
        seen.go("/insights")
        page.get_by_role("link", name=TITLE).click()
        expect(page.get_by_text("overdue").first).to_be_visible()
        record_and_close(page)
        page.get_by_role("link", name="Case study").click()
        expect(page.locator("main")).to_contain_text(LEARNT)
        assert len(page.pdf(format="A4")) > 5_000
        seen.go("/fusion")
        expect(page.locator("#cycle_time")).to_contain_text("misses < 14 days")
        # The one refusal above answers 409, which the browser's console notes.
        assert [text for text in seen.errors if "409" not in text] == []
        assert seen.strangers == []


def approve_by_keys(seen: Watched, team: Team) -> None:
    """Go from the anomaly to its draft as the reviewer; tick each claim and approve by keys."""
    seen.sign_in(team.keys[MemberRole.REVIEWER])
    seen.go(f"/anomalies/{team.case.anomaly_id}")
    seen.page.get_by_role("link", name=TITLE).first.click()
    expect(seen.page.get_by_role("button", name="Approve")).to_be_visible()
    for key in ("y", "y", "y", "y", "a"):
        seen.page.keyboard.press(key)
    expect(seen.page.get_by_role("status")).to_contain_text("Approved.")


def decide_and_test(page: Page) -> None:
    """Decide to build it and record the pilot."""
    page.get_by_label("build it").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Decided.")
    page.get_by_label("How", exact=True).select_option("pilot")
    page.get_by_label("Name", exact=True).fill("Processing status")
    page.get_by_role("button", name="Record the test").click()
    expect(page.get_by_role("status")).to_contain_text("The test is recorded.")


def record_and_close(page: Page) -> None:
    """Record the number, be refused without a voice, quote somebody, close."""
    page.get_by_label("After", exact=True).fill("0.28")
    page.get_by_role("button", name="Record the number").click()
    expect(page.locator(".result")).to_contain_text("\N{MINUS SIGN}65 %")
    page.get_by_label("What to remember").fill(LEARNT)
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("alert")).to_contain_text("quote of somebody after launch")
    page.get_by_role("button", name="It says why it worked").click()
    expect(page.locator("main")).to_contain_text(AFTER)
    page.get_by_label("What to remember").fill(LEARNT)
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("status")).to_contain_text("Closed.")
