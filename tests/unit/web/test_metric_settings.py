"""What a person says about a metric shows at once, and what cannot be said is refused in words."""

from __future__ import annotations

from synth.access.types import MemberRole
from tests.unit.web.conftest import SignIn, token_of
from tests.unit.web.seeding import Study
from tests.unit.web.test_web_pages import check_markup

EXPORT = b"Date,Weekly actives,Plan\n2026-03-07,12,pro\n2026-03-08,9,pro\n2026-03-08,oops,pro\n"


def test_marked_metrics_stand_first(sign_in: SignIn, study: Study) -> None:
    client = sign_in(MemberRole.ANALYST)
    token = token_of(client.get("/metrics").text)
    refused = client.post(
        "/metrics/import",
        data={"csrf_token": token},
        files={"file": ("m.csv", EXPORT)},
    )
    assert "value is no number; found oops" in refused.text
    form = {"csrf_token": token, "name": "Weekly actives", "mark": "north_star", "good": "up"}
    page = client.post("/metrics/describe", data={**form, "target": "0,5", "unit": "count"})
    assert "North Star</span></h1>" in page.text
    assert "Target 0.5" in page.text
    check_markup(page.text)
    listed = client.get("/metrics").text
    table = listed[listed.index('id="all"') :]
    assert table.index("Weekly actives") < table.index("/metrics/" + study.metric)

    taken = client.post("/metrics/describe", data={**form, "name": study.metric})
    assert taken.status_code == 422
    assert "The mark North Star is taken by Weekly actives" in taken.text
    check_markup(taken.text)
    wrong = client.post("/metrics/describe", data={**form, "target": "soon"})
    assert "Target is no number" in wrong.text


def test_holidays_are_named_on_the_metric(sign_in: SignIn, study: Study) -> None:
    client = sign_in(MemberRole.ANALYST)
    token = token_of(client.get("/metrics").text)
    refused = client.post("/metrics/holidays", data={"csrf_token": token, "country": "xy"})
    assert "No holidays are known for this country" in refused.text
    done = client.post("/metrics/holidays", data={"csrf_token": token, "country": "us"})
    assert "Holidays: US" in done.text
    page = client.get(f"/metrics/{study.metric}").text
    assert "Not judged, as holidays of US" in page
    assert (
        "What this metric is"
        not in sign_in(MemberRole.REVIEWER).get(f"/metrics/{study.metric}").text
    )
