"""Each verdict from a study made for it; reasons come from the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from synth.core.periods import Period
from synth.links.reasons import GOES_WITH_USE, USE_UNKNOWN
from synth.links.timing import TimeOrder, time_order
from synth.links.types import Link, Tag, TagState, Verdict, confidence_with_tag
from synth.links.verdicts import Voices, compare_all
from synth.metrics.types import Anomaly, AnomalyKind, AnomalyPeople, Good
from synth.themes.types import ThemePeople

START = datetime(2026, 1, 1, tzinfo=UTC)
ONSET = 56


def people(start: int, end: int) -> list[str]:
    return [f"p{number}" for number in range(start, end)]


def theme(name: str, who: Iterable[str], first: int = 0, last: int = 84) -> ThemePeople:
    members = list(who)
    days = [first + (last - first) * i / max(len(members), 1) for i in range(len(members))]
    said = {one: START + timedelta(days=day) for one, day in zip(members, days, strict=True)}
    return ThemePeople(theme_id=name, title=name, keywords=(), first_said_at=said)


def moved(hit: Iterable[str], spared: Iterable[str]) -> AnomalyPeople:
    window = Period(START + timedelta(days=ONSET), START + timedelta(days=84))
    hit, spared = frozenset(hit), frozenset(spared)
    anomaly = Anomaly(
        id="a",
        metric_id="m",
        metric="activation",
        kind=AnomalyKind.SHIFT,
        direction=Good.DOWN,
        segment={},
        window=window,
        baseline=0.5,
        observed=0.3,
        score=6.0,
        reason="",
        affected=len(hit),
        measured=len(hit | spared),
    )
    return AnomalyPeople(anomaly=anomaly, affected=hit, unaffected=spared)


def compare(
    *themes: ThemePeople, heard: int = 200, hit: int = 60, days: Mapping[str, int] | None = None
) -> dict[str, Link]:
    everybody = frozenset(people(0, heard))
    anomaly = moved(people(0, hit), people(hit, heard))
    voices = Voices(themes=themes, heard=everybody, segments={}, use={"a": days or {}})
    return {link.theme_title: link for link in compare_all(voices, [anomaly])}


CAUSE = people(0, 30) + people(60, 75)  # 30 of 60 hit, 15 of 140 others
LOUD = people(0, 200)[::2]  # every second person
AFTER = people(5, 40) + people(70, 85)


def test_the_cause_overlaps_and_the_loud_theme_does_not() -> None:
    links = compare(theme("cause", CAUSE, first=ONSET), theme("loud", LOUD))
    cause, loud = links["cause"], links["loud"]
    assert (cause.verdict, loud.verdict) == (Verdict.OVERLAP, Verdict.NOT_LINKED)
    assert cause.reason.startswith(
        "30 of 60 (38-62 %) of those hit speak about it, 15 of 140 (7-17 %) of the others: "
        "4.7 times as often (2.7-8.0), q = "
    )
    assert cause.reason.endswith(f"said from the change on; {USE_UNKNOWN}")
    assert cause.confidence > 0.9 > 0.3 > loud.confidence


def test_a_complaint_that_begins_after_the_change_is_after_the_fact() -> None:
    links = compare(theme("late", AFTER, first=ONSET + 12), theme("loud", LOUD))
    assert links["late"].verdict is Verdict.AFTER
    assert links["late"].p is not None
    assert links["late"].p < 0.001
    assert not links["late"].is_linked


EARLY = people(0, 9) + people(60, 81)  # 9 of 60 hit, 21 of 140 others: nobody more than others
LATE = people(30, 55) + people(100, 105)  # 25 of 60 hit, 5 of 140 others


@pytest.mark.parametrize(
    ("first", "then", "verdict"),
    [
        pytest.param(EARLY, LATE, Verdict.AFTER, id="those hit spoke last"),
        pytest.param(LATE, EARLY, Verdict.OVERLAP, id="those hit spoke first"),
        pytest.param(
            EARLY[::2] + LATE[::2], EARLY[1::2] + LATE[1::2], Verdict.OVERLAP, id="all alike"
        ),
    ],
)
def test_an_overlap_of_latecomers_alone_is_after_the_fact(
    first: list[str], then: list[str], verdict: Verdict
) -> None:
    """The same people and times each; only who spoke when differs."""
    early = theme("", first, first=ONSET, last=ONSET + 10).first_said_at
    late = theme("", then, first=ONSET + 12).first_said_at
    mixed = replace(theme("mixed", ()), first_said_at={**early, **late})
    link = compare(mixed, theme("loud", LOUD))["mixed"]
    assert link.q is not None
    assert link.q < 0.01
    assert link.verdict is verdict
    assert ("only those who spoke well after" in link.reason) == (verdict is Verdict.AFTER)


#: Of the 81 who use it much 45 are hit, of the other 119 only 15; half of them speak, and 9 others.
HEAVY = people(0, 45) + people(60, 96)
DAYS = {f"p{number}": 1 + number % 4 for number in range(200)} | {
    name: 10 + place % 5 for place, name in enumerate(HEAVY)
}
EVENLY = people(0, 60)[::2] + people(60, 72)  # every second of those hit, whatever they use
POWER_USERS = people(0, 22) + people(60, 78) + people(45, 46) + people(100, 108)


def test_power_users_are_no_cause() -> None:
    """They are hit more and speak more; among people of equal use it goes with nothing."""
    [link] = compare(theme("power", POWER_USERS, first=ONSET), days=DAYS).values()
    assert link.verdict is Verdict.NOT_LINKED
    assert GOES_WITH_USE in link.reason
    assert link.lift is not None
    assert link.lift.low > 1, "the plain lift is shown as it is"
    [within] = link.strata
    assert within.low is not None
    assert within.low < 1
    assert f"{within.lift:.1f} times ({within.low:.1f}-{within.high:.1f}) among" in link.reason
    assert link.p == within.p > 0.05
    assert link.confidence < 0.25


@pytest.mark.parametrize(
    "days",
    [
        pytest.param({}, id="not known"),
        pytest.param({name: DAYS[name] for name in people(0, 99)}, id="known of too few"),
        pytest.param(dict.fromkeys(DAYS, 3), id="alike"),
    ],
)
def test_where_use_is_not_known_power_users_look_like_a_cause_and_that_is_said(
    days: dict[str, int],
) -> None:
    [link] = compare(theme("power", POWER_USERS, first=ONSET), days=days).values()
    assert link.verdict is Verdict.OVERLAP
    assert link.reason.endswith(USE_UNKNOWN)
    assert link.strata == ()


def test_use_of_other_people_holds_nothing_fixed() -> None:
    names = list(DAYS)
    others = dict(zip(names, (DAYS[name] for name in names[67:] + names[:67]), strict=True))
    [link] = compare(theme("power", POWER_USERS, first=ONSET), days=others).values()
    assert link.verdict is Verdict.OVERLAP
    assert link.strata[0].holds


def test_a_cause_is_linked_among_people_of_equal_use() -> None:
    links = compare(theme("cause", EVENLY, first=ONSET), theme("loud", LOUD), days=DAYS)
    cause = links["cause"]
    assert cause.verdict is Verdict.OVERLAP
    [within] = cause.strata
    assert within.holds
    assert (cause.p, within.people) == (within.p, 200)
    assert USE_UNKNOWN not in cause.reason
    assert links["loud"].strata == (), "nothing overlaps there, so there is nothing to explain"


def test_how_many_are_known_is_said_where_some_are_not() -> None:
    some = {name: days for name, days in DAYS.items() if name not in people(150, 200)}
    cause = compare(theme("cause", EVENLY, first=ONSET), days=some)["cause"]
    assert "use is known of 150 of 200 people" in cause.reason
    assert cause.strata[0].people == 150
    assert cause.counts.people == 200


def test_use_stays_fixed_where_the_cause_is_held_fixed_too() -> None:
    """Part of the cause's people, and power users: beside the cause alone it would stand."""
    companion = {*EVENLY[:16], *POWER_USERS[1:19:2], *people(60, 69)}
    links = compare(
        theme("cause", EVENLY, first=ONSET),
        theme("companion", sorted(companion), first=ONSET),
        theme("loud", LOUD),
        days=DAYS,
    )
    assert links["cause"].verdict is Verdict.OVERLAP
    assert links["companion"].verdict is Verdict.NOT_LINKED
    assert links["companion"].p is not None
    assert links["companion"].p < 0.01
    assert 'once "cause" is held fixed' in links["companion"].reason


