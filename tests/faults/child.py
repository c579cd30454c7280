"""Worker processes for kill tests.

Started once, it reads the settings of a worker per line and forks one for each, which runs until
every job has ended or its fault point kills it. Forking spares
the seconds that imports take, those of libraries that steps import late too; nothing is open and
no thread runs before the fork.
"""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module

from synth.access.repo import workspace_ids
from synth.bootstrap import build_services
from synth.jobs.repo import find_job, list_jobs
from synth.jobs.schedules import SCHEDULES, job_id_for
from synth.pipeline import work, workplaces
from synth.services import Services
from synth.settings import Settings
from tests.fakes import HashEmbedder

#: Imported by a worker while it works.
LATE = (
    "chromadb.api.rust",
    "sklearn.cluster",
    "sklearn.feature_extraction.text",
    "sklearn.manifold",
)


def has_open_jobs(services: Services) -> bool:
    """Return whether any job of any workspace has not ended."""
    with services.engine.connect() as connection:
        workspaces = workspace_ids(connection.execution_options(reading=True))
    for workspace in workspaces:
        with services.reading(workspace) as uow:
            if any(not job.state.is_final for job in list_jobs(uow, limit=1000)):
                return True
    return False


def is_due(services: Services) -> bool:
    """Return whether recurring work of any workspace is due and has no job yet."""
    if not services.settings.schedules:
        return False
    due = [(one, one.due_at(services.clock())) for one in SCHEDULES]
    for place in workplaces(services):
        ids = [job_id_for(one, place.workspace_id, at) for one, at in due if at > place.since]
        with services.reading(place.workspace_id) as uow:
            if any(find_job(uow, job_id) is None for job_id in ids):
                return True
    return False


def run_worker(settings: Settings) -> None:
    """Run jobs until all have ended."""
    services = build_services(settings, embedder=HashEmbedder())
    with work(services):
        while is_due(services) or has_open_jobs(services):
            time.sleep(0.05)
        os._exit(0)  # as abruptly as a kill, but with nothing left to do


def main() -> None:
    """Fork a worker per line of stdin, a JSON object; print how each ended, as `subprocess`."""
    for library in LATE:
        import_module(library)
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            run_worker(Settings.model_validate_json(line))
        _, status = os.waitpid(worker, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
