"""Eight ways round the four eyes, by API and by page, each fifty times at once: none works."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from synth.access.actions import create_key, start_workspace
from synth.access.repo import add_member
from synth.access.types import Member, MemberRole
from synth.hypotheses import repo as hypotheses
from synth.insights import repo as insights
from synth.review import repo as reviews
from synth.review.configuring import set_rules
from synth.review.types import Rules
from synth.store.tables.access import members
from tests.factories import NOW, add_actor, add_hypothesis, new_key

TIMES, AT_ONCE = 50, 8
RESEARCHER, REVIEWER, ADMIN = MemberRole.RESEARCHER, MemberRole.REVIEWER, MemberRole.ADMIN
TICKS = {"ticked": list(range(9))}


class House:
    """A workspace whose author is a reviewer too, with several keys; one draft of theirs."""

    def __init__(self, services, *, needed: int) -> None:
        self.services = services
        started = start_workspace(services, "House")
        self.workspace = started.workspace_id
        self.admin = self._actor(ADMIN)
        self.author = self._actor(RESEARCHER, REVIEWER)
        self.app = create_app(services, worker=False)
        self.keys = [self.key_of(self.author.member.id) for _ in range(2)]
        if needed > 1:
            set_rules(services, self.admin, Rules(reviewers_needed=needed))
        with services.writing(self.workspace) as uow:
            self.draft = add_hypothesis(uow, started_by=self.author.member.id)

    def _actor(self, *roles):
        return add_actor(self.services, self.workspace, *roles)

    def key_of(self, member):
        """Return a new key of a member."""
        admin = self.admin.member.id
        with self.services.writing(self.workspace) as uow:
            return create_key(self.services, uow, member_id=member, actor_id=admin)

    def colleague(self):
        """Return a key of another reviewer."""
        return self.key_of(self._actor(REVIEWER).member.id)

    def client(self, key, *, page=False):
        headers = {"accept": "text/html"} if page else {"Authorization": f"Bearer {key}"}
        client = TestClient(self.app, headers=headers, raise_server_exceptions=False)
        if page:
            assert client.post("/sign-in", data={"key": key}).status_code == 200
        return client

    def etag(self):
        with self.services.reading(self.workspace) as uow:
            return hypotheses.load_hypothesis(uow, self.draft).etag

    def insights(self):
        with self.services.reading(self.workspace) as uow:
            return insights.list_insights(uow)

    def reviews(self):
        with self.services.reading(self.workspace) as uow:
            return reviews.list_reviews(uow, self.draft)


def by_api(house, key, path=None, body=None):
    """Return a function that sends one approval by API, as whoever has `key`."""
    client, etag = house.client(key), house.etag()
    target = path or f"/v1/review/{house.draft}/approve"
    return lambda: client.post(target, json=body or TICKS, headers={"If-Match": f'"{etag}"'})


def by_page(house, key, path=None, body=None):
    """Return a function that sends the page's form, as whoever has `key`."""
    client, etag = house.client(key, page=True), house.etag()
    html = client.get(f"/review/{house.draft}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', html)[1]
    form = {"csrf_token": token, "seen": etag, "ticked": [str(at) for at in range(9)]}
    target = (path or f"/review/{house.draft}/approve").removeprefix("/v1")
    return lambda: client.post(target, data={**form, **(body or {})}, follow_redirects=False)


def second_key(house, send):
    return [send(house, key) for key in house.keys]


def edit_then_approve(house, send):
    other = house.colleague()
    with house.client(other) as client:
        body = {"title": "In my own words"}
        etag = {"If-Match": f'"{house.etag()}"'}
        path = f"/v1/review/{house.draft}/edit"
        assert client.post(path, json=body, headers=etag).is_success
    return [send(house, other)]


def role_changed_meanwhile(house, send):
    """Somebody loses the role between reading and deciding."""
    other = house.colleague()
    ready = send(house, other)
    with house.services.writing(house.workspace) as uow:
        uow.execute(
            members.update()
            .where(members.c.workspace_id == house.workspace, members.c.roles.is_not(None))
            .values(roles=["researcher"])
        )
    return [ready]


def two_tabs(house, send):
    """One reviewer of two that are asked for sends the same approval again and again."""
    other = house.colleague()
    set_rules(house.services, house.admin, Rules(reviewers_needed=2))
    return [send(house, other), send(house, other)]


def delegated_author(house, send):
    """A job started by a colleague drafts for the author: who started it stays its author."""
    with house.services.writing(house.workspace) as uow:
        house.draft = add_hypothesis(uow, started_by=house.author.member.id, title="From a job")
    return [send(house, house.keys[0])]


def bulk_endpoint(house, send):
    item = {"id": house.draft, "seen": house.etag()}
    paths = ("/v1/review/approve", "/v1/review/approve-all", "/v1/review/queue/approve")
    body = {"drafts": [item], **TICKS} if send is by_api else {"draft": f"{house.draft} x"}
    return [send(house, house.colleague(), path, body) for path in paths]


def imported_as_approved(house, send):
    """Nothing takes a state in: what claims to be approved is refused, or stays a draft."""
    body = {**TICKS, "state": "approved"} if send is by_api else {"state": "approved"}
    key = house.keys[0]
    return [send(house, key, None, body), send(house, key, "/v1/insights", body)]


def direct_worker(house, send):
    """A made-up member, as a worker without a person would be."""
    ghost = Member(id=new_key(), name="worker", roles=frozenset({MemberRole.PM}))
    with house.services.writing(house.workspace) as uow:
        add_member(uow, ghost, NOW)
    return [send(house, house.key_of(ghost.id))]


WAYS = (
    second_key,
    edit_then_approve,
    role_changed_meanwhile,
    two_tabs,
    delegated_author,
    bulk_endpoint,
    imported_as_approved,
    direct_worker,
)


@pytest.mark.parametrize(
    ("send", "needed"),
    [(by_api, 1), (by_api, 2), (by_page, 1)],
    ids=["api, one reviewer", "api, two reviewers", "page"],
)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_way_leads_round_the_other_person(services, way, send, needed):
    house = House(services, needed=needed)
    tries = way(house, send)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda at: tries[at % len(tries)](), range(TIMES)))
    assert all(answer.status_code < 500 for answer in answers)
    assert house.insights() == []
    voters = [one.reviewer_id for one in house.reviews()]
    assert house.author.member.id not in voters
    assert len(voters) == len(set(voters))
    if way is not two_tabs:
        assert voters == []


def test_the_honest_way_is_open(services):
    house = House(services, needed=2)
    for _ in range(2):
        assert by_api(house, house.colleague())().is_success
    assert [one.hypothesis_id for one in house.insights()] == [house.draft]