def test_with_eleven_people_nothing_is_linked() -> None:
    links = compare(theme("all of it", people(0, 5)), heard=11, hit=5)
    link = links["all of it"]
    assert link.verdict is Verdict.TOO_FEW
    assert link.reason.startswith("only 11 people are both heard and measured; 5 of 5 (57-100 %)")


def test_where_nobody_heard_was_measured_nothing_is_said() -> None:
    anomaly = moved(people(500, 560), people(560, 700))
    voices = Voices(themes=[theme("loud", LOUD)], heard=frozenset(people(0, 200)), segments={})
    [link] = compare_all(voices, [anomaly])
    assert (link.verdict, link.p, link.lift) == (Verdict.TOO_FEW, 1.0, None)
    assert 0 <= link.confidence <= 0.5


def test_a_companion_of_the_cause_is_explained_by_it() -> None:
    """Those who name the cause name this too, hit or not; it has no overlap of its own."""
    companion = CAUSE[:27] + CAUSE[30:43] + people(110, 115) + people(55, 57)
    links = compare(theme("cause", CAUSE, first=ONSET), theme("companion", companion, first=ONSET))
    assert links["companion"].q is not None
    assert links["companion"].q < 0.05
    assert links["companion"].verdict is Verdict.NOT_LINKED
    assert 'once "cause" is held fixed' in links["companion"].reason
    assert links["cause"].verdict is Verdict.OVERLAP


