"""Which linked theme is named as the cause of a change, and which only goes along with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from synth.core.proportions import wilson
from synth.hypotheses.causes import Cause, CauseKind
from synth.hypotheses.leads import name_or_put_aside, said_before
from synth.links.types import Link, OverlapCounts, Tag, TagState, Verdict
from synth.metrics.types import AnomalyKind
from tests.unit.hypotheses.test_phrasing import case

ONSET = datetime(2026, 1, 1, tzinfo=UTC)
READ = Cause(kind=CauseKind.DEFECT, named=wilson(3, 9))
NOBODY, MANY, FEW = wilson(0, 0), wilson(9, 20), wilson(2, 20)
TAG = Tag(
    id="tag", metric_id="m", theme_id="t", chunk_id=None, state=TagState.PROPOSED, reason="",
    score=0.5, proposed_by=None, decided_by=None, created_at=ONSET,
)  # fmt: skip


def link(theme, p, time="during", **values):
    counts = OverlapCounts(
        theme_affected=9, theme_unaffected=1, other_affected=9, other_unaffected=20,
        unmapped_theme=0,
    )  # fmt: skip
    plain = {
        "id": theme, "anomaly_id": "a", "theme_id": theme, "theme_title": f"About {theme}",
        "metric": "activation", "counts": counts, "lift": None, "p": p, "q": p, "confidence": 0.9,
        "time": time, "segment": "matches", "verdict": Verdict.OVERLAP, "tag": TAG, "reason": "",
    }  # fmt: skip
    return Link(**{**plain, **values})


@pytest.mark.parametrize(
    ("own", "other", "before", "kind", "beside"),
    [
        (link("x", 1e-6), link("y", 1e-3), NOBODY, CauseKind.DEFECT, ""),
        (link("x", 1e-3), link("y", 1e-6), NOBODY, CauseKind.ALSO_LINKED, "About y"),
        (link("x", 1e-6), link("y", 1e-6), NOBODY, CauseKind.DEFECT, ""),
        (link("y", 1e-6), link("x", 1e-6), NOBODY, CauseKind.ALSO_LINKED, "About x"),
        (link("x", 1e-3), link("y", 1e-6, "before"), NOBODY, CauseKind.DEFECT, ""),
        (link("x", 1e-3), link("y", 1e-6, tag=None), NOBODY, CauseKind.DEFECT, ""),
        (link("x", None, verdict=Verdict.TOO_FEW), link("y", 0.1), FEW, CauseKind.DEFECT, ""),
        (link("x", 1e-6, "before"), link("y", 1e-3), MANY, CauseKind.SAID_BEFORE, ""),
        (link("x", 1e-3, "before"), link("y", 1e-6), MANY, CauseKind.SAID_BEFORE, "About y"),
        (link("x", 1e-6, "before"), link("y", 1e-3), FEW, CauseKind.DEFECT, ""),
        (link("x", 1e-6, "before"), link("y", 1e-3), NOBODY, CauseKind.DEFECT, ""),
    ],
    ids=[
        "the stronger is named",
        "the weaker goes along",
        "of equals one is named",
        "and only one",
        "what was said all along leads nothing",
        "what is no link leads nothing",
        "what could not be tested goes with nothing",
        "said all along, however strong",
        "said all along beside what came up",
        "hardly anybody spoke before",
        "nobody knows when they spoke",
    ],
)
def test_one_cause_is_named_and_it_came_with_the_change(own, other, before, kind, beside):
    found = name_or_put_aside(READ, own, [own, other], before)
    assert (found.kind, found.beside) == (kind, beside)
    assert found.named == (before if kind is CauseKind.SAID_BEFORE else READ.named)


@pytest.mark.parametrize(
    ("kind", "found"),
    [(AnomalyKind.SHIFT, wilson(1, 3)), (AnomalyKind.TARGET, NOBODY)],
    ids=["a shift has an onset", "a missed target has none"],
)
def test_who_spoke_before_is_counted_of_those_with_a_date(kind, found):
    days = {"p": -1, "q": 0, "r": 5}
    said = {person: ONSET + timedelta(days=day) for person, day in days.items()}
    anomaly = replace(case().anomaly, kind=kind)
    assert said_before({**said, "s": None}, anomaly) == found
