"""Six themes of the bank in German and Spanish, twelve wordings each, and as many in English."""

from __future__ import annotations

from functools import cache
from importlib import resources

from evals.worlds.bank import TITLES, BankTheme, bank

WORDINGS = 12
LANGUAGES = ("en", "de", "es")

#: Titles by theme; the keys are those of the bank, so that worlds can be told apart by language.
NAMES = {
    "de": {
        "federated_identity": "Zentrale Identität",
        "bulk_import": "Massenübernahme",
        "sluggish_dashboards": "Zähe Leistung",
        "invoice_surprises": "Unerwartete Kosten",
        "notification_overload": "Informationsflut",
        "dark_mode": "Dunkelmodus",
    },
    "es": {
        "federated_identity": "Identidad federada",
        "bulk_import": "Importación masiva",
        "sluggish_dashboards": "Rendimiento pobre",
        "invoice_surprises": "Costes inesperados",
        "notification_overload": "Alertas excesivas",
        "dark_mode": "Modo nocturno",
    },
}


@cache
def bank_in(language: str) -> tuple[BankTheme, ...]:
    """Return the six themes in "en", "de" or "es"."""
    if language == "en":
        return tuple(_first(theme) for theme in bank() if theme.key in NAMES["de"])
    folder = resources.files("evals.worlds") / "wordings" / language
    return tuple(
        BankTheme(
            key=key,
            title=title,
            area=TITLES[key][1],
            wordings=tuple((folder / f"{key}.txt").read_text(encoding="utf-8").splitlines()),
        )
        for key, title in NAMES[language].items()
    )


def _first(theme: BankTheme) -> BankTheme:
    return BankTheme(
        key=theme.key, title=theme.title, area=theme.area, wordings=theme.wordings[:WORDINGS]
    )
