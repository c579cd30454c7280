"""Pages of insights and of the rhythm: they answer everybody, safely, and say why they refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from synth.access.actions import FirstStart
from synth.access.types import Actor, MemberRole
from synth.hypotheses import repo as hypotheses
from synth.insights import repo as insights
from synth.metrics.experiment_actions import import_experiments
from synth.review.actions import approve
from synth.services import Services
from synth.store.tables.themes import theme_members
from tests.factories import put
from tests.reference_case import AFTER, DAY0, Case, Clock, on_clock, say, store_case
from tests.unit.web.conftest import Full, SignIn, token_of
from tests.unit.web.test_web_pages import check_markup, counting

PATHS = (
    "/insights",
    "/insights?q=x&state=closed&flag=overdue&label=stage:trial",
    "/backlog",
    "/fusion",
    "/fusion/agenda",
    "/fusion/cadence",
    "/fusion/checklist",
    "/fusion/pack",
    "/fusion/pack.md",
)
#: Queries of a page that reads one subject, and of one that reads the whole workspace.
FEW, MANY = 12, 32


def pages() -> list[str]:
    """Return the pages that are HTML."""
    return [path for path in PATHS if not path.endswith(".md")]


def test_every_page_answers_while_empty_and_when_full(sign_in: SignIn, full: Full) -> None:
    for client in (sign_in(MemberRole.ADMIN), full.enter(MemberRole.PM)):
        for path in PATHS:
            assert client.get(path).status_code == 200, path
        for path in pages():
            check_markup(client.get(path).text)


def test_pages_keep_to_their_queries(full: Full) -> None:
    client = full.enter(MemberRole.PM)
    for path in pages():
        with counting(full.services) as statements:
            client.get(path)
        assert len(statements) <= (MANY if path.startswith("/fusion") else FEW), path


class Page:
    """One approved insight seen by a product manager."""

    def __init__(self, client: TestClient, clock: Clock, insight_id: str, key: str) -> None:
        self.client, self.clock, self._key = client, clock, key
        self.insight_id, self.path = insight_id, f"/insights/{insight_id}"
        self.enter()

    def enter(self) -> None:
        """Sign in; a session ends when the clock moves far."""
        self.client.post("/sign-in", data={"key": self._key})

    def read(self) -> str:
        """Return the page as it is now."""
        answer = self.client.get(self.path)
        assert answer.status_code == 200, answer.text
        check_markup(answer.text)
        return str(answer.text)

    def send(self, act: str, **form: str) -> tuple[int, str]:
        """Send a form; return the status and the page that comes."""
        token = token_of(self.read())
        answer = self.client.post(f"{self.path}/{act}", data={"csrf_token": token, **form})
        check_markup(answer.text)
        return answer.status_code, str(answer.text)


@pytest.fixture
def page(
    services: Services, started: FirstStart, actors: dict[MemberRole, Actor]
) -> Iterator[Page]:
    """An approved insight of the processing-delay case, nine days after the metric moved."""
    clock = Clock()
    moved = on_clock(services, clock)
    with services.writing(started.workspace_id) as uow:
        case: Case = store_case(uow, actors[MemberRole.RESEARCHER])
        author = actors[MemberRole.RESEARCHER].member.id
        say(uow, case.speakers[0], AFTER, author=author, when=DAY0 + timedelta(days=15))
        seen = hypotheses.load_hypothesis(uow, case.draft_id).etag
    clock.day(9)
    approve(moved, actors[MemberRole.REVIEWER], case.draft_id, seen=seen, ticked=range(4))
    with services.reading(started.workspace_id) as uow:
        [insight] = insights.list_insights(uow)
    app = create_app(moved, worker=False)
    with TestClient(app, headers={"accept": "text/html"}) as client:
        yield Page(client, clock, insight.id, started.keys[MemberRole.PM])


def test_forms_follow_where_the_insight_stands(page: Page) -> None:
    fresh = page.read()
    assert f"{page.path}/decision" in fresh
    assert f"{page.path}/test" not in fresh
    assert f"{page.path}/close" not in fresh
    status, decided = page.send("decision", choice="test", deadline="2026-04-01")
    assert status == 200
    assert "test by PM until 1 Apr 2026" in decided
    assert f"{page.path}/test" in decided
    status, begun = page.send("test", kind="pilot", name="Status", starts_on="2026-03-11")
    assert status == 200
    assert f"{page.path}/close" in begun
    assert f"{page.path}/reopen" not in begun


def test_a_refused_form_says_why_on_the_same_page(page: Page) -> None:
    for form, words in (
        ({"choice": "build"}, "needs a deadline"),
        ({"choice": "build", "deadline": "soon"}, "No day"),
        ({"choice": ""}, "Choose what to do"),
    ):
        status, text = page.send("decision", **form)
        assert status == 422
        assert words in text
    page.send("decision", choice="test", deadline="2026-04-01")
    status, text = page.send("test", kind="ab", name="x", starts_on="2026-03-11", split="a")
    assert (status, "The split names each arm" in text) == (422, True)
    page.send("test", kind="pilot", name="x", starts_on="2026-03-11")
    status, text = page.send("close", learning="It helps.")
    assert status == 409
    assert "A qual outcome: a quote of somebody after launch" in text


def test_labels_findings_and_the_close_arrive_on_the_pages(page: Page) -> None:
    _, labelled = page.send("labels", persona="Buyer, data owner", priority="high")
    assert "persona: data owner" in labelled
    page.send("decision", choice="test", deadline="2026-12-01")
    page.send("test", kind="pilot", name="Status", starts_on="2026-03-11")
    status, _ = page.send("outcome", counts="80/100, 28/100", segment="plan=enterprise")
    assert status == 200
    page.send("outcome", finding="Save role templates")
    chunk = re.search(r'name="chunk_id" value="([^"]+)"', page.read())
    assert chunk is not None
    page.send("outcome", chunk_id=chunk[1], side="for")
    _, closed = page.send("close", learning="Say that it is working.")
    for words in ("−65 %", AFTER, "Say that it is working.", "Save role templates"):
        assert words in closed
    assert "no qual context" in page.client.get("/backlog").text
    assert "persona: buyer" in page.client.get("/insights?label=persona:buyer").text
    assert "No insight is like that" in page.client.get("/insights?metric=other").text
    assert page.path in page.client.get("/insights?metric=day3_abandonment").text
    study = page.client.get(f"{page.path}/case-study").text
    check_markup(study)
    assert "Say that it is working." in study
    assert page.client.get(f"{page.path}/case-study.md").status_code == 200


RESULTS = """experiment,name,metric,variant,n,conversions,control
x1,Status,day3_abandonment,old,200,160,yes
x1,,day3_abandonment,new,200,56,
x1,,day3_abandonment,other,200,159,
"""


def test_the_numbers_of_an_experiment_are_taken_over_by_a_button(
    page: Page, services: Services, actors: dict[MemberRole, Actor]
) -> None:
    page.send("decision", choice="test", deadline="2026-12-01")
    form = {"kind": "pilot", "name": "Status", "starts_on": "2026-03-11", "experiment_id": "x1"}
    _, begun = page.send("test", **form)
    assert "The results of experiment x1 are not imported yet." in begun
    analyst = actors[MemberRole.ANALYST]
    import_experiments(services, analyst, filename="x.csv", text=RESULTS)
    offered = page.read()
    assert "not imported yet" not in offered
    assert '<option value="other">other</option>' in offered
    status, text = page.send("outcome", experiment_id="x1")
    assert (status, "several variants" in text) == (422, True)
    status, text = page.send("outcome", experiment_id="x1", variant="new")
    assert status == 200
    assert "−65 % (−72 to −56)" in text
    assert "experiment x1, new against old" in text
    status, text = page.send("outcome", experiment_id="x1", variant="new")
    assert (status, "recorded already" in text) == (409, True)


def test_an_overdue_insight_is_loud_on_the_first_page(page: Page) -> None:
    page.send("decision", choice="build", deadline="2026-03-12")
    assert "to look at again" not in page.client.get("/").text
    page.clock.day(20)
    page.enter()
    home = page.client.get("/").text
    assert "1 insight to look at again" in home
    assert "Build is 10 days overdue." in home


def test_what_was_said_about_the_theme_is_offered_first(
    page: Page, services: Services, started: FirstStart, actors: dict[MemberRole, Actor]
) -> None:
    page.send("decision", choice="test", deadline="2026-12-01")
    page.send("test", kind="pilot", name="Status", starts_on="2026-03-11")
    author = actors[MemberRole.RESEARCHER].member.id
    with services.writing(started.workspace_id) as uow:
        insight = insights.load_insight(uow, page.insight_id)
        speaker = insight.content.citations[0].participant_id
        for number in range(8):
            newer = DAY0 + timedelta(days=20, hours=number)
            say(uow, speaker, f"Something else, {number}.", author=author, when=newer)
        older = DAY0 + timedelta(days=19)
        about = say(uow, speaker, "Now I know that it works.", author=author, when=older)
        of_theme = theme_members.c.theme_id == insight.theme_id
        run = uow.scalar(select(theme_members.c.run_id).where(of_theme).limit(1))
        put(
            uow, theme_members, run_id=run, theme_id=insight.theme_id, chunk_id=about,
            found_theme_id=insight.theme_id,
        )  # fmt: skip
    offered = re.findall(r'name="chunk_id" value="([^"]+)"', page.read())
    assert offered[0] == about
