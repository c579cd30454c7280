"""What people say about a metric: unit, direction, target, mark, names in files, holidays."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.metric_parts import metric_href
from api.web.pages.metrics import list_page, metric_page
from api.web.session import Sending, Serving
from synth.errors import Conflict, InputError, NotFound
from synth.metrics import repo
from synth.metrics.actions import put_metric
from synth.metrics.holiday_actions import set_country

router = APIRouter()


@router.post("/metrics/describe")
def describe(
    request: Request,
    sender: Sending,
    services: Serving,
    name: Annotated[str, Form(max_length=200)],
    description: Annotated[str, Form(max_length=2000)] = "",
    unit: Annotated[str, Form(max_length=32)] = "",
    good: Annotated[str, Form(max_length=8)] = "up",
    target: Annotated[str, Form(max_length=40)] = "",
    mark: Annotated[str, Form(max_length=16)] = "",
    settle_days: Annotated[str, Form(max_length=4)] = "0",
    country: Annotated[str, Form(max_length=16)] = "",
    source_names: Annotated[str, Form(max_length=5000)] = "",
) -> Response:
    """Overwrite what is said about a metric; what binds it to events stays."""
    with services.reading(sender.workspace_id) as uow:
        known = repo.find_metric(uow, name)
    if known is None:
        raise NotFound(f'no metric "{name[:80]}": the list of metrics has them all')
    try:
        put_metric(
            services,
            sender.actor,
            name=name,
            description=description,
            unit=unit,
            good=good,
            target=_number("target", target),
            exposure_event=known.exposure_event,
            outcome_event=known.outcome_event,
            settle_days=int(_number("days until values are final", settle_days) or 0),
            source_names=[line for line in source_names.splitlines() if line.strip()],
            mark=mark,
            country=country,
        )
    except (InputError, Conflict) as error:
        return metric_page(request, sender, services, name, errors=(error.message,))
    return RedirectResponse(f"{metric_href(name)}?done=described", status_code=303)


@router.post("/metrics/holidays")
def put_holidays(
    request: Request,
    sender: Sending,
    services: Serving,
    country: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    """Say whose public holidays are not judged."""
    try:
        set_country(services, sender.actor, country)
    except InputError as error:
        return list_page(request, sender, services, errors=(error.message,))
    return RedirectResponse("/metrics?done=described", status_code=303)


def _number(what: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not abs(number) < float("inf"):
        raise InputError(f"{what} is no number", found=text[:20], expected="for example 0.4")
    return number
