"""What a draft says stands behind a symptom, as the review page names it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.web.review_parts import behind
from synth.core.proportions import wilson
from synth.hypotheses import template
from synth.hypotheses.causes import Cause, CauseKind
from tests.unit.hypotheses.test_phrasing import case


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        (CauseKind.DEFECT, "Cause: defect"),
        (CauseKind.ALSO_LINKED, "No cause named: also linked"),
        (CauseKind.SAID_BEFORE, "No cause named: said before"),
    ],
)
def test_what_only_goes_along_is_not_headed_as_the_cause(kind, heading):
    read = Cause(kind=kind, named=wilson(3, 9), beside="Waiting list")
    content = template.draft(replace(case(), cause=read)).content
    assert heading in dict(behind(content))
