"""What the tests on real input share: the data folder, and uploads through the jobs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.settings import EvalSettings
from synth.services import Services
from synth.sources import repo as sources
from synth.sources.types import Source, Upload
from tests.jobs import finish_jobs

DATA = EvalSettings().data
NOT_DATA = ("README.md", "LICENSE")
needs_data = pytest.mark.skipif(
    DATA is None, reason="set SYNTH_EVAL_DATA to the public data folder"
)


def set_folder(name: str) -> Path:
    """Return the folder of a set; the test is skipped where it is not there."""
    if DATA is None or not (DATA / name).is_dir():
        pytest.skip(f"{name} is not in the data folder")
    return DATA / name


def set_files(name: str) -> list[Path]:
    """Return the files of a set, without those that say what it is."""
    return [
        path
        for path in sorted(set_folder(name).rglob("*"))
        if path.is_file() and not path.name.startswith(NOT_DATA)
    ]


def is_readable(path: Path) -> bool:
    """Return whether a file of the calls and interviews is in a format that is read."""
    return path.suffix in (".vtt", ".md") or path.name == "chat.txt"


def wait(services: Services, workspace_id: str, uploads: Sequence[Upload]) -> list[Source]:
    """Return the sources of `uploads` once their jobs have ended; a worker must be running."""
    job_ids = [upload.job.id for upload in uploads if upload.job is not None]
    finish_jobs(services, workspace_id, job_ids, seconds=300)
    with services.reading(workspace_id) as uow:
        return [sources.load_source(uow, upload.source.id) for upload in uploads]
