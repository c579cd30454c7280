"""Jobs of recurring work that ended well long ago: nobody follows them, and they are removed."""

from __future__ import annotations

from datetime import timedelta

from synth.jobs import repo
from synth.services import Services


def prune(services: Services, workspace_id: str, kind: str) -> int:
    """Remove the jobs of a kind that were done `job_days` ago or longer; return how many.

    Those that failed stay. At most one batch goes at a time, the oldest first.
    """
    before = services.clock() - timedelta(days=services.settings.job_days)
    with services.reading(workspace_id) as uow:
        ids = repo.done_before(uow, kind, before)
    if ids:
        from synth.jobs.engine import own_client  # slow to import

        # The engine's rows go first: ours lead to them, so that nothing stays if this is cut off.
        with own_client(services.engine) as client:
            client.delete_workflows(ids)
        with services.writing(workspace_id) as uow:
            repo.remove_jobs(uow, ids)
    return len(ids)
