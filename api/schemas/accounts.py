"""The health of accounts: its formula, scores with what they were computed of, own themes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Given, Share, Shown
from synth.investigations.accounts import AccountTheme
from synth.investigations.health import Formula, Health

Weight = Annotated[float, Field(ge=0, le=100)]


class FormulaGiven(Given):
    """Weights of the components, the NPS metric, and which fall opens a check-in."""

    usage: Weight = 0.5
    nps: Weight = 0.25
    tickets: Weight = 0.25
    nps_metric: Annotated[str, Field(min_length=1, max_length=200)] = "nps"
    fall: Annotated[float, Field(gt=0, le=100)] = 15.0
    min_people: Annotated[int, Field(ge=1, le=10_000)] = 3
    owner_id: Annotated[str, Field(max_length=64)] = ""


class FormulaShown(FormulaGiven):
    """The formula, also in words."""

    words: str

    @classmethod
    def of(cls, formula: Formula) -> FormulaShown:
        """Return the formula with its words."""
        own = {name: getattr(formula, name) for name in Formula.__dataclass_fields__}
        return cls(**own, words=formula.words)


class PartShown(Shown):
    """One component of a score, with what it was computed of."""

    name: str
    score: float
    weight: float
    basis: str


class AccountThemeShown(Shown):
    """A theme of the account's own people."""

    theme_id: str
    title: str
    share: Share


class AccountShown(Shown):
    """An account's score from 0 to 100, now and 28 days before; null: nothing is known."""

    account: str
    people: int
    now: float | None
    before: float | None
    change: float | None
    enough: bool
    has_fallen: bool
    parts: list[PartShown]
    themes: list[AccountThemeShown]

    @classmethod
    def of(cls, health: Health, formula: Formula, own: list[AccountTheme]) -> AccountShown:
        """Return an account with its own themes."""
        return cls(
            account=health.account,
            people=health.people,
            now=health.now,
            before=health.before,
            change=health.change,
            enough=health.enough,
            has_fallen=health.has_fallen(formula),
            parts=[PartShown.model_validate(part) for part in health.parts],
            themes=[AccountThemeShown.model_validate(one) for one in own],
        )
