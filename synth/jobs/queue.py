"""Jobs in: a row people can follow and a durable workflow, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth.jobs.types import Job
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def submit(
    services: Services,
    uow: UnitOfWork,
    *,
    kind: str,
    arguments: Mapping[str, Any],
    created_by: str,
) -> Job:
    """Add a job that starts after `uow` commits, and never if it rolls back.

    `kind` names a workflow of `synth.pipeline`; `arguments` are ids and numbers only.
    """
    raise NotImplementedError
