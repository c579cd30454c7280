from synth.access.types import MemberRole


def test_first_start_gives_one_person_per_role(actors):
    assert set(actors) == set(MemberRole)