def test_what_was_misfiled_from_a_late_complaint_is_explained_by_it() -> None:
    """Two of three who complain later stand under another theme too, hit or not."""
    late = people(0, 40) + people(60, 70)
    stray = people(0, 26) + people(60, 66) + people(70, 84)
    links = compare(theme("late", late, first=ONSET + 12), theme("stray", stray, first=ONSET))
    alone = compare(theme("stray", stray, first=ONSET))["stray"]
    assert alone.verdict is Verdict.OVERLAP
    assert links["late"].verdict is Verdict.AFTER
    assert links["stray"].verdict is Verdict.NOT_LINKED
    assert 'once "late" is held fixed' in links["stray"].reason


def test_two_causes_are_both_found() -> None:
    links = compare(theme("one", CAUSE), theme("two", people(20, 55) + people(180, 195)))
    assert {link.verdict for link in links.values()} == {Verdict.OVERLAP}


def part(whole: str, name: str, who: Iterable[str], first: int = ONSET) -> ThemePeople:
    return replace(theme(name, who, first=first), part_of=whole)


def test_a_theme_that_mixes_two_complaints_speaks_through_the_part_that_overlaps() -> None:
    other = people(40, 60) + people(75, 145)  # as often among the hit as among the others
    links = compare(
        theme("both", [*CAUSE, *other], first=ONSET),
        part("both", "cause", CAUSE),
        part("both", "other", other),
    )
    assert links["cause"].verdict is Verdict.OVERLAP
    assert links["both"].verdict is Verdict.NOT_LINKED
    assert links["other"].verdict is Verdict.NOT_LINKED
    assert "its sub-themes differ" in links["both"].reason


def test_a_theme_of_one_complaint_speaks_for_its_parts() -> None:
    links = compare(
        theme("cause", CAUSE, first=ONSET),
        part("cause", "one half", CAUSE[::2]),
        part("cause", "other half", CAUSE[1::2]),
    )
    assert links["cause"].verdict is Verdict.OVERLAP
    assert {links["one half"].verdict, links["other half"].verdict} == {Verdict.NOT_LINKED}


def test_a_cause_need_be_likelier_than_not() -> None:
    weak = people(0, 15) + people(60, 74)
    many = [theme(f"other {number}", LOUD[number:]) for number in range(20)]
    link = compare(theme("weak", weak, first=ONSET), *many)["weak"]
    assert link.q is not None
    assert link.q <= 0.05
    assert link.verdict is not Verdict.OVERLAP


def test_people_nobody_measured_are_named_and_not_counted() -> None:
    extra = [f"q{number}" for number in range(7)]
    voices = Voices(
        themes=[theme("cause", CAUSE + extra)],
        heard=frozenset(people(0, 200) + extra),
        segments={},
    )
    [link] = compare_all(voices, [moved(people(0, 60), people(60, 200))])
    assert link.counts.theme == len(CAUSE)
    assert link.counts.unmapped_theme == 7
    assert link.reason.endswith("7 more in the theme were not measured")


