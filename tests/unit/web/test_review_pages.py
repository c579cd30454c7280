"""The pages of the review: order, claims, many rejected, held ones searched, rules, measures."""

from __future__ import annotations

import re

import pytest

from synth.access.actions import create_key
from synth.access.types import MemberRole
from tests.factories import add_actor, add_hypothesis
from tests.unit.web.conftest import token_of

ADMIN, PM, REVIEWER = MemberRole.ADMIN, MemberRole.PM, MemberRole.REVIEWER


@pytest.fixture
def drafts(services, started, actors):
    """Two drafts of the researcher, and one that a check holds."""
    author = actors[MemberRole.RESEARCHER].member.id
    with services.writing(started.workspace_id) as uow:
        names = [add_hypothesis(uow, started_by=author, title=f"Draft {at}") for at in range(2)]
        held = add_hypothesis(uow, started_by=author, held_reasons=["no proved quote"])
    return [*names, held]


def send(client, path, page="/review", **data):
    """Send a form of `page` as the person signed in."""
    html = client.get(page).text
    return client.post(path, data={"csrf_token": token_of(html), **data})


def seen(client, name):
    return re.search(r'name="seen" value="([^"]+)"', client.get(f"/review/{name}").text)[1]


def test_the_queue_says_why_it_is_in_this_order(sign_in, drafts):
    html = sign_in(REVIEWER).get("/review").text
    assert html.count("of 40") == 2
    for term in ("impact", "confidence", "age", "deadline"):
        assert f"<dt>{term}</dt>" in html
    assert "14 days after it was written" in html
    assert "due " in html


def test_many_are_rejected_and_no_page_approves_many(sign_in, drafts):
    client = sign_in(REVIEWER)
    html = client.get("/review").text
    assert not re.search(r'action="/review[^"]*approve', html)
    # The script that shows the bar of ticked rows looks for this mark.
    ticks = re.findall(r'name="draft" value="([^"]+)" form="many" data-pick', html)
    assert len(ticks) == 2
    nothing = send(client, "/review/reject", reason="other")
    assert nothing.status_code == 422
    assert "tick the drafts to reject" in nothing.text.lower()
    unsaid = send(client, "/review/reject", draft=ticks)
    assert unsaid.status_code == 422
    done = send(client, "/review/reject", draft=ticks, reason="weak_evidence")
    assert "None of them will be drafted again" in done.text
    assert "Queue clear" in done.text
    again = send(client, "/review/reject", draft=ticks, reason="weak_evidence")
    assert again.status_code == 409


def test_a_claimed_draft_says_who_has_it_and_cannot_be_decided(
    sign_in, services, started, actors, drafts
):
    other = add_actor(services, started.workspace_id, REVIEWER)
    with services.writing(started.workspace_id) as uow:
        key = create_key(services, uow, member_id=other.member.id, actor_id=actors[ADMIN].member.id)
    mine, name = sign_in(REVIEWER), drafts[0]
    page = f"/review/{name}"
    assert "You hold it" in send(mine, f"{page}/claim", page).text
    theirs = sign_in(PM)
    theirs.post("/sign-in", data={"key": key})
    html = theirs.get(page).text
    assert "works on it until" in html
    assert f'action="{page}/approve"' not in html
    refused = send(theirs, f"{page}/reject", page, seen="1-x", reason="other")
    assert refused.status_code in (409, 412)
    assert "Let go" in send(mine, f"{page}/let-go", page).text
    assert f'action="{page}/approve"' in theirs.get(page).text


def test_held_drafts_are_searched_and_released_through_every_check(sign_in, drafts):
    client, name = sign_in(PM), drafts[2]
    assert "no proved quote" in client.get("/review/held?q=proved").text.lower()
    assert "Nothing that is held has these words" in client.get("/review/held?q=zebra").text
    assert "Nothing that is held" not in client.get("/review/held?kind=check").text
    page = f"/review/{name}"
    done = send(client, f"{page}/release", page, seen=seen(client, name))
    assert "Released to the queue" in done.text
    assert "You started or edited this draft" in done.text or "role reviewer" in done.text


