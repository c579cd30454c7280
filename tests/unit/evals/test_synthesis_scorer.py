from __future__ import annotations

from dataclasses import replace

import pytest

from evals.scorers import synthesis as scorer
from evals.suites.e14_synthesis import mutants, perfect
from evals.types import EvalContext
from evals.worlds.files import world_files
from evals.worlds.generator import make_world
from evals.worlds.synthesis import Synthesis
from synth.metrics.importers.observations import read_observations

WORLD = make_world(5)


def found(*placed):
    return Synthesis(placed=placed, drafts=(), held=0, anomalies=0)


@pytest.mark.parametrize(
    ("placed", "distribution", "right"),
    [
        ((("a", "a"), ("b", "b")), 1.0, 1.0),
        ((("a", "b"), ("b", "a")), 1.0, 0.0),
        ((("a", "a"), ("b", None)), 0.5, 0.5),
        ((("a", "a"), ("b", "a"), ("b", "b"), ("b", "b")), 0.75, 0.75),
        ((), 0.0, 0.0),
    ],
    ids=["as planted", "exchanged", "half unthemed", "one astray", "nothing"],
)
def test_shares_and_places_by_hand(placed, distribution, right):
    assert scorer.score_distribution("i", found(*placed)).value == distribution
    assert scorer.score_placed("i", found(*placed)).value == right


def test_a_draft_names_the_cause_or_is_an_error():
    good = perfect(WORLD)
    assert scorer.score_cause("i", WORLD, good).value == 1
    wrong = replace(good, drafts=[replace(good.drafts[0], topic="nothing"), *good.drafts])
    assert scorer.score_cause("i", WORLD, wrong).value == 0
    assert [one.value for one in scorer.score_hallucinated("i", WORLD, wrong)] == [1, 0]
    assert scorer.score_cause("i", WORLD, replace(good, drafts=[])).value == 0


def test_a_draft_is_judged_by_its_quotes_too():
    [draft] = perfect(WORLD).drafts
    beside = replace(draft, topic="nothing"), replace(draft, quoted="nothing")
    drafts = replace(perfect(WORLD), drafts=[*beside, replace(beside[1], as_cause=False)])
    assert [one.value for one in scorer.score_quotes("i", WORLD, drafts)] == [0, 1]


def test_every_corruption_is_noticed():
    assert [one.name for one in mutants(EvalContext(data=None)) if not one.killed] == []


def test_a_world_is_written_as_files_that_say_all_of_it_and_nothing_of_the_truth():
    files = world_files(WORLD)
    assert files == world_files(WORLD)
    assert len(files.said) == len(WORLD.said)
    assert read_observations("m.csv", files.observations).rows
    for text in (files.tickets.decode(), files.participants, files.observations, files.events):
        assert not any(f",{part}" in text for part in ("cause", "loud", "elsewhere", "afterwards"))
