from __future__ import annotations

from synth.hypotheses.strata import check_strata
from synth.links.strata import MIN_PEOPLE
from synth.metrics.types import AnomalyPeople


def people(anomaly_of, plans):
    """Return who speaks, who is heard and the anomaly, from (plan, hit, speaks) -> count."""
    segments, hit, spared, speakers = {}, set(), set(), set()
    for (plan, is_hit, speaks), count in plans.items():
        for number in range(count):
            person = f"{plan}-{is_hit}-{speaks}-{number}"
            segments[person] = {"plan": plan} if plan else {}
            (hit if is_hit else spared).add(person)
            if speaks:
                speakers.add(person)
    anomaly = AnomalyPeople(
        anomaly=anomaly_of, affected=frozenset(hit), unaffected=frozenset(spared)
    )
    return speakers, frozenset(segments), anomaly, segments


REAL = {
    ("pro", True, True): 15, ("pro", True, False): 5,
    ("pro", False, True): 5, ("pro", False, False): 15,
    ("free", True, True): 15, ("free", True, False): 5,
    ("free", False, True): 5, ("free", False, False): 15,
}  # fmt: skip
#: Everybody on one plan is hit more and speaks more; within a plan nothing goes with anything.
MIXED = {
    ("pro", True, True): 16, ("pro", True, False): 4,
    ("pro", False, True): 4, ("pro", False, False): 1,
    ("free", True, True): 1, ("free", True, False): 4,
    ("free", False, True): 4, ("free", False, False): 16,
}  # fmt: skip


def test_a_relation_inside_each_plan_holds():
    [found] = check_strata(*people(None, REAL))
    assert (found.segment, found.people, found.holds) == ("plan", 80, True)
    assert found.lift > 2
    assert found.p < 0.001


def test_a_relation_that_is_the_plan_alone_does_not_hold():
    [found] = check_strata(*people(None, MIXED))
    assert not found.holds
    assert found.lift < 1.1


def test_what_cannot_be_checked_is_not_said():
    assert check_strata(*people(None, {("", True, True): 60})) == ()
    assert check_strata(*people(None, {("pro", True, True): 60})) == ()
    few = dict.fromkeys(REAL, 1)
    assert len(few) < MIN_PEOPLE
    assert check_strata(*people(None, few)) == ()
