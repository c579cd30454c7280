"""The cause apart from the symptom, the first guess beside it, and what to do next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synth.core.proportions import wilson
from synth.hypotheses import template
from synth.hypotheses.behind import edge_case, next_step
from synth.hypotheses.causes import Cause, CauseKind, Rival, read_cause
from synth.hypotheses.composing import reasons_to_hold
from synth.hypotheses.rejections import rejected_as
from synth.hypotheses.types import Standing
from synth.hypotheses.words import check_words
from tests.unit.hypotheses.test_phrasing import case

SAID = {
    CauseKind.HIDDEN_CONSTRAINT: (
        "It wants consent from a global administrator.",
        "You need admin rights for that step.",
        "The file is processed overnight, so I saw no data.",
    ),
    CauseKind.ORGANISATIONAL_FRICTION: (
        "Our security team has to look at it first.",
        "I asked and never heard back.",
        "Nobody answered for a week.",
    ),
    CauseKind.PERFORMANCE: (
        "The list is so slow that I get a coffee.",
        "It takes forty seconds to open.",
        "It spins and spins.",
    ),
    CauseKind.DEFECT: (
        "The app crashes when I open a photo.",
        "I get an error on the second page.",
        "The import failed and half was lost.",
    ),
    CauseKind.EXPECTATION_MISMATCH: (
        "I expected a draft and it was sent.",
        "It looked as if nothing had been saved.",
        "We were surprised by the invoice.",
    ),
    CauseKind.UNCLEAR: ("I do it in a spreadsheet.", "We talked about it.", "It is a green one."),
}


@pytest.mark.parametrize("kind", list(SAID))
def test_the_kind_of_cause_is_read_from_what_people_say(kind):
    found = read_cause((f"person {at}", words) for at, words in enumerate(SAID[kind]))
    assert found.kind is kind
    assert found.named.n == 3


@pytest.mark.parametrize(
    "words",
    [
        "The list does not show what I added.",
        "It sent the letter twice.",
        "My choices were reset overnight again, all gone.",
        "I could not find the page under its own name.",
        "It forgets my filters.",
        "The copy is out of sync with the original.",
        "The new entry never arrived on the other side.",
        "The picture came out blurry.",
    ],
)
def test_what_goes_wrong_without_an_error_is_a_defect_too(words):
    assert read_cause([("a", words)]).kind is CauseKind.DEFECT


@pytest.mark.parametrize(
    "words",
    [
        "I double check it every time.",
        "There are too many of these messages.",
        "I would like it in another colour.",
        "We do not print much any more, and that is fine.",
    ],
)
def test_a_wish_or_a_habit_is_none_of_the_kinds(words):
    assert read_cause([("a", words)]).kind is CauseKind.UNCLEAR


def test_one_loud_person_is_one_person():
    slow = [("loud", words) for words in SAID[CauseKind.PERFORMANCE] * 5]
    defect = [("a", "It crashes."), ("b", "I get an error.")]
    found = read_cause([*slow, *defect])
    assert (found.kind, found.named) == (CauseKind.DEFECT, wilson(2, 3))


def test_two_of_many_are_too_few_to_name_a_kind():
    said = [(f"p{at}", "We talked about it.") for at in range(20)]
    said += [("x", "It crashes."), ("y", "I get an error.")]
    assert read_cause(said).kind is CauseKind.UNCLEAR
    assert read_cause([]).kind is CauseKind.UNCLEAR


def rival(*, is_late=False):
    return Rival(
        theme="Dark mode: white",
        people=40,
        is_late=is_late,
        affected=wilson(10, 30),
        others=wilson(12, 36),
    )


def test_the_first_guess_is_kept_with_why_it_failed():
    content = template.draft(replace(case(), rival=rival())).content
    assert content.first_guess == "“dark mode”, which is spoken about too"
    assert content.why_not == (
        "of the affected people heard, 10 of 30 (19-51 %) speak about it, of the others "
        "12 of 36 (20-50 %): no more than by chance"
    )
    late = template.draft(replace(case(), rival=rival(is_late=True))).content
    assert "only after the change" in late.why_not
    # Nothing else was tested: the screen is what comes to mind, and nobody says so.
    alone = template.draft(case()).content
    assert alone.first_guess == "the screen is hard to understand"
    assert "nobody cited says" in alone.why_not


def test_cause_and_symptom_are_told_apart():
    content = template.draft(case()).content
    assert content.symptom == "activation rate is lower than it should be"
    assert content.cause_kind is CauseKind.HIDDEN_CONSTRAINT
    assert content.cause == (
        "something has to be in place first that is not: of those read who speak about “admin "
        "rights”, the words of 3 of 3 (44-100 %) point to it"
    )


@pytest.mark.parametrize(
    ("k", "n", "is_rare"), [(0, 5, False), (1, 8, False), (1, 30, True), (60, 900, True)]
)
def test_a_finding_is_rare_only_where_its_upper_end_is(k, n, is_rare):
    assert bool(edge_case(wilson(k, n))) is is_rare


def test_the_next_step_is_what_the_evidence_lacks():
    few = template.draft(case(standing=Standing.TOO_FEW)).content
    assert few.next_step.startswith("ask next: five to eight")
    untold = template.draft(case()).content
    assert untold.next_step.startswith("ask next: three of the affected")
    cause = read_cause([("a", "You need admin rights.")])
    known = {"is_rare": False, "is_told": True, "is_checked": True}
    for lacking, step in (
        ({}, "test next: with the change for some of those who meet it and not for others"),
        ({"is_checked": False}, "count next: the segments"),
        ({"is_rare": True}, "count next: those measured"),
        ({"is_told": False}, "ask next: three"),
    ):
        found = next_step(case().anomaly, Standing.TESTED, cause, **{**known, **lacking})
        assert found.startswith(step)
        kept = replace(untold, next_step=found)
        assert reasons_to_hold(kept) == check_words(kept, kept) == []


@pytest.mark.parametrize("kind", list(CauseKind))
@pytest.mark.parametrize("is_late", [False, True, None])
def test_nothing_said_of_a_cause_is_held_by_the_guards(kind, is_late):
    read = Cause(kind=kind, named=wilson(18, 29), beside="Waiting list: queue")
    beside = None if is_late is None else rival(is_late=is_late)
    content = template.draft(replace(case(), cause=read, rival=beside)).content
    rare = replace(content, edge_case=edge_case(wilson(1, 40)), figures=(wilson(1, 40),))
    assert reasons_to_hold(content) == check_words(content, content) == []
    assert "rare" in rare.edge_case
    assert not [one for one in reasons_to_hold(rare) if "rare" in one]


@pytest.mark.parametrize(
    ("kind", "beside", "cause", "asked"),
    [
        (
            CauseKind.ALSO_LINKED,
            "Waiting list for help: queue",
            "not shown: “admin rights” goes with the change, but “waiting list for help” does so "
            "more strongly, and people may only say the one beside the other",
            "which of the two",
        ),
        (
            CauseKind.SAID_BEFORE,
            "",
            "not shown: of those who speak about “admin rights”, 18 of 29 (44-77 %) did so before "
            "the change already, so by itself it is nothing new",
            "what was different since the change",
        ),
        (
            CauseKind.SAID_BEFORE,
            "Waiting list for help: queue",
            "not shown: of those who speak about “admin rights”, 18 of 29 (44-77 %) did so before "
            "the change already, so by itself it is nothing new; “waiting list for "
            "help” came up with it, and goes with it more strongly",
            "what was different since the change",
        ),
    ],
    ids=["beside a stronger theme", "said all along", "said all along beside a stronger theme"],
)
def test_what_only_goes_along_is_not_stated_as_the_cause(kind, beside, cause, asked):
    read = Cause(kind=kind, named=wilson(18, 29), beside=beside)
    content = template.draft(replace(case(), cause=read)).content
    assert not content.cause_kind.is_cause
    assert content.cause == cause
    assert asked in content.next_step
    assert reasons_to_hold(content) == check_words(content, content) == []


def test_after_not_actionable_the_template_proposes_a_step():
    before = rejected_as("h", ["not_actionable"], template.draft(case()).content)
    again = template.draft(replace(case(), rejected=(before,))).content
    assert again.solution.startswith("a trial, with an owner and a date, of a change")


@pytest.mark.parametrize(
    ("good", "baseline", "target", "words"),
    [("up", 0.3, 0.4, "at least"), ("down", 0.4, 0.3, "at most"), ("", 0.4, 0.3, "at most")],
)
def test_a_target_says_how_it_is_meant(good, baseline, target, words):
    content = replace(template.draft(case()).content, good=good, baseline=baseline, target=target)
    assert content.comparator == words
    assert (" rise " if target > baseline else " fall ") in content.if_then
