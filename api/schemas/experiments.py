"""Experiments, what they did, and who of their people was spoken with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Given, Shown
from synth.metrics.experiment_actions import Spoken
from synth.metrics.experiments import LEAST_TALKS, MOST_TALKS, effects_of, swings


class ArmShown(Shown):
    """One variant measured by one metric."""

    variant: str
    n: int
    conversions: int | None
    mean: float | None
    sd: float | None
    value: float


class EffectShown(Shown):
    """What a variant did to a metric against the control; `relative` is null from nothing."""

    metric: str
    control: ArmShown
    arm: ArmShown
    relative: float | None
    low: float | None
    high: float | None
    swings: bool


class TalksShown(Shown):
    """People of an experiment spoken with, and how many are needed before a follow-up."""

    people: int
    needed: tuple[int, int] | None
    waits: str


class ExperimentShown(Shown):
    """An experiment with its effects."""

    id: str
    name: str
    starts_at: datetime | None
    ends_at: datetime | None
    exposure_event: str | None
    follows: str | None
    effects: list[EffectShown]
    swings: bool
    talks: TalksShown
    interviews: list[str]

    @classmethod
    def of(cls, spoken: Spoken) -> Self:
        """Return an experiment with who was spoken with."""
        experiment = spoken.experiment
        effects = [
            EffectShown(
                metric=effect.arm.metric,
                control=ArmShown.model_validate(effect.control),
                arm=ArmShown.model_validate(effect.arm),
                relative=effect.relative,
                low=effect.low,
                high=effect.high,
                swings=effect.swings,
            )
            for effect in effects_of(experiment)
        ]
        swung = swings(experiment)
        return cls(
            id=experiment.id,
            name=experiment.name,
            starts_at=experiment.starts_at,
            ends_at=experiment.ends_at,
            exposure_event=experiment.exposure_event,
            follows=experiment.follows,
            effects=effects,
            swings=swung,
            talks=TalksShown(
                people=len(spoken.people),
                needed=(LEAST_TALKS, MOST_TALKS) if swung else None,
                waits=spoken.waits,
            ),
            interviews=sorted(spoken.tagged),
        )


class TalksGiven(Given):
    """Interviews that are about an experiment, by document id."""

    documents: Annotated[list[str], Field(min_length=1, max_length=200)]
