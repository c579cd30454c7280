"""The SERDIF usability study as files Synth imports: who took part, task times and success.

`python -m evals.datasets.serdif DATA_DIR OUT_DIR` writes `participants.csv`, `metrics.csv` (both
kinds of metric), `task_times.csv` and `task_success.csv` (the same rows apart, since small is good
for one and large for the other) and `questionnaire.csv` (ratings with comments).
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.datasets.folder import SetAbsent, set_folder
from synth.errors import InputError, SynthError

NAME = "serdif_usability"
#: The study sets no time target; five minutes a task is ours, to have one to miss.
TIME_TARGET = "05:00"
SUCCESS_TARGET = "1"
PARTICIPANT = re.compile(r"P(\d+)")
METRIC_COLUMNS = ("metric", "participant", "value", "target")


@dataclass(frozen=True, kw_only=True)
class StudyFile:
    """One file of the study, as it is uploaded."""

    path: Path
    participant: str  #: "P1" to "P17"
    kind: str  #: "transcript", "replay_note" or "survey"


@dataclass(frozen=True, kw_only=True)
class TaskValue:
    """One person's time or success in one task, as text; empty where it was not taken."""

    metric: str
    participant: str
    value: str
    target: str


def study_files(folder: Path) -> list[StudyFile]:
    """Return transcripts, session notes and questionnaire comments, by participant."""
    places = (
        ("transcript", "transcripts/*.odt"),
        ("replay_note", "notes/*.txt"),
        ("survey", "PSSUQ/comments/*.odt"),
    )
    return [
        StudyFile(path=path, participant=_participant(path), kind=kind)
        for kind, pattern in places
        for path in sorted(folder.glob(pattern), key=lambda path: _number(_participant(path)))
    ]


def participants(folder: Path) -> list[str]:
    """Return everybody who has a transcript, a time file or a note, in order of number."""
    named = {_participant(path) for path in folder.glob("tasks/time/*.csv")}
    named |= {file.participant for file in study_files(folder)}
    return sorted(named, key=_number)


def task_times(folder: Path) -> list[TaskValue]:
    """Return the time of each task alone (mm:ss.cc), per person."""
    return [
        TaskValue(
            metric=f"time_{row['Task'].strip()}",
            participant=_participant(path),
            value=row["SingleTime"].strip(),
            target=TIME_TARGET,
        )
        for path in sorted(folder.glob("tasks/time/*.csv"), key=lambda p: _number(_participant(p)))
        for row in csv.DictReader(io.StringIO(_text(path)))
        if (row.get("Task") or "").strip()
    ]


def task_success(folder: Path) -> list[TaskValue]:
    """Return success (1) or failure (0) of each task, per person."""
    path = folder / "tasks/completion/taskSuccess.csv"
    header, *rows = csv.reader(io.StringIO(_text(path)))
    return [
        TaskValue(
            metric=f"success_{row[0].strip()}",
            participant=person.strip(),
            value=value.strip(),
            target=SUCCESS_TARGET,
        )
        for row in rows
        if row and row[0].strip()
        for person, value in zip(header[1:], row[1:], strict=False)
    ]


def participants_csv(folder: Path) -> str:
    """Return the participants file: the id the metrics use is also the name in the files."""
    rows = [(person, person, "participant") for person in participants(folder)]
    return _csv(("user_id", "name", "role"), rows)


def metrics_csv(values: Iterable[TaskValue]) -> str:
    """Return the by-participant file; a missing value is no row, never a zero."""
    rows = [(v.metric, v.participant, v.value, v.target) for v in values if v.value]
    return _csv(METRIC_COLUMNS, rows)


def questionnaire_csv(folder: Path) -> str:
    """Return one row per comment of the questionnaire, with its question and rating."""
    path = next(iter(sorted(folder.glob("PSSUQ/*.csv"))), None)
    if path is None:
        raise InputError("no questionnaire", file=str(folder / "PSSUQ"), expected="a CSV")
    header, *rows = csv.reader(io.StringIO(_text(path)))
    comments = [comment for row in rows if len(row) > 1 for comment in _comments(header, row)]
    return _csv(("id", "user_id", "question", "rating", "comment"), comments)


def _comments(header: Sequence[str], row: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for column in range(2, len(row) - 1, 2):
        comment = row[column + 1].strip()
        if comment:
            person = row[1].strip()
            question = column // 2
            yield (
                f"{person}-Q{question}",
                person,
                header[column].strip(),
                row[column].strip(),
                comment,
            )


def write_files(folder: Path, out: Path) -> list[Path]:
    """Write the files of this module into `out` and return their paths.

    Raises:
        InputError: the folder is not this study.
    """
    times, success = task_times(folder), task_success(folder)
    if not times or not participants(folder):
        raise InputError("no task times", file=str(folder), expected="the SERDIF study")
    texts = {
        "participants.csv": participants_csv(folder),
        "metrics.csv": metrics_csv([*times, *success]),
        "task_times.csv": metrics_csv(times),
        "task_success.csv": metrics_csv(success),
        "questionnaire.csv": questionnaire_csv(folder),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")
    return [out / name for name in texts]


def _participant(path: Path) -> str:
    """Return the person a file is about, from its name."""
    match = PARTICIPANT.search(path.name)
    if match is None:
        raise InputError("no participant in the file name", file=str(path), expected="P<number>")
    return match[0]


def _number(participant: str) -> int:
    return int(participant.removeprefix("P"))


def _text(path: Path) -> str:
    """Return a file's text: UTF-16 where it begins with a byte order mark, else UTF-8."""
    data = path.read_bytes()
    is_utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 or UTF-16", file=str(path), found=str(error)) from error


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def main(arguments: Sequence[str]) -> int:
    """Write the files; return 0, 1 if the study is not there, 2 for wrong usage."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m evals.datasets.serdif DATA_DIR OUT_DIR\n")
        return 2
    try:
        written = write_files(set_folder(Path(arguments[0]), NAME), Path(arguments[1]))
    except (SetAbsent, SynthError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{path}\n" for path in written)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
