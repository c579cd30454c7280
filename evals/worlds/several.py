"""Makes a planted world with one to three causes, or none, and every kind of decoy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from evals.worlds.bank import BankTheme, bank
from evals.worlds.generator import (
    AFTERWARDS_DAYS,
    MOST,
    ONSET,
    Voice,
    draw_metric,
    draw_segments,
    make_anomaly,
    say,
    spread,
    within,
)
from evals.worlds.power import planted_power
from evals.worlds.types import Part, World

#: Causes of a world, at most.
MOST_CAUSES = 3

#: Share of people who use the product heavily, and how much more often those are hit.
HEAVY, HIT_MORE = 0.3, 2.0

#: Active days before the move: of heavy users, of the others.
HEAVY_DAYS, LIGHT_DAYS = (12, 28), (1, 7)


def make_world(seed: int, *, null: bool = False) -> World:
    """Return the world of `seed`: its causes act apart from each other, and apart from use.

    A null world has all the decoys and no cause.
    """
    rng = np.random.default_rng([seed, int(null), MOST_CAUSES])
    size = int(rng.integers(800, 2401))
    names = [f"s{seed}-{number}" for number in range(size)]
    segments = draw_segments(rng, size)
    slice_ = {"plan": "enterprise"} if rng.random() < 0.5 else {}
    unmapped = float(rng.uniform(0.1, 0.3))
    measured = (rng.random(size) >= unmapped) & within(segments, slice_)
    heavy = rng.random(size) < HEAVY
    chance = float(rng.uniform(0.15, 0.3)) * np.where(heavy, HIT_MORE, 1.0)
    hit = measured & (rng.random(size) < chance)
    causes = 0 if null else int(rng.integers(1, MOST_CAUSES + 1))
    order = bank()
    chosen = [order[place] for place in rng.permutation(len(order))]
    lifts, shares = rng.uniform(2.0, 4.0, causes), rng.uniform(0.06, 0.15, causes)
    voices = [
        spread(theme, Part.CAUSE, np.where(hit, min(share * lift, MOST), share),
               _begins(rng), repeats=1)
        for theme, lift, share in zip(chosen, lifts, shares, strict=False)
    ]  # fmt: skip
    voices += _decoys(rng, chosen[causes:], hit=hit, heavy=heavy, slice_=slice_, segments=segments)
    metric = draw_metric(rng, chosen[0].area)
    counts = int(hit.sum()), int((measured & ~hit).sum())
    powers = [
        planted_power(float(share), float(lift), *counts, pairs=len(voices), rng=rng)
        for lift, share in zip(lifts, shares, strict=True)
    ]
    days = np.where(heavy, rng.integers(*HEAVY_DAYS, size), rng.integers(*LIGHT_DAYS, size))
    return World(
        seed=seed,
        metric=metric,
        anomaly=make_anomaly(seed, metric, slice_, names, hit, measured),
        segments=dict(zip(names, segments, strict=True)),
        said=say(rng, names, voices),
        unmapped=unmapped,
        parts={voice.theme.key: voice.part for voice in voices},
        lift=float(min(lifts)) if causes else None,
        power=min(powers) if causes else None,
        usage={name: int(count) for name, count in zip(names, days, strict=True)},
    )


def make_worlds(seed: int, count: int, *, null: bool = False) -> list[World]:
    """Return `count` worlds whose seeds follow from `seed`; another seed gives other worlds."""
    seeds = np.random.SeedSequence([seed, int(null), MOST_CAUSES]).generate_state(count)
    return [make_world(int(one), null=null) for one in seeds]


def _begins(rng: np.random.Generator) -> float:
    return ONSET - float(rng.uniform(0, 14)) if rng.random() < 0.5 else float(ONSET)


def _decoys(
    rng: np.random.Generator,
    themes: Sequence[BankTheme],
    *,
    hit: np.ndarray,
    heavy: np.ndarray,
    slice_: Mapping[str, str],
    segments: Sequence[Mapping[str, str]],
) -> list[Voice]:
    size = len(hit)
    loud, elsewhere, afterwards, power, *rest = themes
    loudness = float(rng.uniform(0.25, 0.45))
    other = {"plan": "smb"} if slice_ else {"platform": "mobile"}
    there = np.where(within(segments, other), min(MOST, 1.5 * loudness), 0.02)
    late = np.where(hit, min(MOST, loudness * 1.5), loudness / float(rng.uniform(1.5, 3.0)))
    after = float(ONSET + rng.integers(*AFTERWARDS_DAYS))
    quiet = float(rng.uniform(0.04, 0.08))
    by_use = np.where(heavy, quiet * float(rng.uniform(4.0, 6.0)), quiet)
    return [
        spread(loud, Part.LOUD, np.full(size, loudness), 0.0, repeats=5),
        spread(elsewhere, Part.ELSEWHERE, there, float(ONSET), repeats=3),
        spread(afterwards, Part.AFTERWARDS, late, after, repeats=3),
        spread(power, Part.POWER, by_use, ONSET - float(rng.uniform(0, 14)), repeats=3),
        *(
            spread(theme, Part.PLAIN, np.full(size, rng.uniform(0.03, 0.12)), 0.0, repeats=2)
            for theme in rest[: int(rng.integers(2, 5))]
        ),
    ]
