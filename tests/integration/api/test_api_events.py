"""Events and funnels through the API, as a person sends them."""

from __future__ import annotations

import io

import duckdb
import pytest

from tests.event_worlds import STEPS, Onboarding
from tests.integration.api.conftest import is_problem

FUNNEL = {"name": "onboarding", "steps": list(STEPS), "window": "1d"}


def as_parquet(tmp_path, sql):
    path = tmp_path / "events.parquet"
    duckdb.sql(sql).write_parquet(str(path))
    return path.read_bytes()


def send(api, name, content, **fields):
    files = {"file": (name, content)}
    return api.post("/v1/events", role="analyst", files=files, data=fields)


def test_a_funnel_is_set_read_by_slice_and_forgotten(api):
    world = Onboarding(days=12, goes_on=lambda d, platform, s: 0.5 if platform == "web" else 1.0)
    assert send(api, "e.csv", world.write().encode()).json()["added"] == len(world.rows)
    people = {"file": ("p.csv", world.people_csv().encode())}
    assert api.post("/v1/participants", role="admin", files=people).status_code == 200
    names = api.get("/v1/events/names", role="pm").json()["items"]
    assert [one["name"] for one in names] == list(STEPS)
    assert names[0]["people"] == 12 * world.per_day
    made = api.post("/v1/funnels", role="analyst", json=FUNNEL)
    assert made.status_code == 201, made.text
    assert made.json()["metrics"][-2:] == ["onboarding_step_3", "onboarding_step_3_time"]
    assert [one["window"] for one in api.get("/v1/funnels", role="pm").json()["items"]] == ["1d"]
    everybody = api.get("/v1/funnels/onboarding", role="pm").json()
    mobile, web = api.get("/v1/funnels/onboarding?by=platform", role="pm").json()
    assert (mobile["segment"], web["segment"]) == ({"platform": "mobile"}, {"platform": "web"})
    assert everybody[0]["entered"] == mobile["entered"] + web["entered"]
    assert {step["reached"]["k"] for step in mobile["steps"]} == {mobile["entered"]}
    first = web["steps"][0]
    assert first["went_on"]["n"] == web["entered"]
    assert first["went_on"]["low"] < 0.5 < first["went_on"]["high"]
    assert first["seconds"]["low"] <= first["seconds"]["value"] <= first["seconds"]["high"]
    assert web["steps"][-1]["went_on"] is None
    unknown = api.get("/v1/funnels/onboarding?by=plan", role="pm")
    assert is_problem(unknown, 422, "invalid_input")
    assert "expected one of platform" in unknown.json()["detail"]
    assert api.delete("/v1/funnels/onboarding", role="pm").status_code == 403
    assert api.delete("/v1/funnels/onboarding", role="analyst").status_code == 204
    assert is_problem(api.get("/v1/funnels/onboarding", role="pm"), 404, "not_found")


@pytest.mark.parametrize(
    ("change", "words"),
    [({"window": "7 weeks"}, "no duration; found 7 weeks"), ({"window": "20%"}, "no duration")],
)
def test_a_window_is_a_duration(api, change, words):
    answer = api.post("/v1/funnels", role="analyst", json={**FUNNEL, **change})
    assert is_problem(answer, 422, "invalid_input")
    assert words in answer.json()["detail"]


PARQUET = """SELECT * FROM (VALUES
    (TIMESTAMPTZ '2026-03-01 10:00:00+02', 'Ann', 'open', 1.5, 's1'),
    (TIMESTAMPTZ '2026-03-01 08:00:00+00', 'ann', 'open', 1.5, 's1'),
    (NULL, 'bob', 'open', NULL, NULL),
    (TIMESTAMPTZ '2026-03-02 08:00:00+00', '', 'open', 'nan'::DOUBLE, NULL),
    (TIMESTAMPTZ '2026-03-02 08:00:00+00', 'bob', 'close', 'nan'::DOUBLE, '')
    ) t(ts, user_id, event, value, session_id)"""


