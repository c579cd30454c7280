from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.periods import Period
from synth.core.proportions import SMALL_N, wilson
from synth.hypotheses import template
from synth.hypotheses.causes import Cause, CauseKind, Rival
from synth.hypotheses.composing import Case, reasons_to_hold
from synth.hypotheses.evidence import choose
from synth.hypotheses.phrasing import counted_share, theme_words, value_words
from synth.hypotheses.scale import scale_check
from synth.hypotheses.types import Standing
from synth.hypotheses.words import check_words
from synth.links.types import OverlapCounts
from synth.metrics.types import Anomaly, AnomalyKind, Good, Metric
from tests.unit.hypotheses.cases import passage

COUNTED = re.compile(r"\d+ of \d+ \(\d+-\d+ %\)")


@pytest.mark.parametrize(
    ("value", "unit", "share", "words"),
    [
        (17.94, "minutes", None, "17.9 minutes"),
        (5.0, "minutes", None, "5 minutes"),
        (0.34, "seconds", None, "0.34 seconds"),
        (12345.6, "count", None, "12,346"),
        (0.31, "share", wilson(341, 1100), "31 % (341 of 1,100)"),
        (31.0, "percent", wilson(341, 1100), "31 % (341 of 1,100)"),
        (4 / 11, "share", wilson(4, 11), "4 of 11 (15-65 %)"),
        (0.35, "share", None, "35 in 100"),
        (35.5, "%", None, "35.5 in 100"),
    ],
)
def test_a_value_is_written_with_what_it_was_counted_in(value, unit, share, words):
    assert value_words(value, unit, share) == words


@pytest.mark.parametrize(
    ("value", "unit", "counts", "expected"),
    [
        (342 / 1100, "share", wilson(342, 1100), wilson(342, 1100)),
        (100 * 342 / 1100, "percent", wilson(342, 1100), wilson(342, 1100)),
        (4 / 11, "share", wilson(7, 11), wilson(4, 11)),
        (9.5, "minutes", wilson(7, 11), None),
        (0.5, "share", wilson(7, 11), None),
        (0.5, "share", None, None),
    ],
    ids=["share", "percent", "missed, not met", "minutes", "other counts", "no counts"],
)
def test_counts_are_named_only_where_the_value_is_their_share(value, unit, counts, expected):
    assert counted_share(value, unit, counts) == expected


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Admin rights: directory, step", "admin rights"),
        ("PDF export: fails", "PDF export"),
        ("slow, list", "slow"),
        (":", ":"),
    ],
)
def test_the_head_of_a_theme_stands_in_a_sentence(title, words):
    assert theme_words(title) == words


def case(*, kind=AnomalyKind.SHIFT, unit="share", n=1100, standing=Standing.TESTED, **values):
    people = [
        passage(f"We waited {at} days for the admin.", chunk_id=f"c{at}", number=at)
        for at in range(1, 5)
    ]
    affected = {one.chunk.participant_id for one in people[:3]}
    unaffected = {people[3].chunk.participant_id}
    share = wilson(n * 31 // 100, n) if unit == "share" else None
    plain = {
        "id": "a",
        "metric_id": "m",
        "metric": "activation_rate",
        "kind": kind,
        "direction": Good.DOWN,
        "segment": {},
        "window": Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
        "baseline": 0.42 if share else 17.9,
        "observed": share.k / share.n if share else 12.3,
        "score": 6.0,
        "reason": "it moved",
        "affected": 3,
        "measured": 4,
        "observed_share": share,
    }
    everybody = affected | unaffected
    return Case(
        anomaly=Anomaly(**{**plain, **values}),
        metric=Metric(
            id="m", name="activation_rate", description="", unit=unit, good=Good.UP, target=None
        ),
        theme_id="t",
        theme="Admin rights: directory, step",
        scale=scale_check(everybody, affected, unaffected),
        pack=choose(people, affected=affected, unaffected=unaffected),
        link_state="overlap/proposed",
        standing=standing,
        overlap=OverlapCounts(
            theme_affected=3,
            theme_unaffected=1,
            other_affected=0,
            other_unaffected=0,
            unmapped_theme=0,
        ),
    )


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({}, "Drop in activation rate: affected people speak about “admin rights”"),
        ({"baseline": 0.1}, "Rise in activation rate: affected people speak about “admin rights”"),
        (
            {"kind": AnomalyKind.TARGET},
            "Missed target of activation rate: affected people speak about “admin rights”",
        ),
        (
            {"kind": AnomalyKind.PERSON},
            "Outliers in activation rate: affected people speak about “admin rights”",
        ),
        (
            {"kind": AnomalyKind.SEGMENT, "segment": {"plan": "pro"}},
            "Lower activation rate for plan pro: affected people speak about “admin rights”",
        ),
    ],
    ids=["drop", "rise", "target", "person", "segment"],
)
def test_a_title_says_what_stands_out_and_who_speaks(values, title):
    assert template.draft(case(**values)).content.title == title


