from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

from evals.datasets.supported_claims import read_expertqa, read_summedits, read_wice
from evals.scorers.support import balanced_accuracy, missed_by_kind, resampled
from evals.suites import e10_support
from evals.types import EvalContext, Verdict


def test_balanced_accuracy_by_hand():
    truth = [True, True, True, True, False, False]
    assert balanced_accuracy(truth, [True, True, True, False, False, True]) == (3 / 4 + 1 / 2) / 2
    assert balanced_accuracy(truth, [True] * 6) == 0.5
    assert balanced_accuracy(truth, truth) == 1.0


@pytest.mark.parametrize(
    ("truth", "said"), [([True], [True]), ([False] * 3, [True] * 3), ([True, False], [True])]
)
def test_it_refuses_what_it_cannot_score(truth, said):
    with pytest.raises(ValueError, match=r"needs|verdicts"):
        balanced_accuracy(truth, said)


def test_a_draw_of_one_kind_has_no_score():
    assert np.isnan(resampled([True, False], [True, False], np.array([0, 0])))


def test_wrong_claims_that_passed_are_counted_by_their_edit():
    edits = [["swap"], ["swap"], ["swap", "not"], [], ["swap"]]
    truth = [False, False, False, True, True]
    assert missed_by_kind(edits, truth, [True, False, True, True, True]) == {"swap": (1, 2)}


def write(path, text):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(text)


def test_the_three_sets_are_read_in_their_own_form(tmp_path):
    row = {"doc": "d", "summary": "s", "label": 0, "edit_types": ["swap"]}
    write(tmp_path / "summedits_podcast.json.gz", json.dumps([row]))
    [one] = read_summedits(tmp_path, "podcast")
    assert (one.claim, one.source, one.is_supported, one.edits) == ("s", "d", False, ("swap",))
    wice = {"claim": "c", "evidence": ["a", "b"], "label": "partially_supported"}
    write(tmp_path / "entailment_retrieval_claim_dev.jsonl.gz", json.dumps(wice))
    [one] = read_wice(tmp_path)
    assert (one.source, one.is_supported) == ("a b", False)
    judged = [
        {"claim_string": "c [1][2].", "evidence": ["http://x\nwords"], "support": "Complete"},
        {"claim_string": "c", "evidence": [], "support": "Complete"},
        {"claim_string": "c", "evidence": ["w"], "support": "N/A"},
    ]
    write(tmp_path / "rand_val.jsonl.gz", json.dumps({"answers": {"m": {"claims": judged}}}))
    [one] = read_expertqa(tmp_path)
    assert (one.claim, one.source, one.is_supported) == ("c.", "words", True)


def test_absent_sets_are_skipped_and_corruptions_are_noticed():
    context = EvalContext(data=None)
    assert {one.verdict for one in e10_support.run(context)} == {Verdict.SKIPPED}
    assert [one.name for one in e10_support.mutants(context) if not one.killed] == []


def test_what_passed_is_told_by_kind_with_its_count(tmp_path):
    said = "We waited ten days for the admin of the team."
    rows = [
        {"doc": said, "summary": "They waited for the admin.", "label": 1, "edit_types": []},
        {"doc": said, "summary": "They liked the team.", "label": 0, "edit_types": ["new_fact"]},
        {"doc": said, "summary": "They waited 12 days.", "label": 0, "edit_types": ["a_number"]},
    ]
    (tmp_path / "summedits").mkdir()
    for domain in e10_support.DOMAINS:
        write(tmp_path / "summedits" / f"summedits_{domain}.json.gz", json.dumps(rows))
    found = {one.set: one for one in e10_support.run(EvalContext(data=tmp_path))}
    assert found["summedits_mean"].reason.endswith("passed: new fact 2 of 2, a number 0 of 2")
    assert found["summedits_mean"].metrics["missed_new_fact"].value == 1
