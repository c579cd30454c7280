"""One page about one insight: what moved, what people said, what was done, what came of it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from synth.core.proportions import wilson
from synth.hypotheses.phrasing import (
    PERCENT_UNITS,
    SHARE_UNITS,
    slice_words,
    value_words,
)
from synth.hypotheses.types import Citation, Side
from synth.insights.closing import gaps, result_word
from synth.insights.escaping import WITHHELD, escape_markdown
from synth.insights.readable import day, metric_words, people, readable, sentence
from synth.insights.telling import approval_words, impact_lines, outcome_words
from synth.insights.types import InsightTest, LoopState, Record
from synth.metrics.types import Anomaly


@dataclass(frozen=True, kw_only=True)
class QuoteLine:
    """Somebody's words with their place; withheld where their speaker does not allow them."""

    words: str
    speaker: str
    href: str
    is_withheld: bool


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with its lines and quotes."""

    title: str
    lines: Sequence[str] = ()
    quotes: Sequence[QuoteLine] = ()


@dataclass(frozen=True, kw_only=True)
class CaseStudy:
    """The page, ready to be written as Markdown or HTML."""

    title: str
    claim: str
    result: str
    sections: Sequence[Section]
    approval: str


def write_case_study(
    record: Record,
    anomaly: Anomaly,
    *,
    names: Mapping[str, str],
    quotable: Container[str | None],
    sha256: str,
) -> CaseStudy:
    """Return the case study of an insight; `names` are members, `quotable` who allows quotes."""
    insight = record.standing.insight
    content = insight.content
    said = [one for one in content.citations if one.side is Side.FOR]
    against = [one for one in content.citations if one.side is Side.AGAINST]
    sections = (
        Section(title="What moved", lines=_moved(anomaly, content.unit)),
        Section(
            title="What people said",
            lines=[f"{people(content.scale, 'people hit')} speak about it"],
            quotes=[_quote(one, quotable) for one in said],
        ),
        Section(
            title="What speaks against it",
            lines=[readable(content.counter_note, content.metric)] if content.counter_note else [],
            quotes=[_quote(one, quotable) for one in against],
        ),
        Section(title="What it costs", lines=impact_lines(record.impact) if record.impact else ()),
        Section(title="What was decided and tried", lines=_tried(record, names)),
        Section(title="What happened", lines=_happened(record)),
        Section(
            title="What people said afterwards",
            quotes=[_quote(one.citation, quotable) for one in record.heard if not one.lost],
        ),
        Section(title="What was learnt", lines=_learnt(record, names)),
        Section(title="What was found by accident", lines=[one.title for one in record.findings]),
        Section(title="When", lines=_when(record, anomaly)),
    )
    return CaseStudy(
        title=readable(content.title, content.metric),
        claim=readable(content.statement, content.metric),
        result=f"{record.standing.state}, {result_word(record)}",
        sections=[one for one in sections if one.lines or one.quotes],
        approval=(
            f"Approved {approval_words(insight, names)}; "
            f"revision {insight.revision}, SHA-256 {sha256}"
        ),
    )


def to_markdown(study: CaseStudy) -> str:
    """Return the page as Markdown, with nothing in it that somebody's words could turn on."""
    parts = [f"# {escape_markdown(study.title)}", "", escape_markdown(sentence(study.claim)), ""]
    parts += [f"*{escape_markdown(sentence(study.result))}*", ""]
    for section in study.sections:
        parts += [f"## {section.title}", ""]
        parts += [f"- {escape_markdown(sentence(line))}" for line in section.lines]
        parts += [""] if section.lines and section.quotes else []
        for quote in section.quotes:
            who = f" — {escape_markdown(quote.speaker)}" if quote.speaker else ""
            parts += [f"> {escape_markdown(quote.words)}{who} ([passage]({quote.href}))", ""]
        parts += [] if section.quotes else [""]
    return "\n".join([*parts, escape_markdown(study.approval)]) + "\n"


def _moved(anomaly: Anomaly, unit: str) -> list[str]:
    # Of a metric in minutes the shares count people, and are no values of it.
    is_share = unit in SHARE_UNITS | PERCENT_UNITS
    shares = (anomaly.baseline_share, anomaly.observed_share) if is_share else (None, None)
    before = value_words(anomaly.baseline, unit, shares[0])
    after = value_words(anomaly.observed, unit, shares[1])
    who = slice_words(anomaly.segment) or " for everybody"
    since = f" since {day(anomaly.window.start, year=True)}" if anomaly.window else ""
    lines = [f"{metric_words(anomaly.metric)}{who}: {after}{since}, against {before}"]
    if anomaly.measured:
        hit = wilson(anomaly.affected, anomaly.measured)
        lines.append(f"{people(hit, 'people measured')} were hit")
    return lines


def _quote(citation: Citation, quotable: Container[str | None]) -> QuoteLine:
    allowed = citation.participant_id in quotable
    place = f"?s={citation.start}&e={citation.end}#s{citation.start}"
    return QuoteLine(
        words=f"“{citation.quote}”" if allowed else WITHHELD,
        speaker=citation.speaker if allowed else "",
        href=f"/documents/{citation.document_id}{place}",
        is_withheld=not allowed,
    )


def _tried(record: Record, names: Mapping[str, str]) -> list[str]:
    lines = []
    for one in record.decisions:
        until = f", until {day(one.deadline, year=True)}" if one.deadline else ""
        owner = names.get(one.owner_id, "somebody")
        lines.append(f"{day(one.decided_at, year=True)}: {one.choice}, by {owner}{until}")
    return lines + [_test(one) for one in record.tests]


def _test(one: InsightTest) -> str:
    kind = "A/B test" if one.kind == "ab" else str(one.kind)
    until = f" to {day(one.ends_on, year=True)}" if one.ends_on else ""
    split = ", ".join(f"{arm} {100 * share:g} in 100" for arm, share in one.split.items())
    parts = [f"{day(one.starts_on, year=True)}{until}: {kind} “{one.name}”", split, one.change]
    return "; ".join(part for part in parts if part)


def _happened(record: Record) -> list[str]:
    lines = [f"{day(one.measured_on, year=True)}: {outcome_words(one)}" for one in record.measured]
    return lines + [f"not measured: {gap}" for gap in gaps(record)]


def _learnt(record: Record, names: Mapping[str, str]) -> list[str]:
    closings = [step for step in record.steps if step.state is LoopState.CLOSED]
    return [
        f"{step.note} (written by {names.get(step.by_id, 'somebody')} on {day(step.at, year=True)})"
        for step in closings[-1:]
    ]


def _when(record: Record, anomaly: Anomaly) -> list[str]:
    """Return the days of the loop, counted from the day the metric moved."""
    begun = anomaly.window.start.date() if anomaly.window else None
    closed = [step.at.date() for step in record.steps if step.state is LoopState.CLOSED]
    marks: list[tuple[str, date]] = [("approved", record.standing.insight.approved_at.date())]
    marks += [("first test", one.starts_on) for one in record.tests[:1]]
    marks += [("closed", at) for at in closed[-1:]]
    return [_mark(words, at, begun) for words, at in marks]


def _mark(words: str, at: date, begun: date | None) -> str:
    return f"{words} {day(at, year=True)}" + (f", day {(at - begun).days}" if begun else "")
