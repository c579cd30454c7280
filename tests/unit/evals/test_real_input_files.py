"""Meetings and tickets, from small sets of the same shape with words of our own."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from evals.datasets import real_input
from synth.errors import InputError

MEETING = {
    "meeting_transcripts": [
        {"speaker": "Chair ", "content": " we begin"},
        {"speaker": "Chair", "content": "  "},
        {"speaker": "Guest", "content": "thank you"},
    ]
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one meeting and ten tickets."""
    folder = tmp_path / "data"
    (folder / "qmsum/Product/test").mkdir(parents=True)
    (folder / "qmsum/Product/test/m1.json").write_text(json.dumps(MEETING))
    (folder / "it_tickets").mkdir()
    rows = "Document,Topic_group\n" + "".join(f"text {n},Access\n" for n in range(10))
    (folder / "it_tickets/sample.csv.gz").write_bytes(gzip.compress(rows.encode()))
    return folder


def test_meetings_keep_speakers_and_every_word(data: Path) -> None:
    (document,) = real_input.meeting_documents(data / "qmsum")
    assert document["external_id"] == "Product-test-m1"
    assert document["turns"] == [
        {"speaker": "Chair", "text": "we begin"},
        {"speaker": "Guest", "text": "thank you"},
    ]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        pytest.param(3, ["IT-1", "IT-4", "IT-7"], id="spread"),
        pytest.param(50, [f"IT-{n}" for n in range(1, 11)], id="fewer than asked"),
    ],
)
def test_tickets_are_spread_over_the_file(data: Path, wanted: int, ids: list[str]) -> None:
    rows = csv.DictReader(io.StringIO(real_input.ticket_csv(data / "it_tickets", rows=wanted)))
    assert [row["ticket_id"] for row in rows] == ids


def test_files_are_written_elsewhere(data: Path, tmp_path: Path) -> None:
    before = sorted(data.rglob("*"))
    assert real_input.main([str(data), str(tmp_path / "out")]) == 0
    written = sorted(path.name for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert written == ["Product-test-m1.json", "it_tickets.csv"]
    assert sorted(data.rglob("*")) == before
    assert real_input.main([str(tmp_path / "out"), str(tmp_path / "other")]) == 1
    assert real_input.main([]) == 2


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(InputError, match="meeting_transcripts"):
        list(real_input.meeting_documents(tmp_path))
    with pytest.raises(InputError, match="no tickets"):
        real_input.ticket_csv(tmp_path)
    (tmp_path / "a.csv").write_text("title\nx\n")
    with pytest.raises(InputError, match="no ticket text"):
        real_input.ticket_csv(tmp_path)
