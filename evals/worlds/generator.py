"""Makes a planted world from a seed: one cause, or none, among louder decoys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from evals.worlds.bank import METRICS, BankTheme, bank
from evals.worlds.power import planted_power
from evals.worlds.types import Part, Said, World
from synth.core.ids import derive_id
from synth.core.periods import Period
from synth.metrics.types import Anomaly, AnomalyKind, AnomalyPeople, Good, Metric

#: First day and length of what was said; the metric moves two thirds in.
START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS, ONSET = 84, 56

#: Days after the onset at which the complaint that is no cause begins.
AFTERWARDS_DAYS = (9, 16)

#: Most people of a theme, so that no theme is everybody.
MOST = 0.6


@dataclass(frozen=True, kw_only=True)
class Voice:
    """How a theme is spread over people and time."""

    theme: BankTheme
    part: Part
    chance: np.ndarray  #: per person
    begins: float  #: day of the first mention possible
    repeats: int  #: passages per person, at most


def make_world(
    seed: int, *, null: bool = False, themes: Sequence[BankTheme] | None = None
) -> World:
    """Return the world of `seed`; a null world has all the decoys and no cause.

    `themes`, six at least, are drawn from in place of the whole bank.
    """
    rng = np.random.default_rng([seed, int(null)])
    size = int(rng.integers(200, 2001))
    names = [f"w{seed}-{number}" for number in range(size)]
    segments = draw_segments(rng, size)
    slice_ = {"plan": "enterprise"} if rng.random() < 0.5 else {}
    unmapped = float(rng.uniform(0.2, 0.4))
    measured = (rng.random(size) >= unmapped) & within(segments, slice_)
    hit = measured & (rng.random(size) < rng.uniform(0.2, 0.5))
    lift, share = float(rng.uniform(1.5, 4.0)), float(rng.uniform(0.05, 0.15))
    chosen = _choose(rng, bank() if themes is None else themes)
    voices = _voices(
        rng, chosen, hit=hit, slice_=slice_, segments=segments, lift=lift, share=share, null=null
    )
    area = chosen[0].area
    metric = draw_metric(rng, area)
    counts = int(hit.sum()), int((measured & ~hit).sum())
    return World(
        seed=seed,
        metric=metric,
        anomaly=make_anomaly(seed, metric, slice_, names, hit, measured),
        segments=dict(zip(names, segments, strict=True)),
        said=say(rng, names, voices),
        unmapped=unmapped,
        parts={voice.theme.key: voice.part for voice in voices},
        lift=None if null else lift,
        power=None if null else planted_power(share, lift, *counts, pairs=len(voices), rng=rng),
    )


def make_worlds(
    seed: int, count: int, *, null: bool = False, themes: Sequence[BankTheme] | None = None
) -> list[World]:
    """Return `count` worlds whose seeds follow from `seed`; another seed gives other worlds."""
    seeds = np.random.SeedSequence([seed, int(null)]).generate_state(count)
    return [make_world(int(one), null=null, themes=themes) for one in seeds]


def _choose(rng: np.random.Generator, themes: Sequence[BankTheme]) -> list[BankTheme]:
    """Return the themes of a world: the cause first, neighbours of its area among the decoys."""
    order = [themes[position] for position in rng.permutation(len(themes))]
    cause = order[0]
    near = [theme for theme in order[1:] if theme.area == cause.area]
    far = [theme for theme in order[1:] if theme.area != cause.area]
    decoys = [*near[:2], *far[: 3 - len(near[:2])]]
    rest = [theme for theme in order[1:] if theme not in decoys]
    mixed = [decoys[position] for position in rng.permutation(len(decoys))]
    return [cause, *mixed, *rest[: int(rng.integers(2, 6))]]


def _voices(
    rng: np.random.Generator,
    chosen: Sequence[BankTheme],
    *,
    hit: np.ndarray,
    slice_: Mapping[str, str],
    segments: Sequence[Mapping[str, str]],
    lift: float,
    share: float,
    null: bool,
) -> list[Voice]:
    size = len(hit)
    cause, loud, elsewhere, afterwards, *plain = chosen
    # The cause must be hit `lift` times as often, so it is capped where its share would pass 1.
    own = np.where(hit, min(share * lift, MOST), share)
    loudness = min(MOST, float(own.mean()) * float(rng.uniform(1.6, 2.6)))
    other = {"plan": "smb"} if slice_ else {"platform": "mobile"}
    there = np.where(within(segments, other), min(MOST, 2 * loudness), 0.02)
    late = np.where(hit, min(MOST, loudness * 1.5), loudness / float(rng.uniform(1.5, 3.0)))
    begins = ONSET - float(rng.uniform(0, 14)) if rng.random() < 0.5 else float(ONSET)
    after = float(ONSET + rng.integers(*AFTERWARDS_DAYS))
    voices = [
        spread(loud, Part.LOUD, np.full(size, loudness), 0.0, repeats=5),
        spread(elsewhere, Part.ELSEWHERE, there, float(ONSET), repeats=3),
        spread(afterwards, Part.AFTERWARDS, late, after, repeats=3),
    ]
    voices += [
        spread(theme, Part.PLAIN, np.full(size, rng.uniform(0.03, 0.12)), 0.0, repeats=2)
        for theme in plain
    ]
    return voices if null else [spread(cause, Part.CAUSE, own, begins, repeats=1), *voices]


def spread(
    theme: BankTheme, part: Part, chance: np.ndarray, begins: float, *, repeats: int
) -> Voice:
    """Return how a theme is spread."""
    return Voice(theme=theme, part=part, chance=chance, begins=begins, repeats=repeats)


def say(
    rng: np.random.Generator, names: Sequence[str], voices: Sequence[Voice]
) -> tuple[Said, ...]:
    """Return the passages; who has nothing to say in any theme says something plain."""
    said: list[Said] = []
    speaks = {voice.theme.key: rng.random(len(names)) < voice.chance for voice in voices}
    silent = ~np.any(list(speaks.values()), axis=0)
    plain = [voice.theme.key for voice in voices if voice.part is Part.PLAIN]
    for person in np.flatnonzero(silent):
        speaks[plain[int(rng.integers(len(plain)))]][person] = True
    for voice in voices:
        people = np.flatnonzero(speaks[voice.theme.key])
        people = np.repeat(people, rng.integers(1, voice.repeats + 1, len(people)))
        days = rng.uniform(voice.begins, DAYS, len(people))
        picks = rng.integers(len(voice.theme.wordings), size=len(people))
        said += [
            Said(
                person=names[int(person)],
                theme=voice.theme.key,
                text=voice.theme.wordings[int(pick)],
                at=START + timedelta(days=float(day)),
            )
            for person, day, pick in zip(people, days, picks, strict=True)
        ]
    return tuple(said)


def draw_metric(rng: np.random.Generator, area: str) -> Metric:
    """Return a metric of an area of the product."""
    name, description = METRICS[area][int(rng.integers(len(METRICS[area])))]
    return Metric(
        id=derive_id("metric", name), name=name, description=description, unit="share", good=Good.UP
    )


def make_anomaly(
    seed: int,
    metric: Metric,
    slice_: Mapping[str, str],
    names: Sequence[str],
    hit: np.ndarray,
    measured: np.ndarray,
) -> AnomalyPeople:
    """Return the anomaly with whom it hit among those measured."""
    affected = frozenset(names[int(person)] for person in np.flatnonzero(hit))
    unaffected = frozenset(names[int(person)] for person in np.flatnonzero(measured & ~hit))
    share = len(affected) / max(len(affected) + len(unaffected), 1)
    anomaly = Anomaly(
        id=derive_id("world", seed),
        metric_id=metric.id,
        metric=metric.name,
        kind=AnomalyKind.SHIFT,
        direction=Good.DOWN,
        segment=slice_,
        window=Period(START + timedelta(days=ONSET), START + timedelta(days=DAYS)),
        baseline=0.9,
        observed=1 - share,
        score=8.0,
        reason=f"{metric.name} fell",
        affected=len(affected),
        measured=len(affected) + len(unaffected),
    )
    return AnomalyPeople(anomaly=anomaly, affected=affected, unaffected=unaffected)


def draw_segments(rng: np.random.Generator, size: int) -> list[dict[str, str]]:
    """Return plan and platform of each person."""
    return [
        {
            "plan": "enterprise" if rng.random() < 0.5 else "smb",
            "platform": "desktop" if rng.random() < 0.6 else "mobile",
        }
        for _ in range(size)
    ]


def within(segments: Sequence[Mapping[str, str]], slice_: Mapping[str, str]) -> np.ndarray:
    """Return who is in a slice."""
    return np.asarray([all(one[key] == value for key, value in slice_.items()) for one in segments])
