"""The people who speak in the sample study, and what the texts say happened to them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CastMember:
    """Somebody who speaks in the texts; a blank fate is left to the draw or did not happen."""

    user_id: str
    name: str
    email: str
    role: str  #: participant or interviewer
    plan: str
    job: str
    consent: tuple[str, str, str]  #: analyse, quote, llm: yes or no
    trial_day: int | None  #: None: not in the events
    activated: bool | None
    upload_day: int | None
    abandoned: bool | None
    provisioning_day: int | None
    minutes: float | None


def read_cast(text: str) -> list[CastMember]:
    """Return the people of `cast.csv`."""
    return [_member(row) for row in csv.DictReader(io.StringIO(text))]


def _member(row: Mapping[str, str]) -> CastMember:
    def integer(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    def flag(name: str) -> bool | None:
        return row[name] == "yes" if row[name] else None

    return CastMember(
        user_id=row["user_id"],
        name=row["name"],
        email=row["email"],
        role=row["role"],
        plan=row["plan"],
        job=row["job"],
        consent=(row["analyse"], row["quote"], row["llm"]),
        trial_day=integer("trial_day"),
        activated=flag("activated"),
        upload_day=integer("upload_day"),
        abandoned=flag("abandoned"),
        provisioning_day=integer("provisioning_day"),
        minutes=float(row["minutes"]) if row["minutes"] else None,
    )
