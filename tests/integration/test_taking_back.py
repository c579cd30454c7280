"""A decision taken back on both databases: nothing is deleted, and the gate stays as it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from synth.errors import Conflict, Forbidden, PreconditionMissing, StaleRevision
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.review import repo
from synth.review.dashboard import read_dashboard
from synth.review.merging import final_survivor
from synth.review.releasing import release
from synth.review.taking_back import take_back
from synth.review.types import Canary, CanaryKind
from tests.factories import NOW
from tests.integration.review_room import Room, refusal


@pytest.fixture
def room(shared_services):
    return Room(shared_services)


def votes(room, name):
    with room.services.reading(room.workspace) as uow:
        return repo.votes(uow, name, room.load(name).revision)


def rejected(room):
    with room.services.reading(room.workspace) as uow:
        return [one.hypothesis_id for found in repo.rejections(uow).values() for one in found]


def test_a_vote_taken_back_counts_no_more_and_stays_written(room):
    room.set_rules(reviewers_needed=2)
    name = room.draft()
    before = room.load(name)
    room.approve(name, room.anna)
    after = room.take_back(name, room.anna)
    assert (after.state, after.revision) == (State.IN_REVIEW, 2)
    assert (after.content, after.author_id) == (before.content, before.author_id)
    assert votes(room, name).members == ()
    room.approve(name, room.ben)
    assert room.insights() == []  # one approval of two, not two
    room.approve(name, room.anna)  # who took it back may decide anew
    assert room.insights() == [name]
    with room.services.reading(room.workspace) as uow:
        assert [one.revision for one in repo.list_reviews(uow, name)] == [1, 2, 2]
        board = read_dashboard(uow)
    assert board.whole.overridden.k == 0  # a new revision of the same text corrects nobody
    assert room.acts(name)[:2] == ["review.approve", "review.take_back"]


def test_who_voids_the_votes_of_others_decides_no_more(room):
    room.set_rules(reviewers_needed=2)
    name = room.draft()
    room.reject(name, room.ben)
    room.approve(name, room.anna)
    room.take_back(name, room.anna)
    assert votes(room, name).members == ()
    with pytest.raises(Forbidden):
        room.approve(name, room.anna)
    room.reject(name, room.ben)
    room.reject(name, room.cleo)
    assert room.load(name).state is State.REJECTED


def test_only_an_own_decision_is_taken_back_and_no_approval(room):
    room.set_rules(reviewers_needed=2)
    name = room.draft()
    seen = room.load(name).etag
    assert "no decision" in refusal(lambda: room.take_back(name, room.ben))
    room.approve(name, room.anna)
    for who, error in ((room.ben, Conflict), (room.pm, Forbidden), (room.author, Conflict)):
        with pytest.raises(error):
            room.take_back(name, who)
    with pytest.raises(PreconditionMissing):
        take_back(room.services, room.anna, name, seen=None)
    room.take_back(name, room.anna)
    with pytest.raises(StaleRevision):
        take_back(room.services, room.anna, name, seen=seen)
    assert "no decision" in refusal(lambda: room.take_back(name, room.anna))
    room.approve(name, room.anna)
    room.approve(name, room.ben)
    assert "approved cannot be taken back" in refusal(lambda: room.take_back(name, room.anna))
    assert room.insights() == [name]


def test_a_rejection_taken_back_waits_again_with_all_its_authors(room):
    name = room.draft()
    room.edit(name, room.pm)
    room.edit(name, room.ben, title="Words of another person")
    room.reject(name, room.anna, codes=("wrong_cause",))
    assert rejected(room) == [name]
    assert "no decision" in refusal(lambda: room.take_back(name, room.cleo))
    again = room.take_back(name, room.anna)
    assert again.id != name
    assert (again.state, again.content) == (State.IN_REVIEW, room.load(name).content)
    assert room.load(name).state is State.REJECTED
    assert rejected(room) == []
    with room.services.reading(room.workspace) as uow:
        both = [hypotheses.authors(uow, one) for one in (name, again.id)]
        assert [one.hypothesis_id for one in repo.decided_drafts(uow)] == []
    assert both[0] == both[1]
    with pytest.raises(Forbidden):
        room.approve(again.id, room.ben)
    assert "taken back before" in refusal(lambda: room.take_back(name, room.anna))
    room.approve(again.id, room.anna)
    assert room.insights() == [again.id]


def test_what_a_check_held_is_held_again(room):
    name = room.draft(held_reasons=["a model said “so” of it"])
    room.reject(name, room.anna)
    again = room.take_back(name, room.anna)
    assert again.state is State.HELD
    assert again.held_reasons == ("a model said “[left out]” of it",)
    with pytest.raises(Conflict):
        room.approve(again.id, room.anna)
    release(room.services, room.ben, again.id, seen=again.etag)
    with pytest.raises(Forbidden):
        room.approve(again.id, room.ben)


def test_duplicates_go_with_the_draft_that_waits_again(room):
    first, second = room.twins()
    room.merge(first, second, room.anna)
    room.reject(second, room.ben)
    again = room.take_back(second, room.ben)
    with room.services.reading(room.workspace) as uow:
        assert final_survivor(uow, first) == again.id
        assert repo.merged_into(uow, again.id) == [first]


def test_no_second_draft_of_a_pair_waits(room):
    first, second = room.twins()
    room.reject(first, room.anna)
    assert "waits already" in refusal(lambda: room.take_back(first, room.anna))
    room.reject(second, room.anna)
    assert room.take_back(first, room.anna).state is State.IN_REVIEW


def test_a_canary_is_taken_back_like_any_draft_until_it_is_decided(room):
    room.set_rules(reviewers_needed=2)
    name, seeded = room.twins()
    canary = Canary(
        hypothesis_id=seeded, kind=CanaryKind.WRONG_QUOTE, made_from=name, planted_at=NOW
    )
    with room.services.writing(room.workspace) as uow:
        repo.add_canary(uow, canary)
    room.approve(seeded, room.anna)
    room.take_back(seeded, room.anna)
    room.reject(seeded, room.anna)
    room.reject(seeded, room.ben)
    assert "canary cannot be taken back" in refusal(lambda: room.take_back(seeded, room.ben))
    with room.services.reading(room.workspace) as uow:
        caught = read_dashboard(uow).whole.caught
    assert (caught.k, caught.n) == (2, 3)  # the miss stays counted


def test_a_vote_cannot_be_taken_back_while_another_settles_the_draft(room):
    room.set_rules(reviewers_needed=2)
    for _ in range(6):
        name = room.draft()
        room.approve(name, room.anna)
        seen = room.load(name).etag
        acts = [
            lambda name=name, seen=seen: take_back(room.services, room.anna, name, seen=seen),
            lambda name=name: room.approve(name, room.ben),
        ]
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(refusal, acts))
        published = name in room.insights()
        assert (said[0] == "") is not published
        if published:
            assert set(votes(room, name).approvals) == {room.anna.member.id, room.ben.member.id}
