"""Made events of people who go through an onboarding: the truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

START = datetime(2026, 1, 5, tzinfo=UTC)
STEPS = ("signup", "profile", "connect", "done")

#: (day, platform, step from 0) -> chance to go on, or typical seconds on the step.
Law = Callable[[int, str, int], float]


@dataclass(kw_only=True)
class Onboarding:
    """People who enter every day, go on with a chance, and take their time."""

    days: int = 60
    per_day: int = 24
    goes_on: Law = lambda day, platform, step: (0.9, 0.8, 0.8)[step]
    seconds: Law = lambda day, platform, step: 60.0
    seed: int = 3
    rows: list[str] = field(default_factory=list)
    platforms: dict[str, str] = field(default_factory=dict)

    def write(self) -> str:
        """Return the events as CSV."""
        rng = np.random.default_rng(self.seed)
        for day in range(self.days):
            for number in range(self.per_day):
                self._person(rng, day, f"u{day}-{number}", "mobile" if number % 2 else "web")
        return "\n".join(["ts,user_id,event,session_id", *self.rows])

    def _person(self, rng: np.random.Generator, day: int, user: str, platform: str) -> None:
        self.platforms[user] = platform
        at = START + timedelta(days=day, seconds=float(rng.uniform(0, 80_000)))
        for step, name in enumerate(STEPS):
            self.rows.append(f"{at.isoformat()},{user},{name},s-{user}")
            if step + 1 == len(STEPS) or rng.uniform() > self.goes_on(day, platform, step):
                return
            took = self.seconds(day, platform, step) * float(rng.lognormal(0, 0.4))
            at += timedelta(seconds=took)

    def people_csv(self) -> str:
        """Return who is on which platform."""
        rows = [f"{user},{platform}" for user, platform in self.platforms.items()]
        return "\n".join(["user_id,segment.platform", *rows])
