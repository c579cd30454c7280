"""Say whose public holidays no metric of a workspace is judged on."""

from __future__ import annotations

from synth.access import repo as access
from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.metrics.calendars import NO_HOLIDAYS, read_country
from synth.services import Services


def set_country(services: Services, actor: Actor, code: str | None) -> str | None:
    """Set the country whose holidays count for metrics without one of their own; None: none do.

    Raises:
        InputError: no holidays are known for it.
    """
    require(actor, Action.IMPORT_METRICS)
    country = read_country(code)
    country = None if country == NO_HOLIDAYS else country
    with services.writing(actor.workspace_id) as uow:
        if access.country(uow) != country:
            access.set_country(uow, country)
            record_act(
                services,
                uow,
                actor,
                action="workspace.holidays",
                subject=("workspace", actor.workspace_id),
                data={"country": country or NO_HOLIDAYS},
            )
    return country
