"""The starter checklist: fifteen steps to a closed loop, each computed from what is there."""

from __future__ import annotations

from dataclasses import dataclass

from synth.fusion.types import CheckStep
from synth.insights.readable import counted as told
from synth.investigations.types import TALKS

#: Nouns whose plural is no "s".
MANY = {"person": "people", "anomaly": "anomalies"}


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How much there is of everything the steps speak of."""

    people: int
    documents: int
    themes: int
    key_metrics: int
    values: int
    anomalies: int
    investigations: int
    most_talks: int  #: people talked to in the investigation with most
    confirmed_tags: int
    links: int
    insights: int
    decisions: int
    tests: int
    closed: int
    answers: int
    reviews: int


def check_steps(counted: Counted) -> list[CheckStep]:
    """Return the steps in order; a step is done when what it asks for is there."""
    rows = (
        ("Day 1: people are known by the ids of your tools", counted.people, 1, "person",
         "/people"),
        ("Day 1: metrics have values", counted.values, 1, "value", "/metrics"),
        ("Day 1: the North Star and the metrics beside it are chosen", counted.key_metrics, 1,
         "metric", "/fusion#key-metrics"),
        ("Day 2: something stands out", counted.anomalies, 1, "anomaly", "/metrics"),
        ("Day 2: an investigation is open", counted.investigations, 1, "investigation",
         "/investigations"),
        ("Day 3: conversations, tickets or replay notes are read", counted.documents, 1, "document",
         "/sources"),
        ("Day 3: five people hit were talked to", counted.most_talks, TALKS[0], "person",
         "/investigations"),
        ("Day 4: what people say is grouped into themes", counted.themes, 1, "theme", "/themes"),
        ("Day 4: a person confirmed which metric a theme is about", counted.confirmed_tags, 1,
         "tag", "/metrics"),
        ("Day 4: a theme was tested against an anomaly", counted.links, 1, "pair", "/metrics"),
        ("Day 5: a hypothesis passed its review", counted.insights, 1, "insight", "/review"),
        ("Then: somebody decided, with a deadline", counted.decisions, 1, "decision", "/insights"),
        ("Then: a test is recorded", counted.tests, 1, "test", "/insights"),
        ("30 days: a loop is closed by a number and a voice", counted.closed, 1, "loop",
         "/insights"),
        ("90 days: three loops are closed", counted.closed, 3, "loop", "/insights"),
        ("90 days: fusion reviews are held", counted.reviews, 2, "review", "/fusion/agenda"),
        ("90 days: the survey of confidence was answered", counted.answers, 1, "answer",
         "/fusion#survey"),
    )  # fmt: skip
    return [
        CheckStep(
            title=title,
            is_done=count >= needed,
            words=_words(count, needed, noun),
            href=href,
        )
        for title, count, needed, noun, href in rows
    ]


def _words(count: int, needed: int, noun: str) -> str:
    """Return for example "2,674 people", "3 of 5 people", "none yet"."""
    many = MANY.get(noun, f"{noun}s")
    if needed > 1:
        return f"{count} of {needed} {many}"
    return told(count, noun, many) if count else "none yet"
