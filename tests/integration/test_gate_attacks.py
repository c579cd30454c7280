"""Ways round the gate by what changes around a vote: rules, roles, leases, merges, the trail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from synth.access import actions as access
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.audit.chain import find_break
from synth.errors import StaleRevision
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.review import repo
from synth.review.claiming import LEASE, claim
from synth.review.configuring import set_rules
from synth.review.merging import unmerge
from synth.review.sealing import seal
from synth.review.types import Rules
from tests.integration.review_room import Room, refusal


@pytest.fixture
def room(shared_services):
    return Room(shared_services)


def members_of(room, name):
    with room.services.reading(room.workspace) as uow:
        return set(repo.votes(uow, name, room.load(name).revision).members)


def test_no_admin_decides_by_asking_for_fewer_reviewers(room):
    room.set_rules(reviewers_needed=3)
    names = [room.draft() for _ in range(3)]
    for by in (room.anna, room.ben):
        room.approve(names[0], by)
    room.reject(names[1], room.anna)
    room.set_rules(reviewers_needed=2)
    assert members_of(room, names[0]) == set()  # two approvals would have decided it
    assert members_of(room, names[1]) == {room.anna.member.id}
    assert room.insights() == []
    assert room.load(names[0]).state is State.IN_REVIEW
    assert room.acts(names[0])[-1] == "review.renew"
    room.set_rules(reviewers_needed=1)
    room.reject(names[0], room.cleo)  # and no earlier approval turns this into one
    assert room.load(names[0]).state is State.REJECTED
    room.approve(names[1], room.anna)
    room.approve(names[2], room.ben)
    assert set(room.insights()) == {names[1], names[2]}


def test_the_vote_of_who_reviews_no_more_does_not_count(room):
    room.set_rules(reviewers_needed=2)
    name = room.draft()
    room.approve(name, room.anna)
    with room.services.writing(room.workspace) as uow:
        access.change_person(
            room.services,
            uow,
            member_id=room.anna.member.id,
            name="Anna",
            roles=[MemberRole.ANALYST],
            actor_id=room.admin.member.id,
        )
    with pytest.raises(StaleRevision, match="reviews no more"):
        room.approve(name, room.ben)
    assert (room.insights(), members_of(room, name)) == ([], set())
    room.approve(name, room.ben)
    assert room.insights() == []
    room.approve(name, room.cleo)
    assert room.insights() == [name]
    with room.services.reading(room.workspace) as uow:
        assert len(repo.list_reviews(uow, name)) == 3  # what was voided stays written


def test_rules_lowered_while_reviewers_decide_publish_nothing_by_themselves(room):
    for _ in range(4):
        room.set_rules(reviewers_needed=2)
        name = room.draft()
        room.approve(name, room.anna)
        acts = [
            lambda: set_rules(room.services, room.admin, Rules(reviewers_needed=1)),
            lambda name=name: room.reject(name, room.ben),
        ]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(refusal, acts))
        assert name not in room.insights()


def test_after_a_lease_ran_out_one_decision_stands(room):
    for _ in range(4):
        name = room.draft()
        claim(room.services, room.anna, name)
        room.now += LEASE
        acts = [
            lambda name=name: room.approve(name, room.anna),
            lambda name=name: room.reject(name, room.ben),
            lambda name=name: claim(room.services, room.cleo, name),
        ]
        with ThreadPoolExecutor(3) as pool:
            said = list(pool.map(refusal, acts))
        assert said[:2].count("") <= 1
        published = name in room.insights()
        assert published is (said[0] == "")
        if said[:2].count("") == 0:
            assert said[2] == ""  # Cleo took it first


def test_a_merge_and_back_keeps_the_votes_of_each_apart(room):
    room.set_rules(reviewers_needed=2)
    first, second = room.twins()
    room.approve(first, room.anna)
    room.merge(first, second, room.ben)
    assert "merged cannot be taken back" in refusal(lambda: room.take_back(first, room.anna))
    room.approve(second, room.ben)
    assert room.insights() == []  # one vote each is not two
    unmerge(room.services, room.cleo, first)
    assert "decided on this revision already" in refusal(lambda: room.approve(first, room.anna))
    room.approve(first, room.cleo)
    assert room.insights() == [first]


def test_what_was_edited_after_its_approval_never_leaves(room):
    name = room.draft()
    etag = room.load(name).etag
    room.approve(name, room.anna)
    assert "approved cannot be edited" in refusal(lambda: room.edit(name, room.ben))
    assert "approved cannot be taken back" in refusal(lambda: room.take_back(name, room.anna))
    assert room.load(name).etag == etag


def test_the_trail_does_not_tell_an_open_vote(room):
    room.set_rules(reviewers_needed=2)
    name = room.draft()
    room.reject(name, room.anna)

    def told(reader):
        with room.services.reading(room.workspace) as uow:
            stored = audit.events(uow)
            assert find_break(room.services.secret, stored) is None
            return [one for one in seal(uow, reader, stored) if one.subject_id == name]

    for reader in (room.ben, room.pm, room.admin):
        [event] = told(reader)
        assert event.action == "review.vote"
        assert "reasons" not in event.data
        assert event.actor_id == room.anna.member.id
    assert [one.action for one in told(room.anna)] == ["review.reject"]
    room.approve(name, room.ben)
    assert [one.action for one in told(room.pm)] == ["review.reject", "review.approve"]
    room.reject(name, room.cleo)
    assert told(room.pm)[-1].action == "review.reject"
    with room.services.reading(room.workspace) as uow:
        assert hypotheses.load_hypothesis(uow, name).state is State.REJECTED
