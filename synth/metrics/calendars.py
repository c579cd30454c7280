"""Public holidays by country: days on which a metric is not judged. Only here is `holidays`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from synth.errors import InputError
from synth.metrics.types import Observation

#: Says that a metric has no holidays whatever the workspace has.
NO_HOLIDAYS = "none"


def read_country(code: str | None) -> str | None:
    """Return a country in one spelling: DE, US-CA, or `none` for no holidays; None for nothing.

    Raises:
        InputError: no calendar is known for it.
    """
    given = (code or "").strip()
    if not given:
        return None
    if given.casefold() == NO_HOLIDAYS:
        return NO_HOLIDAYS
    holiday_names(given.upper(), [date(2026, 1, 1)])
    return given.upper()


def holiday_names(country: str, days: Iterable[date]) -> dict[date, str]:
    """Return which of `days` are public holidays of a country, by the names they have there.

    Raises:
        InputError: no calendar is known for the country, or for the part of it.
    """
    from holidays import country_holidays

    code, _, part = country.partition("-")
    wanted = sorted(set(days))
    try:
        known = country_holidays(
            code, subdiv=part or None, years=sorted({one.year for one in wanted})
        )
    except NotImplementedError:
        raise InputError(
            "no holidays are known for this country",
            found=country[:16],
            expected="an ISO 3166 code like DE, or US-CA for a part of one",
        ) from None
    return {day: known[day] for day in wanted if day in known}


def closed_days(
    country: str | None, series: Mapping[str, Sequence[Observation]]
) -> dict[date, str]:
    """Return the holidays of a country among the days a metric has values of, with their names."""
    if country is None or country == NO_HOLIDAYS:
        return {}
    days = {item.ts.date() for observations in series.values() for item in observations}
    return holiday_names(country, days) if days else {}
