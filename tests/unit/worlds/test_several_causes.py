"""Worlds with several causes are what they say, and their scorers notice wrong methods."""

from __future__ import annotations

import numpy as np
import pytest

from evals import several
from evals.worlds.finding import Wordings, solve
from evals.worlds.generator import ONSET, START
from evals.worlds.several import make_world, make_worlds
from evals.worlds.types import Part, World
from tests.fakes import HashEmbedder


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return make_worlds(5, 6)


def speakers(world: World, part: Part) -> list[set[str]]:
    own = [key for key, what in world.parts.items() if what is part]
    return [{said.person for said in world.said if said.theme == key} for key in own]


def rate(people: set[str], among: set[str]) -> float:
    return len(people & among) / max(len(among), 1)


def test_a_world_has_one_to_three_causes_and_every_decoy(worlds: list[World]) -> None:
    counts = [len(world.causes) for world in [*worlds, *make_worlds(6, 12)]]
    assert set(counts) == {1, 2, 3}
    for world in worlds:
        assert {Part.LOUD, Part.ELSEWHERE, Part.AFTERWARDS, Part.POWER} <= set(world.parts.values())
        assert world == make_world(world.seed)
    null = make_world(worlds[0].seed, null=True)
    assert (null.causes, null.power, null.lift) == (frozenset(), None, None)


def test_causes_go_with_the_move_and_decoys_only_look_like_it(worlds: list[World]) -> None:
    lifts: dict[Part, list[float]] = {}
    for world in worlds:
        hit, spared = set(world.anomaly.affected), set(world.anomaly.unaffected)
        for part in (Part.CAUSE, Part.LOUD, Part.POWER):
            for own in speakers(world, part):
                lifts.setdefault(part, []).append(rate(own, hit) / max(rate(own, spared), 1e-3))
        (elsewhere,) = speakers(world, Part.ELSEWHERE)
        slice_ = world.anomaly.anomaly.segment
        other = ("plan", "smb") if slice_ else ("platform", "mobile")
        inside = {one for one, own in world.segments.items() if own[other[0]] == other[1]}
        assert rate(elsewhere, inside) > 5 * rate(elsewhere, set(world.segments) - inside)
        late = [said.at for said in world.said if world.parts[said.theme] is Part.AFTERWARDS]
        assert (min(late) - START).days >= ONSET + 9
    assert min(lifts[Part.CAUSE]) > 1.4
    assert 0.9 < np.median(lifts[Part.LOUD]) < 1.1
    assert np.median(lifts[Part.POWER]) > 1.15, "who uses it much speaks and is hit more"


def test_power_users_are_hit_more_whatever_they_say(worlds: list[World]) -> None:
    within: list[float] = []
    for world in worlds:
        heavy = {one for one, days in world.usage.items() if days >= 12}
        hit, spared = set(world.anomaly.affected), set(world.anomaly.unaffected)
        assert rate(hit, heavy & (hit | spared)) > 1.4 * rate(hit, (hit | spared) - heavy)
        (own,) = speakers(world, Part.POWER)
        assert rate(own, heavy) > 2 * rate(own, set(world.usage) - heavy)
        within.append(rate(own, hit & heavy) / rate(own, spared & heavy))
    assert 0.85 < np.median(within) < 1.15, "among heavy users it goes with nothing"


def test_wrong_methods_are_noticed(worlds: list[World]) -> None:
    wordings = Wordings(HashEmbedder())
    answers = solve(worlds, wordings, find=False)
    found = [*several.judged(answers), *several.judged_use(5, wordings)]
    assert [name for name, killed in found if not killed] == []
