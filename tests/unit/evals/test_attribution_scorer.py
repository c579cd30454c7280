"""What counts as the right slice, and the peer that E13 is run beside."""

from __future__ import annotations

from evals.peers import adtributor
from evals.scorers.attribution import Named, outside_f1, score_outside, score_top1
from evals.worlds.cubes import Cause, Cube, make_cube
from synth.metrics.attribution import Cell


def cube(cause: Cause, *slices: dict[str, str]) -> Cube:
    return Cube(seed=1, cause=cause, cells=(), slices=slices)


def test_only_the_planted_slice_by_its_mechanism_counts() -> None:
    planted = cube(Cause.SLICE, {"plan": "a"}, {"plan": "b", "source": "c"})
    assert score_top1(planted, Named(slices=({"plan": "a"},))).value == 1
    assert score_top1(planted, Named(slices=({"source": "c", "plan": "b"},))).value == 1
    assert score_top1(planted, Named(slices=({"plan": "b"},))).value == 0
    assert score_top1(planted, Named(slices=({"plan": "a"},), is_mix=True)).value == 0
    assert score_top1(planted, Named(slices=())).value == 0
    assert score_top1(cube(Cause.MIX, {"plan": "a"}), Named(slices=({"plan": "a"},))).value == 0


def test_outside_by_hand() -> None:
    pairs = [
        score_outside(cube(Cause.UNIFORM), Named(slices=())),
        score_outside(cube(Cause.SCATTERED), Named(slices=({"plan": "a"},))),
        score_outside(cube(Cause.SLICE, {"plan": "a"}), Named(slices=())),
    ]
    assert pairs == [(True, True), (True, False), (False, True)]
    assert outside_f1(pairs) == 0.5


def test_a_cube_is_its_seed() -> None:
    assert make_cube(3, Cause.SLICE) == make_cube(3, Cause.SLICE)
    assert make_cube(3, Cause.SLICE) != make_cube(4, Cause.SLICE)
    assert not make_cube(3, Cause.SCATTERED).slices


def test_adtributor_by_hand() -> None:
    """All of the fall is in one plan; platforms share it evenly, which surprises nobody."""
    cells = [
        Cell(
            segment={"plan": plan, "platform": platform},
            before=100,
            after=50 if plan == "smb" else 100,
        )
        for plan in ("smb", "team", "free")
        for platform in ("web", "ios")
    ]
    assert adtributor.slices(cells) == [{"plan": "smb"}]
