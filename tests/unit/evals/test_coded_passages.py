"""Passages with several codes, the rule for noise, and comparisons with peers that are absent."""

from pathlib import Path

import numpy as np
import pytest

from evals import agreement, coded
from evals.agreement import Grouped, compare
from evals.datasets.folder import SetAbsent
from evals.datasets.serdif_codes import load, load_chunks
from evals.datasets.text_set import labelled
from evals.peers import topic_models
from evals.peers.topic_models import PeerMissing, group_by_peer, reassign
from evals.scorers.codes import best_f1, membership
from evals.settings import EvalSettings
from evals.suites import e04_themes
from evals.types import EvalContext, Verdict
from evals.vectors import embed

CODES = [("a",), ("a", "b"), ("b",), ("b",)]


def test_a_passage_counts_for_each_of_its_codes():
    weights, amounts = membership(CODES), np.ones(4)
    # Code a: groups {0, 1} of 2 with both of its passages; code b: {2, 3} has two of its three.
    found = best_f1(weights, amounts, np.asarray([0, 0, 1, 1]))
    assert found == pytest.approx([1.0, 2 * 2 / (3 + 2)])
    first_only = best_f1(membership([one[:1] for one in CODES]), amounts, np.asarray([0, 0, 1, 1]))
    assert first_only == pytest.approx([1.0, 1.0])


def test_characters_outside_every_theme_are_lost_and_uncoded_ones_count_nowhere():
    weights = np.asarray([[10.0, 0.0], [0.0, 20.0], [0.0, 0.0]])
    amounts = np.asarray([10.0, 20.0, 0.0])
    assert best_f1(weights, amounts, np.asarray([0, 1, 0])) == pytest.approx([1.0, 1.0])
    assert best_f1(weights, amounts, np.asarray([0, -1, 0])) == pytest.approx([1.0, 0.0])
    assert best_f1(weights, amounts, np.full(3, -1)) == pytest.approx([0.0, 0.0])


def test_noise_goes_to_the_nearest_mean_and_nothing_else_moves():
    vectors = np.asarray([[1, 0], [1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
    assert reassign(vectors, np.asarray([4, -1, 9, -1])).tolist() == [4, 4, 9, 9]
    assert reassign(vectors, np.full(4, -1)).tolist() == [-1] * 4


def test_a_missing_peer_is_skipped_never_passed(monkeypatch):
    monkeypatch.setattr(topic_models, "PEERS", {"nobody-has-this": topic_models.evoc})
    with pytest.raises(PeerMissing, match="peer missing"):
        group_by_peer("nobody-has-this", ["a"], np.ones((1, 2), dtype=np.float32), seed=1)
    grouped = Grouped(
        given=labelled("made", [("a", "x"), ("b", "y")]),
        vectors=np.eye(2, dtype=np.float32),
        found=np.asarray([0, 1]),
    )
    result = e04_themes._beside(
        EvalContext(data=None), "made", grouped, "nobody-has-this", e04_themes.INTENTS
    )
    assert result.verdict is Verdict.SKIPPED
    assert "peer missing" in result.reason


def test_a_comparison_says_who_is_better_and_by_how_much(monkeypatch):
    truth = np.repeat([0, 1, 2, 3], 15)
    vectors = np.eye(4, dtype=np.float32)[truth]
    peers = {"nmi": truth.copy()}
    peers["nmi"][::3] = -1
    monkeypatch.setattr(agreement, "group_by_peer", lambda *_, **__: peers["nmi"])
    given = labelled("made", [(f"t{n}", f"l{label}") for n, label in enumerate(truth)])
    merged = Grouped(given=given, vectors=vectors, found=np.where(truth == 1, 0, truth))
    found = compare(merged, "made", seed=1)
    assert found["nmi_peer"].value == pytest.approx(1.0)  # its noise goes home
    assert found["nmi_gain"].value < 0
    assert found["nmi_gain"].high < 0
    assert found["delivered_ari_gain"].value > 0
    assert found["unthemed_peer"].value == pytest.approx(1 / 3)


def test_a_second_column_of_labels_is_a_set_of_its_own(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SYNTH_EVAL_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(agreement, "embed", lambda texts: np.eye(len(texts), 40, dtype=np.float32))
    file = tmp_path / "mine.csv"
    rows = [f"text {n},{n % 3},{n % 2 or ''}" for n in range(30)]
    file.write_text("\n".join(["words,fine,coarse", *rows]), encoding="utf-8")
    options = {
        "texts": str(file),
        "text_column": "words",
        "label_column": "fine",
        "label_column2": "coarse",
    }
    results = e04_themes.run(EvalContext(data=None, options=options))
    alone = [result for result in results if "_vs_" not in result.set]
    assert [(result.set, result.n) for result in alone] == [("mine", 30), ("mine_coarse", 15)]
    assert {"nmi", "ari", "acc", "unthemed", "best_match_f1"} <= set(alone[0].metrics)


def test_every_set_that_is_absent_is_listed():
    results = e04_themes.run(EvalContext(data=None))
    assert {result.verdict for result in results} == {Verdict.SKIPPED}
    assert len(results) == 10


def test_each_grouping_spoilt_on_purpose_scores_lower():
    assert all(mutant.killed for mutant in coded.mutants("E04", EvalContext(data=None)))


def test_vectors_are_kept_by_content(tmp_path: Path, monkeypatch):
    class Counting:
        model = "counting"
        calls = 0

        def embed(self, texts):
            self.calls += 1
            return np.full((len(texts), 3), len(texts[0]), dtype=np.float32)

    counting = Counting()
    monkeypatch.setattr("evals.vectors.embedder", lambda: counting)
    first = embed(["one", "two"], folder=tmp_path)
    assert np.array_equal(embed(["one", "two"], folder=tmp_path), first)
    assert counting.calls == 1
    embed(["two", "one"], folder=tmp_path)
    counting.model = "another"
    embed(["one", "two"], folder=tmp_path)
    assert counting.calls == 3


@pytest.fixture
def public_data() -> Path:
    folder = EvalSettings().data
    if folder is None or not (folder / "serdif_usability").is_dir():
        pytest.skip("SYNTH_EVAL_DATA does not name a folder with serdif_usability")
    return folder


def test_the_study_has_all_its_passages_and_codes(public_data: Path):
    given = load(public_data)
    assert len(given.texts) == 1166
    assert sum(len(codes) for codes in given.codes) == 1261
    assert len({code for codes in given.codes for code in codes}) == 22
    assert all(label == codes[0] for label, codes in zip(given.labels, given.codes, strict=True))


def test_coded_passages_are_found_in_the_transcripts_as_we_read_them(public_data: Path):
    found = load_chunks(public_data, lambda texts: [len(text.split()) + 2 for text in texts])
    assert found.placed == found.coded == 1166
    assert all(
        max(held[:-1]) <= held[-1] <= len(chunk.text)
        for chunk, held in zip(found.chunks, found.held, strict=True)
    )
    coded_share = sum(held[-1] for held in found.held) / sum(
        len(chunk.text) for chunk in found.chunks
    )
    assert coded_share > 0.8


def test_no_data_folder_says_so():
    with pytest.raises(SetAbsent):
        load(None)
