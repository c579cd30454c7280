"""Dose and strata: trends against hand-worked cases, and the power user who is no cause."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.links.dose import dose_of, trend_p
from synth.links.strata import by_use, by_value, strata_of
from synth.links.vocabulary import places_of
from synth.metrics.types import AnomalyPeople
from tests.unit.links.test_verdicts import moved, people


def test_the_trend_is_that_of_a_worked_case() -> None:
    # 12 subjects per dose; 1, 4, 7 and 9 of them hit: z = 13.5 / 3.84 = 3.51 by hand.
    groups = [(1, 12), (4, 12), (7, 12), (9, 12)]
    share = 21 / 48
    z = (-1.5 * 1 - 0.5 * 4 + 0.5 * 7 + 1.5 * 9) / (share * (1 - share) * 60) ** 0.5
    from scipy.stats import norm

    assert trend_p(groups) == pytest.approx(float(norm.sf(z)))
    assert trend_p(groups[::-1]) == pytest.approx(1 - trend_p(groups))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=2, max_size=5))
def test_the_same_share_everywhere_is_no_trend_and_p_is_a_chance(
    rows: list[tuple[int, int]],
) -> None:
    groups = [(min(k, n), n) for k, n in rows]
    assert 0 <= trend_p(groups) <= 1
    assert trend_p([(0, n) for _, n in groups]) == 1
    assert trend_p([(5, 10)] * len(groups)) == pytest.approx(0.5)


def anomaly(hit: set[str], spared: set[str]) -> AnomalyPeople:
    return moved(frozenset(hit), frozenset(spared))


def test_more_events_more_people_hit() -> None:
    everybody = sorted(people(0, 60))
    counts = {person: place // 15 for place, person in enumerate(everybody)}
    hit = {p for place, p in enumerate(everybody) if place % 15 < 3 * (1 + place // 15)}
    found = dose_of(anomaly(hit, set(everybody) - hit), counts, ["role_list_retried"])
    assert found is not None
    assert found.rises
    assert [(one.least, one.hit, one.people) for one in found.groups] == [
        (0, 3, 15), (1, 6, 15), (2, 21, 30),
    ]  # fmt: skip
    assert dose_of(anomaly(hit, set(everybody) - hit), {}, ["x"]) is None, "nobody had it"


def test_groups_too_small_to_read_join_the_one_below() -> None:
    everybody = sorted(people(0, 30))
    counts = dict(zip(everybody, [0] * 20 + [1] * 8 + [9, 9], strict=True))
    found = dose_of(anomaly(set(everybody[:9]), set(everybody[9:])), counts, ["x"])
    assert found is not None
    assert [(one.least, one.people) for one in found.groups] == [(0, 20), (1, 10)]


def test_heavy_users_speak_more_and_are_hit_more_yet_nothing_holds_within_use() -> None:
    heavy, light = sorted(people(0, 100)), sorted(people(100, 200))
    speakers = frozenset([*heavy[:80], *light[:20]])
    hit = {*heavy[::2], *light[::10]}
    days = {**dict.fromkeys(heavy, 9), **dict.fromkeys(light, 2)}
    whole = anomaly(hit, set(heavy + light) - hit)
    everybody = frozenset(heavy + light)
    plain = strata_of("all", by_value({p: p[-1] for p in everybody}, everybody), speakers, whole)
    assert plain is not None
    assert plain.lift > 1.5, "without use held fixed it looks like a cause"
    found = strata_of("usage", by_use(days, everybody), speakers, whole)
    assert found is not None
    assert not found.holds
    assert found.lift == pytest.approx(1.0, abs=0.15)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 1 < found.high
    assert [one.name for one in found.strata] == ["2", "9"]


def test_a_cause_holds_among_equally_active_people() -> None:
    heavy, light = sorted(people(0, 50)), sorted(people(50, 100))
    speakers = frozenset([*heavy[:20], *light[:20]])
    hit = {*heavy[:16], *light[:16], heavy[30], light[30]}
    days = {**dict.fromkeys(heavy, 9), **dict.fromkeys(light, 2)}
    whole = anomaly(hit, set(heavy + light) - hit)
    found = strata_of("usage", by_use(days, frozenset(heavy + light)), speakers, whole)
    assert found is not None
    assert found.holds
    assert found.people == 100


def test_one_person_is_no_stratum() -> None:
    everybody = frozenset(people(0, 40))
    whole = anomaly(set(people(0, 20)), set(people(20, 40)))
    groups = {"a": {"p0"}, "b": everybody - {"p0"}}
    assert strata_of("plan", groups, everybody, whole) is None


@pytest.mark.parametrize(
    ("days", "people_in_all", "expected"),
    [
        pytest.param([], 40, {}, id="nobody is known"),
        pytest.param([3] * 40, 40, {}, id="all alike"),
        pytest.param([1] * 10 + [5] * 9, 19, {}, id="too few"),
        pytest.param([1] * 10 + [5] * 14, 50, {}, id="fewer than half are known"),
        pytest.param([1] * 10 + [5] * 15, 50, {"1": 10, "5": 15}, id="half are known"),
        pytest.param([0] * 30 + [9], 31, {}, id="one active person"),
        pytest.param([0] * 12 + [1] * 5 + [2] * 5 + [9] * 9, 31, {"0": 12, "1-9": 19}, id="ties"),
        pytest.param(range(400), 400, 10, id="tenths"),
    ],
)
def test_people_are_parted_by_active_days(days, people_in_all, expected) -> None:
    everybody = people(0, people_in_all)
    groups = by_use(dict(zip(everybody, days, strict=False)), frozenset(everybody))
    if isinstance(expected, int):
        assert [len(group) for group in groups.values()] == [40] * expected
    else:
        assert {name: len(group) for name, group in groups.items()} == expected


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("The SSO setup is confusing", "sso_setup_abandoned"),
        ("roles take minutes to load in the dropdown", "role_dropdown_opened"),
        ("dark mode is missing", None),
        ("the page failed to open", None),
    ],
)
def test_an_event_is_spoken_about_by_the_words_of_its_name(said: str, event: str | None) -> None:
    names = ["sso_setup_abandoned", "role_dropdown_opened", "page_opened", "export_failed"]
    found = places_of(said, names, {})
    assert (found[0].event if found else None) == event


def test_in_a_long_quote_one_word_is_said_by_accident() -> None:
    said = "we began the trial with a colleague and then the dashboard stayed empty"
    assert [one.event for one in places_of(said, ["trial_started"], {})] == ["trial_started"]
    assert places_of(said, ["trial_started"], {}, least=2) == []


@given(st.lists(st.integers(0, 28), min_size=1, max_size=150))
def test_equal_days_are_never_parted_and_more_days_never_stand_below(days: list[int]) -> None:
    everybody = {f"p{place}": count for place, count in enumerate(days)}
    groups = by_use(everybody, everybody.keys())
    assert sum(map(len, groups.values())) in (0, len(days))
    assert all(len(group) >= 10 for group in groups.values())
    assert len(groups) <= 10
    ends = [sorted(everybody[person] for person in group) for group in groups.values()]
    assert all(below[-1] < above[0] for below, above in pairwise(ends))
