"""SQL of insights; a file per subject."""

from synth.insights.repo.approved import find_insight, list_insights, load_insight
from synth.insights.repo.backlog import add_item, change_item, link_item, list_items, load_item
from synth.insights.repo.evidence import Ground, grounds, last_heard, said_about, said_since
from synth.insights.repo.loop import (
    add_decision,
    add_step,
    all_decisions,
    all_labels,
    all_steps,
    escalated,
    lock_insight,
    note_escalation,
    set_labels,
)
from synth.insights.repo.results import (
    Placed,
    add_measured,
    add_places,
    add_test,
    list_measured,
    list_places,
    list_tests,
)

__all__ = [
    "Ground",
    "Placed",
    "add_decision",
    "add_item",
    "add_measured",
    "add_places",
    "add_step",
    "add_test",
    "all_decisions",
    "all_labels",
    "all_steps",
    "change_item",
    "escalated",
    "find_insight",
    "grounds",
    "last_heard",
    "link_item",
    "list_insights",
    "list_items",
    "list_measured",
    "list_places",
    "list_tests",
    "load_insight",
    "load_item",
    "lock_insight",
    "note_escalation",
    "said_about",
    "said_since",
    "set_labels",
]
