"""SQL of investigations: rules, cases, findings, impact, and the people and sessions of a slice."""

from synth.investigations.repo.cases import (
    add_finding,
    add_investigation,
    add_watch,
    find_of_anomaly,
    has_link,
    list_findings,
    list_investigations,
    list_watches,
    load_finding,
    load_investigation,
    remove_finding,
    save_investigation,
)
from synth.investigations.repo.health import load_formula, save_formula, tickets
from synth.investigations.repo.impact import list_terms, replace_terms, terms_of
from synth.investigations.repo.rules import list_triggers, load_trigger, save_trigger
from synth.investigations.repo.slices import first_people, people_of, sessions_of
from synth.investigations.repo.talks import talks_of

__all__ = [
    "add_finding",
    "add_investigation",
    "add_watch",
    "find_of_anomaly",
    "first_people",
    "has_link",
    "list_findings",
    "list_investigations",
    "list_terms",
    "list_triggers",
    "list_watches",
    "load_finding",
    "load_formula",
    "load_investigation",
    "load_trigger",
    "people_of",
    "remove_finding",
    "replace_terms",
    "save_formula",
    "save_investigation",
    "save_trigger",
    "sessions_of",
    "talks_of",
    "terms_of",
    "tickets",
]
