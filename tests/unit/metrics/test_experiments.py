"""What a variant did, what counts as a swing, who was spoken with, and files that say so."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.metrics.experiments import (
    Arm,
    Effect,
    Experiment,
    Talk,
    effects_of,
    spoken_with,
    still_to_talk,
    swings,
)
from synth.metrics.importers.experiments import read_experiments

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def experiment(*arms: Arm) -> Experiment:
    return Experiment(
        id="x1",
        name="x1",
        starts_at=None,
        ends_at=None,
        exposure_event=None,
        follows=None,
        arms=arms,
    )


def shares(control: tuple[int, int], variant: tuple[int, int]) -> Experiment:
    (k1, n1), (k2, n2) = control, variant
    return experiment(
        Arm(metric="m", variant="new", is_control=False, n=n2, conversions=k2),
        Arm(metric="m", variant="old", is_control=True, n=n1, conversions=k1),
    )


def only(found: Experiment) -> Effect:
    (effect,) = effects_of(found)
    return effect


@pytest.mark.parametrize(
    ("control", "variant", "swung"),
    [
        pytest.param((400, 1000), (440, 1000), False, id="ten percent is no swing"),
        pytest.param((400, 1000), (441, 1000), True, id="a little more is"),
        pytest.param((400, 1000), (359, 1000), True, id="down as well"),
        pytest.param((0, 1000), (1, 1000), True, id="from nothing"),
        pytest.param((0, 1000), (0, 1000), False, id="nothing to nothing"),
    ],
)
def test_a_swing_is_more_than_ten_percent_either_way(
    control: tuple[int, int], variant: tuple[int, int], swung: bool
) -> None:
    assert swings(shares(control, variant)) is swung


def test_the_control_is_the_one_that_says_so_else_the_first() -> None:
    assert only(shares((400, 1000), (500, 1000))).relative == pytest.approx(0.25)
    first = experiment(
        Arm(metric="m", variant="a", is_control=False, n=10, conversions=4),
        Arm(metric="m", variant="b", is_control=False, n=10, conversions=5),
    )
    assert only(first).control.variant == "a"


@given(
    k1=st.integers(0, 50), k2=st.integers(0, 50), n1=st.integers(50, 400), n2=st.integers(50, 400)
)
def test_the_interval_holds_the_estimate_and_narrows_with_people(
    k1: int, k2: int, n1: int, n2: int
) -> None:
    effect = only(shares((k1, n1), (k2, n2)))
    if effect.relative is None:
        assert k1 == 0
        return
    wider = only(shares((k1 * 100, n1 * 100), (k2 * 100, n2 * 100)))
    bounds = [one for each in (effect, wider) for one in (each.low, each.high) if one is not None]
    low, high, near_low, near_high = bounds
    assert -1 - 1e-12 <= low <= effect.relative + 1e-9
    assert effect.relative - 1e-9 <= high
    assert low < high
    assert near_high - near_low < high - low


@pytest.mark.parametrize(
    ("control", "variant", "low", "high"),
    [
        # Score intervals of the ratio (Koopman), by statsmodels: the same to two digits or so.
        pytest.param((400, 1000), (500, 1000), 1.134, 1.379, id="many"),
        pytest.param((3, 50), (50, 50), 6.14, 48.75, id="all of them"),
        pytest.param((5, 50), (0, 50), 0.0, 0.743, id="nobody"),
        pytest.param((50, 50), (59, 60), 0.911, 1.06, id="nearly all"),
    ],
)
def test_the_interval_of_a_ratio_of_shares(
    control: tuple[int, int], variant: tuple[int, int], low: float, high: float
) -> None:
    effect = only(shares(control, variant))
    assert effect.low == pytest.approx(low - 1, abs=0.03)
    assert effect.high == pytest.approx(high - 1, rel=0.05, abs=0.13)


def test_means_are_compared_as_ratios() -> None:
    effect = only(
        experiment(
            Arm(metric="minutes", variant="old", is_control=True, n=400, mean=10.0, sd=5.0),
            Arm(metric="minutes", variant="new", is_control=False, n=400, mean=8.0, sd=4.0),
        )
    )
    assert effect.relative == pytest.approx(-0.2)
    # By hand: log(0.8) -+ 1.96 sqrt(2 * 0.25 / 400), which is 0.0693 on the log scale.
    assert (effect.low, effect.high) == (
        pytest.approx(-0.2536, abs=1e-3),
        pytest.approx(-0.1426, abs=1e-3),
    )
    assert effect.swings


def test_each_person_counts_once_and_only_after_taking_part() -> None:
    exposed = {"a": DAY, "b": DAY, "c": DAY}
    talks = [
        Talk(document_id="1", participant_id="a", occurred_at=DAY + timedelta(days=1)),
        Talk(document_id="2", participant_id="a", occurred_at=DAY + timedelta(days=2)),
        Talk(document_id="3", participant_id="b", occurred_at=DAY - timedelta(days=1)),
        Talk(document_id="4", participant_id="c", occurred_at=None),
        Talk(document_id="5", participant_id="z", occurred_at=DAY + timedelta(days=1)),
        Talk(document_id="6", participant_id="y", occurred_at=None),
    ]
    assert spoken_with(talks, [], exposed) == {"a"}
    assert spoken_with(talks, ["6", "3", "2"], exposed) == {"a", "b", "y"}


def test_a_follow_up_waits_for_five_people_where_there_was_a_swing() -> None:
    swung = shares((400, 1000), (500, 1000))
    assert [bool(still_to_talk(swung, people)) for people in (0, 4, 5, 9)] == [
        True,
        True,
        False,
        False,
    ]
    assert "2 so far, 3 more to go" in still_to_talk(swung, 2)
    assert still_to_talk(shares((400, 1000), (401, 1000)), 0) == ""


CSV = """experiment,name,metric,variant,n,conversions,mean,sd,control,starts,ends,follows
x1,New setup,activation,old,1000,400,,,yes,2026-03-02,2026-03-16,
x1,,activation,new,1000,500,,,,,,
x1,,minutes,old,1000,,10,5,,,,
x1,,minutes,new,1000,,8,4,,,,
"""


def test_csv_and_json_say_the_same() -> None:
    variants = {
        "activation": [
            {"variant": "old", "n": 1000, "conversions": 400, "control": True},
            {"variant": "new", "n": 1000, "conversions": 500},
        ],
        "minutes": [
            {"variant": "old", "n": 1000, "mean": 10, "sd": 5},
            {"variant": "new", "n": 1000, "mean": 8, "sd": 4},
        ],
    }
    one = {
        "id": "x1",
        "name": "New setup",
        "starts": "2026-03-02",
        "ends": "2026-03-16",
        "metrics": [{"metric": name, "variants": own} for name, own in variants.items()],
    }
    from_csv = read_experiments("x.csv", CSV)
    from_json = read_experiments("x.json", json.dumps({"experiments": [one]}))
    assert from_csv.problems.found() == from_json.problems.found() == ()
    assert from_csv.usable == from_json.usable
    assert len(effects_of(from_csv.usable[0])) == 2


def test_bad_rows_are_named_and_the_others_kept() -> None:
    header = "experiment,metric,variant,n,conversions,mean,sd,control,follows,starts,ends\n"
    rows = [
        "x1,m,old,10,4,,,,,,",
        "x1,m,new,10,11,,,,,,",
        "x1,m,new,0,0,,,,,,",
        "x1,m,new,10,,3,,,,,",
        "x1,m,new,10,,,,,,,",
        "x1,m,old,10,4,,,,,,",
        "x1,m,new,10,5,,,maybe,,,",
        "x1,m,new,10,5,,,,x1,,",
        "x1,m,new,10,5,,,,,2026-03-02,2026-03-01",
        "x1,m,new,10,5,,,,,,",
        "lonely,m,old,10,4,,,,,,",
    ]
    found = read_experiments("x.csv", header + "\n".join(rows) + "\n")
    assert [one.id for one in found.usable] == ["x1"]
    assert [line.split("; ")[0] for line in found.problems.found()] == [
        "x.csv:3: more conversions than people",
        "x.csv:4: n is no count",
        "x.csv:5: a mean needs its sd",
        "x.csv:6: a variant has conversions, or mean and sd",
        "x.csv:7: a variant twice",
        "x.csv:8: control unclear",
        "x.csv:9: it follows itself",
        "x.csv:10: it ends before it starts",
        "x.csv:12: lonely: a metric needs two variants at least",
    ]
