"""Anomalies, and the themes tested against them."""

from __future__ import annotations

from fastapi import Response

from api.accepting import begin
from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.jobs import JobShown
from api.schemas.links import LinkShown
from api.schemas.metrics import AnomalyShown
from synth.core.ids import new_id
from synth.links import repo as links
from synth.metrics import repo

router = guarded_router("anomalies")


@router.post("/v1/anomaly-runs", status_code=202)
def detect(context: ContextOf, response: Response) -> JobShown:
    """Look at every metric, propose tags, and test each theme against each anomaly."""
    return begin(context, response, "anomalies", {"run_id": new_id()})


@router.get("/v1/anomalies")
def list_anomalies(context: ContextOf, paging: PagingOf) -> Page[AnomalyShown]:
    """List the current anomalies, the one that hit most people first."""
    with context.reading() as uow:
        found = repo.list_anomalies(uow)
    return paging.cut([AnomalyShown.model_validate(each) for each in found], lambda each: each.id)


@router.get("/v1/anomalies/{anomaly_id}")
def show_anomaly(anomaly_id: str, context: ContextOf) -> AnomalyShown:
    """Show one anomaly, current or past."""
    with context.reading() as uow:
        return AnomalyShown.model_validate(repo.load_anomaly(uow, anomaly_id))


@router.get("/v1/anomalies/{anomaly_id}/links")
def list_links(anomaly_id: str, context: ContextOf, paging: PagingOf) -> Page[LinkShown]:
    """List every theme tested against an anomaly, the most likely cause first."""
    with context.reading() as uow:
        repo.load_anomaly(uow, anomaly_id)
        found = links.list_links(uow, anomaly_id=anomaly_id)
    return paging.cut([LinkShown.model_validate(each) for each in found], lambda each: each.id)