def test_a_template_draft_reads_like_sentences():
    content = template.draft(case()).content
    assert content.solution == (
        "a change, still to be designed, that lifts the constraint in what P1, P2 and 1 other "
        "report about “admin rights”, or says it beforehand"
    )
    assert content.if_then.startswith(
        "If we make a change, still to be designed, that lifts the constraint in what P1, P2 and"
    )
    assert (
        "then activation rate will rise from 31 % (341 of 1,100) to at least 42 in 100, because"
        in content.if_then
    )
    assert content.claims[0].text == (
        "activation rate: 31 % (341 of 1,100), against 42 in 100, its level before the change; "
        "of the people measured, 3 of 4 (30-95 %) are affected"
    )
    assert "from 31 % (341 of 1,100) to 42 in 100, its level before the change, because among" in (
        content.statement
    )


def cause_of(kind, n):
    return Cause(kind=kind, named=wilson(n // 2, n), beside="Waiting list: queue")


def rival_of(is_late, n):
    return Rival(
        theme="Dark mode: white",
        people=n,
        is_late=is_late,
        affected=wilson(n // 3, n),
        others=wilson(n // 4, n),
    )


@given(
    kind=st.sampled_from(AnomalyKind),
    unit=st.sampled_from(["share", "minutes"]),
    standing=st.sampled_from(Standing),
    n=st.integers(4, 60),
    cause=st.none() | st.builds(cause_of, st.sampled_from(CauseKind), st.integers(0, 40)),
    rival=st.none() | st.builds(rival_of, st.booleans(), st.integers(1, 50)),
)
def test_no_draft_of_the_template_says_more_than_was_counted(kind, unit, standing, n, cause, rival):
    """It passes its own guards, and no share of fewer than thirty stands bare."""
    given_ = replace(case(kind=kind, unit=unit, standing=standing, n=n), cause=cause, rival=rival)
    content = template.draft(given_).content
    assert reasons_to_hold(content) == []
    assert check_words(content, content) == []
    texts = [content.title, content.statement, content.if_then, *content.side_words]
    texts += [claim.text for claim in content.claims]
    bare = COUNTED.sub("", " ".join(texts))
    assert ("%" in bare) is (unit == "share" and n >= SMALL_N)
    assert ("too few people" in bare) is (standing is Standing.TOO_FEW)


def test_nobody_to_compare_with_is_said():
    alone = case()
    scale = scale_check({"person-1"}, {"person-1"}, set())
    overlap = replace(alone.overlap, theme_unaffected=0)
    content = template.draft(replace(alone, scale=scale, overlap=overlap)).content
    assert content.because == (
        "among the affected people heard, 3 of 3 (44-100 %) speak about “Admin rights: directory, "
        "step”; among the others heard, nobody, as there are none"
    )
    reach = "among those measured and not affected, nobody, as there are none"
    assert any(reach in claim.text for claim in content.claims)
    assert reasons_to_hold(content) == []