def test_a_deadline_is_set_and_seen(sign_in, drafts):
    client, page = sign_in(PM), f"/review/{drafts[0]}"
    assert send(client, f"{page}/deadline", page, due="soon").status_code == 422
    assert send(client, f"{page}/deadline", page, due="2001-01-01").status_code == 422


def test_rules_are_an_admins_and_everybody_reads_the_measures(sign_in, drafts):
    admin, reviewer = sign_in(ADMIN), sign_in(REVIEWER)
    page = "/review/measures"
    assert 'action="/review/rules"' not in reviewer.get(page).text
    rules = {"reviewers": "2", "canaries": "10"}
    assert send(reviewer, "/review/rules", page, **rules).status_code == 403
    assert send(admin, "/review/rules", page, reviewers="2", canaries="1").status_code == 422
    saved = send(admin, "/review/rules", page, **rules).text
    assert "2 different reviewers must say the same" in saved
    assert "one draft in 11" in saved
    name = drafts[0]
    ticks = [str(at) for at in range(9)]
    form = {"seen": seen(reviewer, name), "ticked": ticks}
    after = send(reviewer, f"/review/{name}/approve", f"/review/{name}", **form)
    assert "It is decided once another reviewer says the same" in after.text
    shown = reviewer.get(f"/review/{name}").text
    assert "1 of 2 reviewers decided" in shown
    assert "You decided on this revision already" in shown
    assert "told once decided" in reviewer.get(page).text
    assert "1 of 1" not in reviewer.get(page).text


def test_a_draft_shows_what_stands_behind_it(sign_in, services, started, drafts):
    html = sign_in(REVIEWER).get(f"/review/{drafts[0]}").text
    assert "As something that can fail" in html
    assert "If we make a setup without an admin, then activation" in html


def test_a_rejection_can_be_undone_where_it_is_said(sign_in, drafts):
    client, page = sign_in(REVIEWER), f"/review/{drafts[0]}"
    form = {"seen": seen(client, drafts[0]), "reason": "other"}
    said = send(client, f"{page}/reject", page, **form).text
    undo = re.search(rf'action="({page}/take-back)".*?name="seen" value="([^"]+)"', said, re.DOTALL)
    assert 'data-key="z"' in said
    assert 'action="' + page + '/take-back"' not in client.get("/review").text
    assert "Take my decision back" in client.get(page).text
    back = send(client, undo[1], page, seen=undo[2])
    assert "Taken back" in back.text
    assert f'action="{back.url.path}/approve"' in back.text
    rejected = client.get(page).text
    assert "It waits for review again as" in rejected
    assert re.search(r"Rejected by Reviewer on [^<]+ UTC: other\.", rejected)
    assert "Take my decision back" not in rejected
    assert send(client, undo[1], page, seen=undo[2]).status_code == 409


def test_a_vote_can_be_taken_back_until_enough_agree(sign_in, drafts):
    rules = {"reviewers": "2", "canaries": "0"}
    assert send(sign_in(ADMIN), "/review/rules", "/review/measures", **rules).status_code == 200
    client, page = sign_in(REVIEWER), f"/review/{drafts[0]}"
    form = {"seen": seen(client, drafts[0]), "ticked": [str(at) for at in range(9)]}
    assert "Undo" in send(client, f"{page}/approve", page, **form).text
    shown = client.get(page).text
    assert "It waits again as if you had not decided" in shown
    back = send(client, f"{page}/take-back", page, seen=seen(client, drafts[0])).text
    assert "needs 2 reviewers who agree" in back.lower()
    assert "revision 2" in back
    assert "the same text, to be decided anew" in back
    assert f'action="{page}/approve"' in back