def test_parquet_rows_are_read_in_utc_each_once_and_problems_have_their_row(api, tmp_path):
    content = as_parquet(tmp_path, PARQUET)
    done = send(api, "e.parquet", content).json()
    # Ann is written in two ways and her event in two zones: it is one.
    assert (done["rows"], done["added"]) == (5, 2)
    assert [line.split(";")[0] for line in done["problems"]] == [
        "e.parquet:3: ts is no date",
        "e.parquet:4: user_id is empty",
    ]
    assert send(api, "e.parquet", content).json()["added"] == 0
    text = b"ts,user_id,event,value,session_id\n2026-03-01T08:00:00Z,ANN,open,1.5,s1\n"
    assert send(api, "e.csv", text).json()["added"] == 0
    names = api.get("/v1/events/names", role="pm").json()["items"]
    assert [(one["name"], one["people"]) for one in names] == [("close", 1), ("open", 1)]
    assert names[1]["first_at"] == "2026-03-01T08:00:00Z"


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT 1 AS ts, 'a' AS user_id", "column missing: event"),
        ("SELECT 1 AS ts, 'a' AS user_id, 'b' AS event", "ts is no time; found INTEGER"),
        ("SELECT 'soon' AS ts, 'a' AS user_id, 'b' AS event", "no row can be used"),
    ],
)
def test_a_useless_parquet_file_is_refused(api, tmp_path, sql, words):
    answer = send(api, "e.parquet", as_parquet(tmp_path, sql))
    assert is_problem(answer, 422, "invalid_input")
    assert words in answer.json()["detail"]


OTHERS = {
    "parquet": "SELECT 'x@y.org' AS who, DATE '2026-01-01' AS ts, 'a' AS user_id, 'b' AS event, "
    "1 AS os",
    "csv": b"who,ts,user_id,event,os\nx@y.org,2026-01-01,a,b,1\n",
    "jsonl": b'{"who": "x@y.org", "ts": "2026-01-01", "user_id": "a", "event": "b", "os": 1}\n',
}


@pytest.mark.parametrize("kind", OTHERS)
def test_columns_that_are_none_of_an_events_are_named_and_not_kept(api, tmp_path, kind):
    content = OTHERS[kind]
    sent = as_parquet(tmp_path, content) if kind == "parquet" else content
    done = send(api, f"e.{kind}", sent).json()
    assert (done["rows"], done["added"], done["problems"]) == (1, 1, [])
    assert done["ignored"] == ["who", "os"]
    [name] = api.get("/v1/events/names", role="pm").json()["items"]
    assert (name["name"], name["people"]) == ("b", 1)
    # The same event without the other columns is the same event.
    plain = b"ts,user_id,event\n2026-01-01,a,b\n"
    assert send(api, "plain.csv", plain).json()["added"] == 0


def test_what_only_begins_like_parquet_is_refused(api):
    answer = send(api, "e.parquet", io.BytesIO(b"PAR1 and no more"))
    assert is_problem(answer, 422, "invalid_input")
    assert "this Parquet file cannot be read" in answer.json()["detail"]


def test_a_piece_tells_the_lines_of_the_whole_file(api):
    text = b"ts,user_id,event\n2026-03-01,a,x\nsoon,a,x\n"
    [problem] = send(api, "e.csv", text, lines_before="1000").json()["problems"]
    assert problem.startswith("e.csv:1003: ts is no date")


def test_rules_are_checked_kept_listed_and_forgotten(api):
    rows = [f"2026-03-01T0{n}:00:00Z,ann,kyc_failed" for n in range(3)]
    send(api, "e.csv", "\n".join(["ts,user_id,event", *rows]).encode())
    bad = {"text": 'a: count(kyc_failed) >= 2\n  within 20% -> "call"', "file": "my.rules"}
    answer = api.post("/v1/rules", role="analyst", json=bad)
    assert is_problem(answer, 422, "invalid_input")
    assert answer.json()["detail"].split("\n") == [
        "my.rules:2:10: within is a time; found 20%; expected 1s to 365d, such as 7d",
        '    within 20% -> "call"',
        "           ^^^",
    ]
    good = {"text": 'a: count(kyc_failed) >= 2 within 1d -> "call"'}
    [now] = api.post("/v1/rules/check", role="pm", json=good).json()
    assert (now["action"], now["matches"][0]["holds"]) == ("call", True)
    assert api.get("/v1/rules", role="pm").json()["items"] == []
    assert api.post("/v1/rules", role="pm", json=good).status_code == 403
    assert api.post("/v1/rules", role="analyst", json=good).status_code == 201
    [kept] = api.get("/v1/rules", role="pm").json()["items"]
    assert (kept["text"], kept["last_matches"]) == (good["text"], [])
    assert api.delete("/v1/rules/a", role="analyst").status_code == 204
    assert is_problem(api.delete("/v1/rules/a", role="analyst"), 404, "not_found")
