"""Planted worlds keep their promises; texts leak nothing."""

from __future__ import annotations

from collections import defaultdict

import pytest

from evals.scorers.links import expected_calibration_error
from evals.worlds.bank import METRICS, BankTheme, bank, shared_words
from evals.worlds.generator import make_world, make_worlds
from evals.worlds.types import Part, World


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return make_worlds(11, 8)


@pytest.mark.parametrize("theme", bank(), ids=lambda theme: theme.key)
def test_thirty_wordings_that_share_no_word_with_the_title(theme: BankTheme) -> None:
    assert len(set(theme.wordings)) >= 30
    assert shared_words(theme) == set()


@pytest.mark.parametrize("theme", bank(), ids=lambda theme: theme.key)
def test_no_wording_names_a_metric(theme: BankTheme) -> None:
    said = " ".join(theme.wordings).casefold()
    for metrics in METRICS.values():
        for name, _ in metrics:
            assert name not in said
            assert name.replace("_", " ") not in said


def test_the_same_seed_gives_the_same_world() -> None:
    assert make_world(5) == make_world(5)
    assert make_world(5).said != make_world(6).said


def test_worlds_keep_their_sizes(worlds: list[World]) -> None:
    for world in worlds:
        assert 200 <= len(world.segments) <= 2000
        assert 0.2 <= world.unmapped <= 0.4
        assert world.lift is not None
        assert 1.5 <= world.lift <= 4.0
        assert world.anomaly.affected.isdisjoint(world.anomaly.unaffected)


def test_the_decoys_are_louder_than_the_cause(worlds: list[World]) -> None:
    for world in worlds:
        people: dict[str, set[str]] = defaultdict(set)
        for said in world.said:
            people[said.theme].add(said.person)
        cause = len(people[world.cause or ""])
        assert all(
            len(people[key]) > cause for key, part in world.parts.items() if part is Part.LOUD
        )


def test_what_comes_afterwards_begins_after_the_onset(worlds: list[World]) -> None:
    for world in worlds:
        window = world.anomaly.anomaly.window
        assert window is not None
        late = [s for s in world.said if world.parts[s.theme] is Part.AFTERWARDS]
        assert min(said.at for said in late) > window.start


def test_a_null_world_has_decoys_and_no_cause() -> None:
    world = make_world(5, null=True)
    assert world.cause is None
    assert world.power is None
    assert {Part.LOUD, Part.ELSEWHERE, Part.AFTERWARDS} <= set(world.parts.values())


def test_calibration_error_by_hand() -> None:
    assert expected_calibration_error([(0.8, True), (0.8, False)]) == pytest.approx(0.3)
    assert expected_calibration_error([(1.0, True), (0.0, False)]) == 0.0
