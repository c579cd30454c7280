"""The page of people: somebody withdraws, for good, and only when it was meant."""

from __future__ import annotations

import re

from synth.access.types import MemberRole
from tests.unit.web.conftest import SignIn, token_of
from tests.unit.web.seeding import Study
from tests.unit.web.test_web_pages import check_markup


def test_somebody_withdraws_on_the_page(sign_in: SignIn, study: Study) -> None:
    client = sign_in(MemberRole.RESEARCHER)
    page = client.get("/people").text
    token = {"csrf_token": token_of(page)}
    unsure = client.post("/people/withdraw", data={**token, "person": "P1"})
    assert unsure.status_code == 422
    assert "Tick that it cannot be undone" in unsure.text
    sure = {**token, "is_sure": "yes"}
    assert "Nobody is known by that" in client.post(
        "/people/withdraw", data={**sure, "person": "P999"}
    ).text  # fmt: skip
    shown = client.post("/people/withdraw", data={**token, "person": "P1", "do": "show"})
    assert "What goes with P1" in shown.text
    check_markup(shown.text)
    goes = re.findall(r"<dt>([^<]+)</dt><dd class=\"num\">(\d+)</dd>", shown.text)
    counts = {what: int(many) for what, many in goes}
    assert counts["Passages erased"] == counts["Documents they speak in"] == 1
    assert counts["Drafts and insights that quote them"] > 0
    listed = client.get("/people").text
    assert "<td>withdrew</td>" not in listed
    done = client.post("/people/withdraw", data={**sure, "person": "P1"})
    assert done.status_code == 200
    check_markup(done.text)
    row = done.text[done.text.index('<th scope="row">P1</th>') :]
    assert "<td>withdrew</td>" in row[: row.index("</tr>")]
    again = client.post("/people/withdraw", data={**sure, "person": "P1"})
    assert "withdrew before" in again.text
    reader = sign_in(MemberRole.PM)
    assert "Somebody withdraws" not in reader.get("/people").text
    own = {"csrf_token": token_of(reader.get("/").text)}
    refused = reader.post("/people/withdraw", data={**own, "person": "P2", "is_sure": "yes"})
    assert refused.status_code == 403
