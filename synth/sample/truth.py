"""What was planted in the sample study, and whether it was found."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A cue of an interview that speaks about something planted."""

    document: str  #: name of the file, without its ending
    cue: int  #: one-based
    opening: str  #: its first words


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A cause or a decoy, with every text that speaks about it."""

    key: str
    metric: str | None  #: the metric a cause moved; None for a decoy
    theme: str
    phrases: tuple[str, ...]
    documents: frozenset[str]  #: ids of tickets and replay notes
    passages: tuple[Passage, ...]


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Everything planted."""

    causes: tuple[Planted, ...]
    decoys: tuple[Planted, ...]
    quiet_metrics: tuple[str, ...]
    numbers: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A passage of a found theme: which document it is from, and its words."""

    external_id: str
    quote: str


@dataclass(frozen=True, kw_only=True)
class FoundTheme:
    """A theme as found."""

    id: str
    evidence: Sequence[Evidence]


@dataclass(frozen=True, kw_only=True)
class FoundLink:
    """A link as found: a theme tied to a metric."""

    theme_id: str
    metric: str


@dataclass(frozen=True, kw_only=True)
class Score:
    """How much of what was planted came out."""

    causes_found: int  #: causes with a theme of their own that is linked to their metric
    decoys_linked: int  #: decoys with a theme of their own that is linked to any metric
    missed: tuple[str, ...]  #: keys of causes not found
    linked_decoys: tuple[str, ...]  #: keys of decoys linked


def read_truth(text: str) -> Truth:
    """Return the truth of its JSON."""
    content = json.loads(text)
    return Truth(
        causes=tuple(_planted(entry) for entry in content["causes"]),
        decoys=tuple(_planted(entry) for entry in content["decoys"]),
        quiet_metrics=tuple(content["quiet_metrics"]),
        numbers=content["numbers"],
    )


def _planted(entry: Mapping[str, Any]) -> Planted:
    return Planted(
        key=entry["key"],
        metric=entry.get("metric"),
        theme=entry["theme"],
        phrases=tuple(entry["phrases"]),
        documents=frozenset([*entry["tickets"], *entry["replay_notes"]]),
        passages=tuple(Passage(**passage) for passage in entry["passages"]),
    )


def score_demo(truth: Truth, themes: Iterable[FoundTheme], links: Iterable[FoundLink]) -> Score:
    """Count the planted causes linked to their metric, and the decoys linked to any."""
    meaning = {theme.id: planted_key(truth, theme.evidence) for theme in themes}
    linked = {(meaning.get(link.theme_id), link.metric) for link in links}
    about = {key for key, _ in linked}
    missed = tuple(c.key for c in truth.causes if (c.key, c.metric) not in linked)
    wrong = tuple(decoy.key for decoy in truth.decoys if decoy.key in about)
    return Score(
        causes_found=len(truth.causes) - len(missed),
        decoys_linked=len(wrong),
        missed=missed,
        linked_decoys=wrong,
    )


def planted_key(truth: Truth, evidence: Sequence[Evidence]) -> str | None:
    """Return what more than half of `evidence` speaks about; None where nothing planted does."""
    keys = Counter(_key_of(truth, passage) for passage in evidence)
    for key, count in keys.most_common(1):
        return key if count * 2 > len(evidence) else None
    return None


def _key_of(truth: Truth, evidence: Evidence) -> str | None:
    document = bare_id(evidence.external_id)
    words = " ".join(evidence.quote.split())
    for planted in (*truth.causes, *truth.decoys):
        if document in planted.documents:
            return planted.key
        if any(p.document == document and p.opening in words for p in planted.passages):
            return planted.key
    return None


def bare_id(external_id: str) -> str:
    """Return an id as the files write it: without a prefix such as "ticket:" or a file ending."""
    return re.sub(r"\.(vtt|csv|jsonl)$", "", re.split(r"[:/#]", external_id)[-1])
