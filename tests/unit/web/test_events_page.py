"""The page of events: what an upload brought, what it could not use, what it left alone."""

from __future__ import annotations

from pathlib import Path

import duckdb

from synth.access.types import MemberRole
from tests.unit.web.conftest import SignIn, token_of
from tests.unit.web.test_web_pages import check_markup

TABLE = b"""ts,user_id,event,<os>
2026-03-01T08:00:00Z,ann,open,mac
soon,ann,open,mac
2026-03-02T08:00:00Z,bob,open,mac
2026-03-02T09:00:00Z,bob,<b>close</b>,mac
"""
ROWS = """SELECT * FROM (VALUES (TIMESTAMP '2026-03-02 08:00', 'bob', 'open', 1),
    (TIMESTAMP '2026-03-03 08:00', 'cat', 'open', 2)) AS t(ts, user_id, event, device)"""


def test_an_upload_says_what_it_brought(sign_in: SignIn, tmp_path: Path) -> None:
    client = sign_in(MemberRole.ANALYST)
    empty = client.get("/events").text
    check_markup(empty)
    assert "No event yet" in empty
    token = {"csrf_token": token_of(empty)}

    def send(name: str, content: bytes) -> tuple[int, str]:
        answer = client.post("/events", data=token, files={"file": (name, content)})
        check_markup(answer.text)
        return answer.status_code, answer.text

    status, page = send("e.csv", TABLE)
    assert status == 200
    assert "4 rows read, 3 events new, 1 problem." in page
    assert "e.csv:3: ts is no date" in page
    assert "<code>&lt;os&gt;</code>" in page
    assert "<code>&lt;b&gt;close&lt;/b&gt;</code>" in page
    assert "3 events under 2 names, 1 Mar 2026 to 2 Mar 2026" in page
    assert "nothing new" not in page
    duckdb.sql(ROWS).write_parquet(str(tmp_path / "e.parquet"))
    _, page = send("e.parquet", (tmp_path / "e.parquet").read_bytes())
    assert "2 rows read, 1 event new." in page
    assert "<code>device</code>" in page
    _, page = send("e.csv", TABLE)
    assert "4 rows read, 0 events new, the rest was there already" in page


def test_what_cannot_be_read_is_refused_and_who_may_not_sees_no_form(sign_in: SignIn) -> None:
    client = sign_in(MemberRole.ANALYST)
    token = {"csrf_token": token_of(client.get("/events").text)}
    for content, words in (
        (b"a,b\n1,2\n", "column missing: ts, user_id, event"),
        (b"PAR1 and no more", "this Parquet file cannot be read"),
        (b"ts,user_id,event\n\xff\xff,a,b\n", "save it as UTF-8"),
        (b"ts,user_id,event\nsoon,a,b\n", "no row can be used"),
    ):
        answer = client.post("/events", data=token, files={"file": ("e.csv", content)})
        assert answer.status_code == 422
        assert words.casefold() in answer.text.casefold()
        check_markup(answer.text)
    assert client.post("/events", data=token).status_code == 422
    reader = sign_in(MemberRole.REVIEWER)
    assert "Upload events" not in reader.get("/events").text
    own = {"csrf_token": token_of(reader.get("/").text)}
    files = {"file": ("e.csv", TABLE)}
    assert reader.post("/events", data=own, files=files).status_code == 403
