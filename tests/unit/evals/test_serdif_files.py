"""The study's files, from a small folder of the same shape with words of our own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from evals.datasets import serdif
from evals.settings import EvalSettings
from synth.errors import InputError

QUESTIONS = "Timestamp,Number,1. Easy?,Comments,2. Quick?,Comments\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two people; P10 has no time for T2 and one success is missing."""
    folder = tmp_path / "serdif_usability"
    for name in ("transcripts", "notes", "PSSUQ/comments", "tasks/time", "tasks/completion"):
        (folder / name).mkdir(parents=True)
    for person in ("P2", "P10"):
        (folder / f"transcripts/{person}_GMT1.odt").write_bytes(b"odt")
        (folder / f"notes/{person}_Notes.txt").write_text("T1\n\tslow\n")
        (folder / f"PSSUQ/comments/{person}_Comments.odt").write_bytes(b"odt")
    header = "SumTime,SingleTime,Task\n"
    (folder / "tasks/time/TimeTaskP2.csv").write_text(
        header + "01:00.50,01:00.50,T1\n07:00,06:00,T2\n"
    )
    (folder / "tasks/time/TimeTaskP10.csv").write_text(header + "00:30.00,00:30.00,T1\n,,T2\n")
    (folder / "tasks/completion/taskSuccess.csv").write_text(
        ",P2,P10\nT1,1,0\nT2,0,\n", encoding="utf-16"
    )
    (folder / "PSSUQ/answers.csv").write_text(
        QUESTIONS + 'now,P2,2,"fine, mostly",5,\nnow,P10,1,,1,quick enough\n'
    )
    return folder


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_files_are_listed_in_order_of_people(study: Path) -> None:
    files = serdif.study_files(study)
    assert [(file.kind, file.participant) for file in files] == [
        (kind, person)
        for kind in ("transcript", "replay_note", "survey")
        for person in ("P2", "P10")
    ]
    assert serdif.participants(study) == ["P2", "P10"]


def test_missing_values_stay_missing(study: Path) -> None:
    written = {path.name: path.read_text() for path in serdif.write_files(study, study / "out")}
    rows = {
        (r["metric"], r["participant"]): (r["value"], r["target"])
        for r in _rows(written["metrics.csv"])
    }
    assert rows == {
        ("time_T1", "P2"): ("01:00.50", "05:00"),
        ("time_T2", "P2"): ("06:00", "05:00"),
        ("time_T1", "P10"): ("00:30.00", "05:00"),
        ("success_T1", "P2"): ("1", "1"),
        ("success_T1", "P10"): ("0", "1"),
        ("success_T2", "P2"): ("0", "1"),
    }
    apart = _rows(written["task_times.csv"]) + _rows(written["task_success.csv"])
    assert apart == _rows(written["metrics.csv"])
    assert [row["user_id"] for row in _rows(written["participants.csv"])] == ["P2", "P10"]


def test_comments_keep_question_and_rating(study: Path) -> None:
    rows = _rows(serdif.questionnaire_csv(study))
    assert [tuple(row.values()) for row in rows] == [
        ("P2-Q1", "P2", "1. Easy?", "2", "fine, mostly"),
        ("P10-Q2", "P10", "2. Quick?", "1", "quick enough"),
    ]


def test_command(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serdif.main([str(study.parent), str(tmp_path / "out")]) == 0
    assert "metrics.csv" in capsys.readouterr().out
    assert serdif.main([str(tmp_path / "nowhere"), str(tmp_path / "out")]) == 1
    assert serdif.main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_other_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tasks/completion").mkdir(parents=True)
    (tmp_path / "tasks/completion/taskSuccess.csv").write_text(",P1\nT1,1\n")
    with pytest.raises(InputError, match="no task times"):
        serdif.write_files(tmp_path, tmp_path / "out")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/readme.txt").write_text("")
    with pytest.raises(InputError, match="participant in the file name"):
        serdif.participants(tmp_path)


DATA = EvalSettings().data


@pytest.mark.skipif(DATA is None, reason="set SYNTH_EVAL_DATA to the public data folder")
def test_the_public_study(tmp_path: Path) -> None:
    assert DATA is not None
    written = {
        path.name: _rows(path.read_text())
        for path in serdif.write_files(DATA / serdif.NAME, tmp_path)
    }
    assert len(written["participants.csv"]) == 11
    assert len(written["task_times.csv"]) == 11 * 9
    assert {row["value"] for row in written["task_success.csv"]} == {"0", "1"}
    assert len(written["questionnaire.csv"]) > 50
