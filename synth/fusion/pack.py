"""The executive pack: what was learnt, in quotes and numbers, and how the team works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from synth.core.proportions import wilson
from synth.fusion.coverage import Coverage
from synth.fusion.types import FusionMetric
from synth.insights.closing import result_word
from synth.insights.escaping import escape_markdown
from synth.insights.readable import day, people, readable, sentence
from synth.insights.telling import impact_words, outcome_words
from synth.insights.types import LoopState, Record


@dataclass(frozen=True, kw_only=True)
class Story:
    """One insight in a few lines."""

    title: str
    href: str
    state: str
    lines: Sequence[str]
    quote: str
    speaker: str
    after: str  #: what somebody said after launch; "" where nobody is quoted
    learning: str


@dataclass(frozen=True, kw_only=True)
class Pack:
    """What an executive reads in five minutes."""

    on: date
    stories: Sequence[Story]
    themes: Sequence[str]  #: what most people speak about, with counts
    coverage: str  #: how much of all passages those themes hold
    metrics: Sequence[tuple[str, str, str]]  #: (name, value in words, verdict)
    uncounted: Sequence[tuple[str, str]]  #: (name, what it still needs), nothing to count yet


def write_pack(
    records: Sequence[Record],
    quotes: Mapping[str, tuple[str, str]],
    metrics: Sequence[FusionMetric],
    themes: Sequence[tuple[str, int, int]],
    coverage: Coverage | None,
    today: date,
) -> Pack:
    """Return the pack; closed loops come first. `themes` are (title, people, of people)."""
    ranked = sorted(records, key=lambda one: one.standing.state is not LoopState.CLOSED)
    return Pack(
        on=today,
        stories=[_story(one, quotes) for one in ranked],
        themes=[f"{title}: {people(wilson(k, n))}" for title, k, n in themes],
        coverage=f"of all passages, {coverage}" if coverage else "",
        metrics=[(one.name, one.words, one.verdict) for one in metrics if one.value is not None],
        uncounted=[(one.name, one.verdict) for one in metrics if one.value is None],
    )


def to_markdown(pack: Pack) -> str:
    """Return the pack as Markdown."""
    parts = [f"# What we learnt, {day(pack.on, year=True)}", ""]
    for story in pack.stories:
        title, state = escape_markdown(story.title), escape_markdown(sentence(story.state))
        parts += [f"## {title}", "", f"*{state}*", ""]
        parts += [f"- {escape_markdown(sentence(line))}" for line in story.lines]
        said = ((story.quote, story.speaker), (story.after, "after launch"))
        for words, who in said:
            parts += ["", f"> “{escape_markdown(words)}” — {escape_markdown(who)}"] if words else []
        parts += ["", escape_markdown(story.learning)] if story.learning else []
        parts.append("")
    parts += ["## What most people speak about", ""]
    parts += [f"- {escape_markdown(line)}" for line in pack.themes]
    parts += ["", escape_markdown(sentence(pack.coverage))] if pack.coverage else []
    parts += ["", "## How we work", ""]
    parts += [
        f"- {escape_markdown(f'{name}: {words} ({verdict})')}"
        for name, words, verdict in pack.metrics
    ]
    parts += [f"- {escape_markdown(f'{name}: {needs}')}" for name, needs in pack.uncounted]
    return "\n".join(parts) + "\n"


def _story(record: Record, quotes: Mapping[str, tuple[str, str]]) -> Story:
    insight = record.standing.insight
    words, speaker = quotes.get(insight.id, ("", ""))
    after = next((one.citation.quote for one in record.heard if not one.lost), "")
    lines = [f"{people(insight.content.scale, 'people hit')} speak about it"]
    lines += [impact_words(record.impact)] if record.impact else []
    lines += [outcome_words(one) for one in record.measured]
    return Story(
        title=readable(insight.content.title, insight.content.metric),
        href=f"/insights/{insight.id}",
        state=f"{record.standing.state}, {result_word(record)}",
        lines=lines,
        quote=words,
        speaker=speaker,
        after=after,
        learning=record.learning,
    )
