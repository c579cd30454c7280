import pytest

from synth.access.policy import POLICY, Action, may, require
from synth.access.types import Actor, Member, MemberRole
from synth.errors import Forbidden


def actor(*roles):
    member = Member(id="m", name="Somebody", roles=frozenset(roles))
    return Actor(workspace_id="w", member=member, key_id="k")


def test_every_action_has_a_policy_line():
    assert set(POLICY) == set(Action)


@pytest.mark.parametrize("role", MemberRole)
def test_only_a_reviewer_may_review(role):
    assert may(actor(role), Action.REVIEW) is (role is MemberRole.REVIEWER)


def test_a_refusal_names_the_role_that_is_needed():
    with pytest.raises(Forbidden, match="review needs the role reviewer; Somebody is admin"):
        require(actor(MemberRole.ADMIN), Action.REVIEW)


def test_a_person_with_two_roles_may_do_what_either_may():
    both = actor(MemberRole.RESEARCHER, MemberRole.REVIEWER)
    assert may(both, Action.UPLOAD)
    assert may(both, Action.REVIEW)


def test_a_person_without_a_role_may_do_nothing():
    assert not any(may(actor(), action) for action in Action)
