"""Dose and strata: trends against hand-worked cases, and the power user who is no cause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.links.dose import dose_of, trend_p
from synth.links.strata import strata_of, usage_levels
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
    levels = usage_levels(days, whole.affected | whole.unaffected)
    found = strata_of("usage", levels, speakers, frozenset(heavy + light), whole)
    plain = strata_of(
        "all", {p: p[-1] for p in heavy + light}, speakers, frozenset(heavy + light), whole
    )
    assert plain is not None
    assert plain.lift > 1.5, "without use held fixed it looks like a cause"
    assert found is not None
    assert not found.holds
    assert found.lift == pytest.approx(1.0, abs=0.15)
    assert [one.name for one in found.strata] == ["2 light", "4 heavy"]


def test_a_cause_holds_among_equally_active_people() -> None:
    heavy, light = sorted(people(0, 50)), sorted(people(50, 100))
    speakers = frozenset([*heavy[:20], *light[:20]])
    hit = {*heavy[:16], *light[:16], heavy[30], light[30]}
    days = {**dict.fromkeys(heavy, 9), **dict.fromkeys(light, 2)}
    whole = anomaly(hit, set(heavy + light) - hit)
    levels = usage_levels(days, whole.affected | whole.unaffected)
    found = strata_of("usage", levels, speakers, frozenset(heavy + light), whole)
    assert found is not None
    assert found.holds
    assert found.people == 100


def test_one_active_person_is_no_stratum() -> None:
    everybody = sorted(people(0, 40))
    whole = anomaly(set(everybody[:20]), set(everybody[20:]))
    levels = usage_levels({everybody[0]: 3}, frozenset(everybody))
    assert strata_of("usage", levels, frozenset(everybody), frozenset(everybody), whole) is None


def test_use_is_unknown_where_nobody_was_active() -> None:
    assert usage_levels({}, frozenset({"a"})) == {}
    assert usage_levels({"a": 2}, frozenset({"a", "b"})) == {"a": "2 light", "b": "1 none"}


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


@given(st.lists(st.integers(0, 28), min_size=1, max_size=60))
def test_more_days_never_mean_a_lower_level_and_a_third_at_most_lies_above(days: list[int]) -> None:
    people = {f"p{place}": count for place, count in enumerate(days)}
    levels = usage_levels(people, people.keys())
    ranked = sorted(levels, key=lambda person: people[person])
    assert [levels[person] for person in ranked] == sorted(levels.values())
    active = [count for count in days if count]
    if active:
        top = [person for person in levels if levels[person] == "4 heavy"]
        below = [person for person in levels if levels[person] in ("2 light", "3 medium")]
        assert len(below) >= len(active) / 3
        assert not top or len(below) + len(top) == len(active)
