"""The themes of planted worlds: a title and thirty wordings each that share no word with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

#: Words of a title that carry no meaning.
SMALL_WORDS = frozenset({"a", "an", "the", "of", "on", "in", "and", "to"})

#: Title and product area of each file in `wordings/`. Areas are as vague as metric names are.
TITLES = {
    "federated_identity": ("Federated identity", "start"),
    "bulk_import": ("Bulk import", "start"),
    "role_permissions": ("Role permissions", "start"),
    "sluggish_dashboards": ("Sluggish dashboards", "work"),
    "search_misses": ("Search misses", "work"),
    "calendar_sync": ("Calendar sync", "work"),
    "export_formatting": ("Export formatting", "work"),
    "invoice_surprises": ("Invoice surprises", "contract"),
    "support_delays": ("Support delays", "contract"),
    "notification_overload": ("Notification overload", "habit"),
    "phone_crashes": ("Phone crashes", "habit"),
    "dark_mode": ("Dark mode", "habit"),
}

#: Metrics of each area: name and description, which name no cause.
METRICS = {
    "start": (
        (
            "workspace_activation",
            "Share of new workspaces with accounts, people and data in place.",
        ),
        ("trial_conversion", "Share of trials that get their team and their records going."),
        ("first_value_reached", "Share of new teams who have access and data in the first week."),
    ),
    "work": (
        ("weekly_engagement", "Share of accounts that use documents, meetings and reports weekly."),
        ("task_completion", "Share of tasks on pages and documents that are finished."),
        ("team_adoption", "Share of team members who use the pages for their daily work."),
    ),
    "contract": (
        ("renewal_rate", "Share of accounts that renew: content with price and service."),
        ("account_health", "Share of accounts in good standing with payments and service."),
        ("expansion_rate", "Share of customers who buy more after help with their account."),
    ),
    "habit": (
        ("daily_return", "Share of people who open the app or the page again the next day."),
        ("four_week_retention", "Share of people who still use the app or its messages in week 4."),
        ("session_depth", "Share of visits on any screen or device that last."),
    ),
}


@dataclass(frozen=True, kw_only=True)
class BankTheme:
    """A theme with its ways of being said."""

    key: str
    title: str
    area: str
    wordings: tuple[str, ...]


@cache
def bank() -> tuple[BankTheme, ...]:
    """Return all themes."""
    folder = resources.files("evals.worlds") / "wordings"
    return tuple(
        BankTheme(
            key=key,
            title=title,
            area=area,
            wordings=tuple((folder / f"{key}.txt").read_text(encoding="utf-8").splitlines()),
        )
        for key, (title, area) in TITLES.items()
    )


def shared_words(theme: BankTheme) -> set[str]:
    """Return the title's words, or their stems, that a wording uses; there must be none."""
    said = set(re.findall(r"[a-z]+", " ".join(theme.wordings).casefold()))
    own = set(re.findall(r"[a-z]+", theme.title.casefold())) - SMALL_WORDS
    return {word for word in own for other in said if _stem(word) == _stem(other)}


def _stem(word: str) -> str:
    return re.sub(r"(ings?|es|s|ed)$", "", word) if len(word) > 4 else word
