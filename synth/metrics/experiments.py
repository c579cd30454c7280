"""Experiments: what each variant did to each metric, and how many talks come before the next one.

The swing rule: where a metric moved by more than 10 % either way, five to eight conversations with
people of the experiment come before a follow-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from synth.core.proportions import Proportion, wilson
from synth.metrics.ratios import Mean, ratio_of_means, ratio_of_shares

#: Relative change beyond which people must be spoken with, and with how many.
SWING, LEAST_TALKS, MOST_TALKS = 0.10, 5, 8


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One variant, measured by one metric: conversions of n, or mean and deviation of n."""

    metric: str
    variant: str
    is_control: bool
    n: int
    conversions: int | None = None
    mean: float | None = None
    sd: float | None = None

    @property
    def value(self) -> float:
        """Return the share that converted, or the mean."""
        return self.mean or 0.0 if self.conversions is None else self.conversions / self.n

    @property
    def counted(self) -> Proportion | None:
        """Return the share that converted with its interval; None where it is a mean."""
        return None if self.conversions is None else wilson(self.conversions, self.n)

    @property
    def averaged(self) -> Mean:
        """Return its value as a mean; of conversions without deviation."""
        return Mean(value=self.value, sd=self.sd or 0.0, n=self.n)


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """What was tried, when, and on whom."""

    id: str  #: as where it ran
    name: str
    starts_at: datetime | None
    ends_at: datetime | None
    exposure_event: str | None  #: people with this event took part
    follows: str | None  #: id of the experiment it goes on from
    arms: Sequence[Arm]


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one variant did to one metric, against the control."""

    control: Arm
    arm: Arm
    relative: float | None  #: change over the control's value; None: that is 0
    low: float | None  #: 95 % interval of it
    high: float | None

    @property
    def swings(self) -> bool:
        """Return whether it moved by more than 10 % either way, from nothing in any case."""
        if self.relative is None:
            return self.arm.value != self.control.value
        return abs(self.relative) > SWING


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What one person said in one interview."""

    document_id: str
    participant_id: str
    occurred_at: datetime | None


def effects_of(experiment: Experiment) -> list[Effect]:
    """Return the effect of each variant but the control, by metric in the order given."""
    found: list[Effect] = []
    for metric in dict.fromkeys(arm.metric for arm in experiment.arms):
        arms = [arm for arm in experiment.arms if arm.metric == metric]
        control = next((arm for arm in arms if arm.is_control), arms[0])
        found.extend(_effect(control, arm) for arm in arms if arm is not control)
    return found


def swings(experiment: Experiment) -> bool:
    """Return whether the swing rule holds for an experiment."""
    return any(effect.swings for effect in effects_of(experiment))


def spoken_with(
    talks: Iterable[Talk], tagged: Iterable[str], exposed: Mapping[str, datetime]
) -> frozenset[str]:
    """Return the people of an experiment who were spoken with, each once.

    `tagged` are conversations said to be about it. Others count if they are with people who took
    part, on the day they first did or later; one without a date cannot tell.
    """
    chosen = set(tagged)
    return frozenset(
        talk.participant_id
        for talk in talks
        if talk.document_id in chosen
        or (
            talk.occurred_at is not None
            and talk.participant_id in exposed
            and talk.occurred_at.date() >= exposed[talk.participant_id].date()
        )
    )


def still_to_talk(experiment: Experiment, people: int) -> str:
    """Return why a follow-up has to wait, with the count so far; "" where it need not."""
    if people >= LEAST_TALKS or not swings(experiment):
        return ""
    return (
        f"{LEAST_TALKS}-{MOST_TALKS} conversations with people of {experiment.id} are needed "
        f"before a follow-up, as it moved a metric by more than {SWING * 100:.0f} %; "
        f"{people} so far, {LEAST_TALKS - people} more to go"
    )


def _effect(control: Arm, arm: Arm) -> Effect:
    if control.value == 0:
        return Effect(control=control, arm=arm, relative=None, low=None, high=None)
    low, high = _ratio(control, arm) or (None, None)
    return Effect(
        control=control,
        arm=arm,
        relative=arm.value / control.value - 1,
        low=None if low is None else low - 1,
        high=None if high is None else high - 1,
    )


def _ratio(control: Arm, arm: Arm) -> tuple[float, float] | None:
    if control.counted and arm.counted:
        return ratio_of_shares(control.counted, arm.counted)
    return ratio_of_means(control.averaged, arm.averaged)
