"""The score of a run on the sample study: what counts as found, what as a linked decoy."""

from __future__ import annotations

import pytest

from synth.sample.truth import (
    Evidence,
    FoundLink,
    FoundTheme,
    Passage,
    Planted,
    Truth,
    bare_id,
    planted_key,
    score_demo,
)


def make(key: str, metric: str | None, *documents: str) -> Planted:
    passage = Passage(document=f"talk-{key}", cue=3, opening=f"Well, the {key}")
    return Planted(
        key=key,
        metric=metric,
        theme=key,
        phrases=(key,),
        documents=frozenset(documents),
        passages=(passage,),
    )


TRUTH = Truth(
    causes=(make("wall", "activation", "1", "2"), make("blank", "abandonment", "3", "4")),
    decoys=(make("dark", None, "5", "6", "7"),),
    quiet_metrics=(),
    numbers={},
)


def theme(name: str, *documents: str) -> FoundTheme:
    evidence = [Evidence(external_id=document, quote="words") for document in documents]
    return FoundTheme(id=name, evidence=evidence)


THEMES = [theme("w", "1", "2", "9"), theme("b", "3", "4"), theme("d", "5", "6"), theme("x", "9")]


@pytest.mark.parametrize(
    ("links", "found", "decoys"),
    [
        pytest.param([], 0, 0, id="nothing linked"),
        pytest.param([("w", "activation"), ("b", "abandonment")], 2, 0, id="both causes"),
        pytest.param([("w", "abandonment")], 0, 0, id="cause on another metric"),
        pytest.param([("w", "activation"), ("w", "activation")], 1, 0, id="twice counts once"),
        pytest.param([("d", "activation"), ("d", "abandonment")], 0, 1, id="decoy counts once"),
        pytest.param([("x", "activation")], 0, 0, id="unplanted theme"),
    ],
)
def test_score(links: list[tuple[str, str]], found: int, decoys: int) -> None:
    score = score_demo(TRUTH, THEMES, [FoundLink(theme_id=t, metric=m) for t, m in links])
    assert (score.causes_found, score.decoys_linked) == (found, decoys)
    assert len(score.missed) == 2 - found
    assert len(score.linked_decoys) == decoys


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param(["1", "2", "5"], "wall", id="two of three"),
        pytest.param(["1", "5"], None, id="half is no majority"),
        pytest.param(["1", "3", "5"], None, id="one each"),
        pytest.param(["9", "8", "1"], None, id="mostly unplanted"),
        pytest.param([], None, id="no evidence"),
    ],
)
def test_a_theme_means_what_most_of_its_evidence_says(
    documents: list[str], expected: str | None
) -> None:
    assert planted_key(TRUTH, theme("t", *documents).evidence) == expected


def test_an_interview_counts_only_where_it_speaks_about_it() -> None:
    said = Evidence(external_id="talk-blank.vtt", quote="Yes.  Well, the\nblank was there")
    other = Evidence(external_id="talk-blank.vtt", quote="I had lunch")
    assert planted_key(TRUTH, [said]) == "blank"
    assert planted_key(TRUTH, [other]) is None


@pytest.mark.parametrize(
    ("external_id", "expected"),
    [
        ("48212", "48212"),
        ("ticket:48212", "48212"),
        ("interview-01.vtt", "interview-01"),
        ("study/interview-01.vtt", "interview-01"),
        ("replay-07", "replay-07"),
    ],
)
def test_bare_id(external_id: str, expected: str) -> None:
    assert bare_id(external_id) == expected
