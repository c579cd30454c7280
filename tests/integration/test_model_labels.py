"""Labels from a scripted endpoint: taken when proved, offline on any failure, within consent."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from evals.worlds.chat_server import Reply, completion, serve_chat
from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.backends.openai_chat import OpenAIChat
from synth.people.types import Consent
from synth.themes import actions, repo, stage
from tests.integration.passages import Said, plant

UPLOAD = ["dashboard", "empty", "upload", "blank", "charts", "file"]
ROLE = ["role", "dropdown", "slow", "list", "loading", "minutes"]
SECRET, ANONYMOUS = "walrus", "narwhal"


def sentences(words, people):
    for number in range(people):
        turned = words[number % 6 :] + words[: number % 6]
        text = f"{' '.join(turned)} pages {number}"
        yield Said(text=text, who=f"{words[0]}{number}", external_id=f"{words[0]}-{number}")


CORPUS = [
    *sentences(UPLOAD, 9),
    *sentences(ROLE, 8),
    Said(
        text=f"dashboard empty upload blank {SECRET}",
        who="private",
        external_id="private",
        consent=Consent(llm=False),
    ),
    Said(text=f"role dropdown slow list {ANONYMOUS}", external_id="anonymous"),
]


@pytest.fixture
def study(shared_services):
    start = start_workspace(shared_services, "Labels")
    actor = authenticate(shared_services, start.keys[MemberRole.RESEARCHER])
    plant(shared_services, actor, CORPUS)
    return shared_services, actor


def build(study, server=None, run_id="run-1", timeout=5.0):
    services, actor = study
    model = None
    if server is not None:
        model = OpenAIChat(base_url=server.url, model="m", api_key="", timeout=timeout)
        services = replace(services, chat_model=model)
    stage.build_themes(
        services, actor.workspace_id, run_id=run_id, seed=7, created_by=actor.member.id
    )
    if model is not None:
        model._client.close()
    with services.reading(actor.workspace_id) as uow:
        return {theme.id: theme for theme in repo.list_themes(uow)}


def asked(request):
    """Return the words of a request's last message and the theme it is about."""
    said = request["messages"][-1]["content"]
    return said, "upload" if said.count("dashboard") > said.count("dropdown") else "role"


def good(request):
    _, about = asked(request)
    title = {"upload": "empty dashboard after an upload", "role": "slow loading of the role list"}
    body = {
        "passages": ["p1", "p2"],
        "title": title[about],
        "description": f"People speak about {title[about]}.",
        "not_this": "",
    }
    return json.dumps(body)


def changed(**changes):
    return lambda request: json.dumps({**json.loads(good(request)), **changes})


def test_a_proved_title_is_taken_and_asked_for_once(study):
    with serve_chat(good) as server:
        themes = build(study, server)
        questions = len(server.requests)
        again = build(study, server, run_id="run-2")
        assert len(server.requests) == questions
    titles = {theme.title for theme in themes.values()}
    assert {"Empty dashboard after an upload", "Slow loading of the role list"} <= titles
    assert {theme.title for theme in again.values()} == titles
    assert {theme.label_source for theme in themes.values()} == {"llm"}
    # What it is not names the other theme as it is called now.
    assert any("Slow loading of the role list" in theme.contrast for theme in themes.values())
    assert all(request["temperature"] == 0 for request in server.requests)


def test_who_said_no_is_not_sent(study):
    with serve_chat(good) as server:
        build(study, server)
    sent = json.dumps(server.requests)
    assert "dashboard" in sent
    assert SECRET not in sent
    assert ANONYMOUS not in sent


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(lambda _: Reply(status=500), id="error 500"),
        pytest.param(lambda _: Reply(status=401), id="error 401"),
        pytest.param(lambda _: Reply(body=b"<html>"), id="no completion"),
        pytest.param(lambda _: Reply(body=completion("x"), delay=1.0), id="time-out"),
        pytest.param(lambda _: "no JSON at all", id="text"),
        pytest.param(lambda _: '{"title": "Empty dashboard"}', id="wrong schema"),
        pytest.param(changed(passages=["p1", "p77"]), id="fabricated passage"),
        pytest.param(changed(title="User feedback"), id="generic"),
        pytest.param(changed(title="Holiday bookings"), id="unsupported"),
    ],
)
def test_any_failure_leaves_the_offline_label(study, script):
    offline = build(study)
    with serve_chat(script) as server:
        found = build(study, server, run_id="run-2", timeout=0.3)
    assert len(server.requests) > 0
    for theme_id, theme in found.items():
        assert theme.title == offline[theme_id].title
        assert theme.description == offline[theme_id].description
        assert theme.label_source == "offline"


def test_two_themes_never_share_a_models_title(study):
    same = "Empty dashboard and role list"
    with serve_chat(changed(title=same, description=f"People speak of the {same}.")) as server:
        themes = build(study, server)
    titles = [theme.title.casefold() for theme in themes.values()]
    assert len(titles) == len(set(titles))


def test_a_title_that_a_person_gave_is_left_to_its_theme(study):
    services, actor = study
    title = "Slow loading of the role list"
    upload = next(one for one in build(study).values() if "upload" in one.keywords)
    actions.rename(services, actor, upload.id, title)
    with serve_chat(good) as server:
        themes = build(study, server, run_id="run-2")
    assert [one.id for one in themes.values() if one.title == title] == [upload.id]


def test_without_a_wish_for_labels_nothing_is_sent(study):
    services, actor = study
    settings = services.settings.model_copy(update={"llm_labels": 0})
    with serve_chat(good) as server:
        build((replace(services, settings=settings), actor), server)
    assert server.requests == []


def test_a_dead_endpoint_is_left_alone_soon(study):
    build(study)
    with serve_chat(lambda _: Reply(status=401)) as server:
        build(study, server, run_id="run-2")
    assert len(server.requests) <= 2