EVERY_DAY = [START + timedelta(days=day / 4) for day in range(84 * 4)]


@pytest.mark.parametrize(
    ("first", "count", "expected"),
    [
        pytest.param(0, 40, TimeOrder.BEFORE, id="always said"),
        pytest.param(ONSET, 40, TimeOrder.DURING, id="from the onset on"),
        pytest.param(ONSET - 10, 40, TimeOrder.DURING, id="shortly before"),
        pytest.param(ONSET + 12, 40, TimeOrder.AFTER, id="begins late"),
        pytest.param(ONSET + 12, 3, TimeOrder.DURING, id="too few to say late"),
    ],
)
def test_time_order(first: int, count: int, expected: TimeOrder) -> None:
    said = [START + timedelta(days=first + (84 - first) * i / count) for i in range(count)]
    assert time_order(START + timedelta(days=ONSET), said, EVERY_DAY) is expected


@pytest.mark.parametrize(
    "strays",
    [
        pytest.param((5, 30), id="few, from before"),
        pytest.param(range(0, 54, 4), id="a quarter, from before"),
        pytest.param((57, 58, 60, 62), id="from the onset on"),
        pytest.param((*range(0, 54, 4), 57, 60, 63), id="all the time"),
    ],
)
def test_strays_do_not_hide_a_late_start(strays: Iterable[int]) -> None:
    late = [ONSET + 12 + 16 * i / 40 for i in range(40)]
    said = [START + timedelta(days=day) for day in (*late, *strays)]
    assert time_order(START + timedelta(days=ONSET), said, EVERY_DAY) is TimeOrder.AFTER


def test_strays_do_not_make_a_start_at_the_onset_late() -> None:
    days = [*range(0, 54, 4), *(ONSET + 28 * i / 40 for i in range(40))]
    said = [START + timedelta(days=day) for day in days]
    assert time_order(START + timedelta(days=ONSET), said, EVERY_DAY) is TimeOrder.DURING


def test_no_onset_no_order() -> None:
    assert time_order(None, EVERY_DAY, EVERY_DAY) is TimeOrder.UNKNOWN


@pytest.mark.parametrize(("first", "expected"), [(0, TimeOrder.UNKNOWN), (12, TimeOrder.AFTER)])
def test_where_nobody_was_heard_before_nobody_knows_what_was_said_before(
    first: int, expected: TimeOrder
) -> None:
    since = [at for at in EVERY_DAY if at >= START + timedelta(days=ONSET)]
    said = [START + timedelta(days=ONSET + first + 14 * i / 40) for i in range(40)]
    assert time_order(START + timedelta(days=ONSET), said, since) is expected


@pytest.mark.parametrize(
    ("state", "words", "linked"),
    [
        pytest.param(None, "overlap, no tag", False, id="none"),
        pytest.param(TagState.PROPOSED, "linked (tag proposed)", True, id="proposed"),
        pytest.param(TagState.CONFIRMED, "linked (tag confirmed)", True, id="confirmed"),
        pytest.param(TagState.REJECTED, "overlap, tag rejected", False, id="rejected"),
    ],
)
def test_a_link_hangs_on_its_tag(state: TagState | None, words: str, linked: bool) -> None:
    from dataclasses import replace

    link = compare(theme("cause", CAUSE))["cause"]
    tag = state and Tag(
        id="t",
        metric_id="m",
        theme_id="cause",
        chunk_id=None,
        state=state,
        reason="",
        score=0.4,
        proposed_by=None,
        decided_by=None,
        created_at=START,
    )
    link = replace(link, tag=tag)
    assert (link.status, link.is_linked) == (words, linked)


def test_a_persons_word_moves_the_confidence() -> None:
    def tag(state: TagState) -> Tag:
        return Tag(
            id="t",
            metric_id="m",
            theme_id="t",
            chunk_id=None,
            state=state,
            reason="",
            score=0.4,
            proposed_by=None,
            decided_by=None,
            created_at=START,
        )

    none, rejected = (
        confidence_with_tag(0.6, None),
        confidence_with_tag(0.6, tag(TagState.REJECTED)),
    )
    proposed = confidence_with_tag(0.6, tag(TagState.PROPOSED))
    confirmed = confidence_with_tag(0.6, tag(TagState.CONFIRMED))
    assert rejected < none < proposed < confirmed < 1
