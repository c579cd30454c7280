from dataclasses import replace

import pytest

from synth.core.proportions import wilson
from synth.hypotheses import template
from synth.hypotheses.rejections import misread, rejected_as, why_suppressed
from tests.unit.hypotheses.test_phrasing import case


def draft():
    return template.draft(case()).content


@pytest.mark.parametrize("code", ["wrong_cause", "wrong_metric", "already_known"])
def test_a_rejected_pair_is_not_drafted_in_other_words(code):
    content = draft()
    other = replace(content, because="something else is said", citations=content.citations[:1])
    reason = why_suppressed([rejected_as("h", [code], content)], other)
    assert reason.startswith(f"rejected before because {code.replace('_', ' ')}")


@pytest.mark.parametrize("code", ["weak_evidence", "too_few_people"])
def test_weak_evidence_is_drafted_again_once_more_people_speak(code):
    content = draft()
    before = [rejected_as("h", [code], content)]
    assert "no more do now" in why_suppressed(before, content)
    scale = wilson(content.scale.k + 1, content.scale.n + 1)
    grown = replace(content, scale=scale, because=f"{scale} of them speak about it")
    assert why_suppressed(before, grown) is None


@pytest.mark.parametrize("code", ["misread_quote", "not_actionable", "other"])
def test_the_same_words_on_the_same_quotes_are_not_drafted_twice(code):
    content = draft()
    before = [rejected_as("h", [code], content)]
    assert "says the same and cites the same" in why_suppressed(before, content)
    assert why_suppressed(before, replace(content, citations=content.citations[1:])) is None
    assert why_suppressed(before, replace(content, solution="another change to test")) is None


def test_only_misread_quotes_are_left_out_for_good():
    content = draft()
    cited = {citation.chunk_id for citation in content.citations}
    assert misread([rejected_as("h", ["misread_quote"], content)]) == cited
    assert misread([rejected_as("h", ["other"], content)]) == frozenset()
