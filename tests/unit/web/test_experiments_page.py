"""The page of experiments: what waits, with the count, and interviews that count."""

from __future__ import annotations

import re

from synth.access.types import MemberRole
from tests.unit.web.conftest import SignIn, token_of
from tests.unit.web.seeding import Study
from tests.unit.web.test_web_pages import check_markup

HEADER = b"experiment,name,metric,variant,n,conversions,follows\n"
FILE = (
    HEADER
    + b"x1,<b>New</b> setup,activation_rate,old,400,160,\nx1,,activation_rate,new,400,120,\n"
    + b"x2,Tiny,activation_rate,old,10,4,\nx2,,activation_rate,new,10,2,\n"
)
AFTER = HEADER + b"x3,Next,activation_rate,old,400,160,x1\nx3,,activation_rate,new,400,161,x1\n"


def test_a_follow_up_waits_on_the_page_until_people_were_spoken_with(
    sign_in: SignIn, study: Study
) -> None:
    client = sign_in(MemberRole.ANALYST)
    token = {"csrf_token": token_of(client.get("/experiments").text)}
    page = client.post("/experiments", data=token, files={"file": ("x.csv", FILE)}).text
    check_markup(page)
    assert "&lt;b&gt;New&lt;/b&gt; setup" in page
    assert "160 of 400 people (35-45 %)" in page
    assert re.search(r"−25\s% \(−\d+(\.\d)?\s% to −\d+(\.\d)?\s%\)", page)
    assert "too few for a percentage: n &lt; 30" in page
    assert "5-8 conversations needed" in page
    refused = client.post("/experiments", data=token, files={"file": ("n.csv", AFTER)})
    assert refused.status_code == 422
    assert "0 so far, 5 more to go" in refused.text
    check_markup(refused.text)
    offered = re.findall(r'<option value="([^"]+)">', page[page.index("talk1") :])
    form = {**token, "experiment_id": "x1"}
    counted = client.post("/experiments/talks", data={**form, "document_id": offered[0]}).text
    assert "0 people spoken with" not in counted[: counted.index("Tiny")]
    assert f'href="/documents/{offered[0]}"' in counted
    left = client.post("/experiments/talks/drop", data={**form, "document_id": offered[0]}).text
    assert "0 so far, 5 more to go" in left
    wrong = client.post("/experiments/talks", data={**form, "document_id": "nothing"})
    assert "No interview nothing" in wrong.text
    assert "Import experiments" not in sign_in(MemberRole.REVIEWER).get("/experiments").text
