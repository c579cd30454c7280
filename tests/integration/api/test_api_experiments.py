"""Experiments by API: effects with intervals, the wait and the way out of it."""

from __future__ import annotations

from sqlalchemy import update

from synth.access.actions import FirstStart, authenticate
from synth.access.types import MemberRole
from synth.services import Services
from synth.store.tables.sources import documents
from tests.factories import add_document, add_participant
from tests.integration.api.conftest import ApiClient, is_problem


def experiment(id_: str, old: int, new: int, **more: str) -> dict[str, object]:
    variants = [
        {"variant": "old", "n": 1000, "conversions": old, "control": True},
        {"variant": "new", "n": 1000, "conversions": new},
    ]
    return {"id": id_, "metrics": [{"metric": "activation", "variants": variants}], **more}


def test_a_swing_makes_the_next_one_wait(
    api: ApiClient, services: Services, started: FirstStart
) -> None:
    path = "/v1/experiments"
    done = api.post(path, role="analyst", json={"experiments": [experiment("x1", 400, 500)]})
    assert done.json() == {"rows": 2, "added": 1, "changed": 0, "problems": [], "ignored": []}
    assert is_problem(api.post(path, role="reviewer", json=[]), 403, "forbidden")

    (shown,) = api.get(path, role="pm").json()["items"]
    (effect,) = shown["effects"]
    assert round(effect["relative"], 3) == 0.25
    assert effect["low"] < 0.25 < effect["high"]
    assert (shown["swings"], shown["talks"]["needed"]) == (True, [5, 8])

    after = {"experiments": [experiment("x2", 500, 505, follows="x1")]}
    refused = api.post(path, role="analyst", json=after)
    assert is_problem(refused, 409, "conflict")
    assert "0 so far, 5 more to go" in refused.json()["detail"]

    author = authenticate(services, started.keys[MemberRole.RESEARCHER]).member.id
    with services.writing(started.workspace_id) as uow:
        talks = [
            add_document(uow, [(add_participant(uow), "It wants rights.")], created_by=author)[0]
            for _ in range(5)
        ]
        uow.execute(update(documents).values(kind="transcript"))
    route = f"{path}/x1/talks"
    assert is_problem(api.post(route, role="pm", json={"documents": ["x"]}), 404, "not_found")
    spoken = api.post(route, role="pm", json={"documents": talks}).json()
    assert (spoken["talks"]["people"], spoken["talks"]["waits"]) == (5, "")
    assert api.post(path, role="analyst", json=after).json()["added"] == 1
    left = api.delete(f"{route}/{talks[0]}", role="pm").json()
    assert left["talks"]["people"] == 4
    assert [one["id"] for one in api.get(path, role="pm").json()["items"]] == ["x1", "x2"]
