"""Finds insights: by words, by what they are about, by labels, by where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from synth.insights.types import Choice, FlagCode, Insight, LabelKind, LoopState, Standing


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for; what is empty does not matter, all that is given must hold."""

    text: str = ""
    metric: str = ""
    theme_id: str = ""
    labels: Mapping[LabelKind, str] = field(default_factory=dict)
    state: LoopState | None = None
    choice: Choice | None = None
    flag: FlagCode | None = None
    owner_id: str = ""


def find(standings: Iterable[Standing], wanted: Wanted) -> list[Standing]:
    """Return those that hold all that is wanted, overdue ones first, else in their order."""
    found = [standing for standing in standings if _matches(standing, wanted)]
    return sorted(found, key=lambda standing: not standing.has(FlagCode.OVERDUE))


def facets(standings: Iterable[Standing]) -> dict[LabelKind, dict[str, int]]:
    """Return how many insights carry each label, the most frequent first."""
    counts: dict[LabelKind, dict[str, int]] = {}
    for standing in standings:
        for kind, values in standing.labels.items():
            for value in values:
                own = counts.setdefault(kind, {})
                own[value] = own.get(value, 0) + 1
    return {kind: _by_count(counts[kind]) for kind in LabelKind if kind in counts}


def searched(insight: Insight, labels: Mapping[LabelKind, Sequence[str]]) -> str:
    """Return all words an insight is found by."""
    content = insight.content
    parts = [content.title, content.statement, content.metric]
    parts += [claim.text for claim in content.claims]
    parts += [citation.quote for citation in content.citations]
    parts += [value for values in labels.values() for value in values]
    return " ".join(parts).casefold()


def _matches(standing: Standing, wanted: Wanted) -> bool:
    insight, decision = standing.insight, standing.decision
    words = wanted.text.casefold().split()
    return (
        wanted.metric in ("", insight.content.metric)
        and wanted.theme_id in ("", insight.theme_id)
        and wanted.state in (None, standing.state)
        and (wanted.choice is None or (decision is not None and decision.choice is wanted.choice))
        and wanted.owner_id in ("", decision.owner_id if decision else None)
        and (wanted.flag is None or standing.has(wanted.flag))
        and all(_labelled(standing, kind, value) for kind, value in wanted.labels.items())
        and (not words or _has_words(standing, words))
    )


def _has_words(standing: Standing, words: Sequence[str]) -> bool:
    text = searched(standing.insight, standing.labels)
    return all(word in text for word in words)


def _labelled(standing: Standing, kind: LabelKind, value: str) -> bool:
    return " ".join(value.split()).casefold() in standing.labels.get(kind, ())


def _by_count(own: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(own.items(), key=lambda item: (-item[1], item[0])))
