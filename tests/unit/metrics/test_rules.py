"""Event rules: what is read, which token a fault points at, and whom a rule hits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.periods import Period
from synth.errors import InputError
from synth.metrics.rule_parsing import CountTest, ShareTest, ValueTest, parse_rules
from synth.metrics.rules import Measured, Vocabulary, check_rule, hold, rule_finding
from synth.metrics.types import Good, Metric
from synth.metrics.units import parse_duration, write_duration

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Period(NOW - 28 * DAY, NOW)


def metric(name: str, unit: str) -> Metric:
    return Metric(id=name, name=name, description="", unit=unit, good=Good.DOWN)


KNOWN = Vocabulary(
    metrics={
        one.name: one
        for one in (
            metric("onboarding_step_3_time", "s"),
            metric("ttfb", "ms"),
            metric("task", "minutes"),
            metric("activation", "share"),
            metric("clicks", "count"),
        )
    },
    measured=["onboarding_step_3_time", "ttfb", "task", "clicks"],
    events=["kyc_failed", "page_view", "kyc failed"],
    segments=["platform", "plan"],
)


def one(text: str):
    [rule] = parse_rules(text)
    return rule


def test_the_forms_people_write():
    slow = one('slow: onboarding_step_3_time > 60s -> "watch session replays for slow step 3"')
    assert isinstance(slow.test, ValueTest)
    assert (slow.test.comparison, slow.test.base_limit) == (">", 60.0)
    assert (slow.action, slow.within, slow.segment) == (
        "watch session replays for slow step 3",
        None,
        None,
    )
    again = one('again: count(kyc_failed) >= 2 within 1d -> "offer help"')
    assert isinstance(again.test, CountTest)
    assert (again.test.times, again.within) == (2, DAY)
    assert one('a: count(x) > 2 -> "y"').test.times == 3
    share = one(
        'ttfb: share(ttfb > 2s) >= 20% of users within 7d by segment.platform -> "look at 3G"'
    )
    assert isinstance(share.test, ShareTest)
    assert (share.test.limit, share.within, share.segment.value) == (0.2, 7 * DAY, "platform")
    two = parse_rules(
        'a: x > 1 -> "b" # a comment\n\nc: count("kyc failed") >= 2 -> "say \\"hi\\""'
    )
    assert [(rule.name, rule.action) for rule in two] == [("a", "b"), ("c", 'say "hi"')]
    assert two[1].inner.event.value == "kyc failed"
    assert one(two[1].text) == one('c: count("kyc failed") >= 2 -> "say \\"hi\\""')


@pytest.mark.parametrize(
    ("text", "place", "marked", "words"),
    [
        ('a: x > 60q -> "d"', "1:8", "60q", "no unit is written so; found 60q; expected one of ms"),
        ('a: count(x) < 2 -> "d"', "1:13", "<", "only compared upwards; found <; expected > or >="),
        ('a: count(x) >= 2s -> "d"', "1:16", "2s", "a count is a plain number"),
        ('a: count(x) >= 1.5 -> "d"', "1:16", "1.5", "a count is a plain number"),
        ("a: x > 60s", "1:11", "", "found the end of the rule; expected ->"),
        ('a x > 3 -> "d"', "1:3", "x", "expected :"),
        ('a: share(x > 2s) >= 20s -> "d"', "1:21", "20s", "compared with a percentage"),
        ('a: share(share(x > 1) > 2%) > 3% -> "d"', "1:10", "share", "a share of a share"),
        ('a:\n  x >\n  -> "d"', "3:3", "->", "a metric is compared with a quantity"),
        ('a: x > 3 within 20% -> "d"', "1:17", "20%", "within is a time; found 20%"),
        ('a: x > 3 within 400d -> "d"', "1:17", "400d", "expected 1s to 365d"),
        ("a: x ! 3", "1:6", "!", "a rule has no such sign"),
        ('a: x > 3 -> "ab', "1:13", '"ab', "a text that is not closed"),
        ('a: x > 3 by plan -> "d"', "1:13", "plan", "divided by a segment"),
        ('a: x > 3 -> " "', "1:13", '" "', "what to do is empty"),
        ('a: x > 1 -> "d"\na: y > 3 -> "e"', "2:1", "a", "a second rule of this name"),
        ("", "1:1", "", "no rule"),
    ],
)
def test_a_fault_points_at_its_token(text, place, marked, words):
    with pytest.raises(InputError) as caught:
        parse_rules(text, file="my.rules")
    head, written, mark = str(caught.value.message).split("\n")
    assert head.startswith(f"my.rules:{place}: ")
    assert words in head
    line, column = map(int, place.split(":"))
    assert written == "  " + text.split("\n")[line - 1]
    assert mark == " " * (column + 1) + "^" * max(1, len(marked))
    assert caught.value.data["line"] == line
    assert caught.value.data["column"] == column


@pytest.mark.parametrize(
    ("test", "marked", "words"),
    [
        ("onboarding_step_3_time > 60%", "60%", "is a time (s), this is a share"),
        ("onboarding_step_3_time > 60", "60", "is a time (s), this is a plain number"),
        ("clicks > 3min", "3min", "is a plain number (count), this is a time"),
        ("share(ttfb > 20%) > 10%", "20%", "ttfb is a time (ms), this is a share"),
        ("activation < 40%", "activation", "has no value of each person"),
        ("onboarding_step_3_tme > 60s", "onboarding_step_3_tme", "one of onboarding_step_3_time"),
        ("page_view > 2s", "page_view", "an event has no unit"),
        (
            "count(kyc_faild) >= 2",
            "kyc_faild",
            "found kyc_faild; expected one of kyc_failed",
        ),
        ("clicks > 3 by segment.plattform", "plattform", "one of platform"),
    ],
)
def test_a_rule_is_held_against_what_there_is(test, marked, words):
    text = f'a: {test} -> "d"'
    with pytest.raises(InputError) as caught:
        check_rule(one(text), KNOWN)
    head, _, mark = str(caught.value.message).split("\n")
    assert words in head
    start = text.rindex(marked) + 2
    assert mark == " " * start + "^" * len(marked)


@pytest.mark.parametrize("test", ["task > 300s", "ttfb > 2s", "task > 0.5h", "clicks >= 3"])
def test_units_of_one_kind_are_compared(test):
    check_rule(one(f'a: {test} -> "d"'), KNOWN)


WORDS = ["a", "b", ":", "x", ">", "<=", "60s", "20%", "2", "share", "(", ")", "count", "of"]
WORDS += ["users", "within", "1d", "->", '"d"', "by", "segment.p", "\n", "# c\n", "!", '"']
TEXTS = st.text(alphabet='ab:>=<()."-#\n 12%sd', max_size=60)
TEXTS |= st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
TEXTS |= st.lists(
    st.builds(
        "{}: {} {} {} -> {}".format,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["x > 60s", "count(x) >= 2", "share(x < 3) > 5%", "count(x) < 2"]),
        st.sampled_from(["", "within 7d", "within 7"]),
        st.sampled_from(["", "by segment.p", "by p"]),
        st.sampled_from(['"d"', '""']),
    ),
    max_size=3,
).map("\n".join)


@given(text=TEXTS)
def test_whatever_is_written_is_read_or_its_fault_lies_inside(text):
    try:
        rules = parse_rules(text)
    except InputError as error:
        lines = text.split("\n")
        line, column = error.data["line"], error.data["column"]
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
    else:
        again = parse_rules("\n".join(rule.text for rule in rules))
        assert [(one.name, one.test_words) for one in map(shown, again)] == [
            (one.name, one.test_words) for one in map(shown, rules)
        ]


class Shown:
    def __init__(self, name, test_words):
        self.name, self.test_words = name, test_words


def shown(rule):
    inner = rule.inner
    subject = inner.event.value if isinstance(inner, CountTest) else inner.metric.value
    return Shown(rule.name, (type(rule.test), subject, rule.within, rule.action))


def alone(people):
    return {person: {} for person in people}


def measured(values):
    return Measured(window=WINDOW, values=values, population=list(values))


def test_seconds_are_held_against_minutes():
    people = {f"p{minutes}": float(minutes) for minutes in range(1, 11)}
    [verdict] = hold(
        one('a: task > 300s -> "d"'),
        measured(people),
        alone(people),
        KNOWN.metrics["task"],
    )
    assert verdict.affected == {"p6", "p7", "p8", "p9", "p10"}
    assert (verdict.holds, str(verdict.share)) == (True, "5 of 10 (24-76 %)")


@pytest.mark.parametrize(("slow", "holds"), [(1, False), (2, True), (5, True)])
def test_a_share_is_of_the_people_measured_in_each_slice(slow, holds):
    values = {f"m{n}": 3000.0 if n < slow else 100.0 for n in range(10)}
    values |= {f"w{n}": 100.0 for n in range(30)}
    segments = {one: {"platform": "mobile" if one[0] == "m" else "web"} for one in values}
    rule = one('a: share(ttfb > 2s) >= 20% by segment.platform -> "d"')
    mobile, web = hold(rule, measured(values), segments, KNOWN.metrics["ttfb"])
    assert (mobile.segment, mobile.holds, len(mobile.measured)) == (
        {"platform": "mobile"},
        holds,
        10,
    )
    assert (web.holds, len(web.affected)) == (False, 0)


def test_nobody_measured_is_no_share():
    rule = one('a: share(ttfb < 2s) <= 20% -> "d"')
    [verdict] = hold(rule, measured({}), {}, KNOWN.metrics["ttfb"])
    assert not verdict.holds


def test_who_may_not_be_counted_is_neither_hit_nor_measured():
    rule = one('a: clicks > 3 -> "d"')
    [verdict] = hold(rule, measured({"a": 9.0, "b": 9.0}), {"b": {}}, KNOWN.metrics["clicks"])
    assert verdict.measured == verdict.affected == {"b"}


def test_the_finding_says_rule_people_interval_and_what_to_do():
    rule = one('a: share(ttfb > 2s) >= 20% of users within 7d -> "look at 3G"')
    values = {f"p{n}": 2500.0 if n < 3 else 100.0 for n in range(9)}
    given = measured(values)
    [verdict] = hold(rule, given, alone(values), KNOWN.metrics["ttfb"])
    found = rule_finding(rule, verdict, given, KNOWN.metrics["ttfb"])
    assert found.reason.split("; ") == [
        "rule a: 3 of 9 (12-65 %) people match ttfb > 2s, 2026-02-01 to 2026-02-28",
        "the rule asks for >= 20 % of users",
        "so few people were measured that 20 % lies inside the interval",
        "to do: look at 3G",
    ]
    assert (found.baseline, found.observed) == (2000.0, 2500.0)
    assert len(found.affected) == 3
    assert len(found.unaffected) == 6


@given(seconds=st.integers(min_value=1, max_value=10**7))
def test_a_duration_is_read_as_it_is_written(seconds):
    span = timedelta(seconds=seconds)
    assert parse_duration(write_duration(span)) == span
