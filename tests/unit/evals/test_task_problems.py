"""The rank of coded problems on made people: it follows people, and permuting them loses it."""

from __future__ import annotations

import numpy as np
import pytest

from evals.datasets.text_set import LabelledTexts
from evals.task_problems import Spoken, Task, judged, person_of, problems_of, reciprocal_ranks
from evals.types import Verdict

PEOPLE = [f"P{number}" for number in range(1, 13)]
HALVES = {"plan": PEOPLE[:6], "export": PEOPLE[3:9], "search": PEOPLE[6:]}
TASKS = [
    Task(name=f"time_{name}", task=name, hit=frozenset(own), spared=frozenset(PEOPLE) - set(own))
    for name, own in HALVES.items()
]
PROBLEMS = {f"time_{name}": f"{name} complex" for name in HALVES}
THEMES = [
    *(
        Spoken(key=f"t{n}", people=frozenset(own), truth=f"{name} complex")
        for n, (name, own) in enumerate(HALVES.items())
    ),
    Spoken(key="t8", people=frozenset(PEOPLE), truth="all are happy"),
    Spoken(key="t9", people=frozenset(PEOPLE[::2]), truth="some are happy"),
]


def run(themes, draws=30):
    return judged(themes, TASKS, PROBLEMS, draws=draws, rng=np.random.default_rng(3), seed=3)


def test_the_problem_of_the_people_hit_is_first_and_chance_is_not():
    found = run(THEMES).metrics
    assert found["mrr"].value == 1.0
    assert found["mrr_permuted"].value < 0.7
    assert found["p_permuted"].value <= 0.1


def test_ranking_by_loudness_or_the_wrong_people_is_noticed():
    loud = [Spoken(key=one.key, people=frozenset(PEOPLE), truth=one.truth) for one in THEMES]
    wrong = [
        Spoken(key=one.key, people=frozenset(PEOPLE) - one.people, truth=one.truth)
        for one in THEMES
    ]
    for themes in (loud, wrong):
        found = run(themes).metrics
        assert found["mrr"].value < 0.7
        assert found["p_permuted"].value > 0.1


def test_a_link_among_so_few_people_fails_and_an_absent_problem_is_no_rank():
    ranks, verdicts = reciprocal_ranks(THEMES, TASKS, dict.fromkeys(PROBLEMS, "nobody said this"))
    assert ranks == [0.0] * 3
    result = run(THEMES, draws=2)
    linked = sum(one.value == "overlap" for one in verdicts)
    assert result.verdict is (Verdict.FAIL if linked else Verdict.PASS)


@pytest.mark.parametrize(("counts", "problem"), [((3, 0), "a complex"), ((0, 3), "b not clear")])
def test_the_problem_of_a_task_is_what_those_hit_speak_about_beyond_the_others(counts, problem):
    codes = [("a complex",)] * 3 + [("b not clear",)] * 3 + [("c useful",)] * 9
    people = ["P1"] * counts[0] + ["P2"] * (3 - counts[0]) + ["P1"] * counts[1]
    people += ["P2"] * (3 - counts[1]) + ["P1", "P2", "P3"] * 3
    coded = LabelledTexts(
        name="x", texts=tuple(map(str, range(15))), labels=tuple(one[0] for one in codes),
        clusters=tuple(people), codes=tuple(codes),
    )  # fmt: skip
    task = Task(name="t", task="t", hit=frozenset({"P1"}), spared=frozenset({"P2", "P3"}))
    assert problems_of(coded, people, [task]) == {"t": problem}


def test_the_speaker_is_read_from_the_name_of_the_document():
    names = {"P7_x.odt": "P7", "P11_y.odt": "P11", "other": "other"}
    assert {name: person_of(name) for name in names} == names
