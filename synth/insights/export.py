"""Approved insights as CSV and Markdown; a quote leaves only while its speaker allows it."""

from __future__ import annotations

import csv
import io
import unicodedata
from itertools import takewhile

from synth.access import repo as access
from synth.hypotheses.types import Citation, Content, Side, Standing
from synth.insights import repo
from synth.insights.escaping import WITHHELD, escape_markdown
from synth.insights.readable import people, readable, sentence
from synth.insights.telling import approval_words
from synth.insights.types import Insight
from synth.people import repo as participants
from synth.store.unit_of_work import UnitOfWork

#: What the numbers say about an insight, in words.
STANDING = {
    Standing.TESTED: "tested, the people affected are over-represented among those who speak",
    Standing.TOO_FEW: "not tested, too few people are known; a lead that a person asked for",
}
#: What quotes of a side stand under.
SAID = {Side.FOR: "What people said", Side.AGAINST: "What speaks against it"}
COLUMNS = (
    "id", "title", "statement", "metric", "unit", "baseline", "target",
    "people", "people_asked", "standing", "quotes_for", "quotes_against", "counter_note",
    "approved_by", "approved_at", "approvals",
)  # fmt: skip
#: A cell that begins like this is run as a formula by spreadsheets; full-width forms too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")


def export_csv(uow: UnitOfWork) -> str:
    """Return every insight as one quoted row; text cannot be run as a formula."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    names = access.member_names(uow)
    for insight, quotes in _with_quotes(uow):
        row = [*_row(insight, quotes), approval_words(insight, names)]
        writer.writerow([safe_cell(value) for value in row])
    return file.getvalue()


def export_markdown(uow: UnitOfWork) -> str:
    """Return every insight as a section with its claims and quotes."""
    parts, names = ["# Insights", ""], access.member_names(uow)
    for insight, quotes in _with_quotes(uow):
        approved = escape_markdown(f"Approved {approval_words(insight, names)}.")
        parts += [*_section(insight, quotes), "", approved, ""]
    return "\n".join(parts).rstrip() + "\n"


def safe_cell(value: str | float) -> str | float:
    """Return a cell that no spreadsheet runs; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    # White space and invisible marks before the sign do not stop a spreadsheet.
    hidden = "".join(takewhile(_is_blank, value))
    runs = value[len(hidden) :].startswith(FORMULA) or any(mark in FORMULA for mark in hidden)
    return f"'{value}" if runs else value


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"


def _with_quotes(uow: UnitOfWork) -> list[tuple[Insight, list[str]]]:
    """Return insights with their quotes as they may be shown now."""
    found = repo.list_insights(uow)
    speakers = participants.load(
        uow,
        (
            citation.participant_id
            for insight in found
            for citation in insight.content.citations
            if citation.participant_id
        ),
    )
    allowed = {
        person.id for person in speakers.values() if person.consent.analyse and person.consent.quote
    }
    return [
        (insight, [_shown(citation, allowed) for citation in insight.content.citations])
        for insight in found
    ]


def _shown(citation: Citation, allowed: set[str]) -> str:
    if citation.participant_id not in allowed:
        return WITHHELD
    return f"{citation.speaker}: {citation.quote}"


def _row(insight: Insight, quotes: list[str]) -> list[str | float]:
    content = insight.content
    return [
        insight.id,
        content.title,
        content.statement,
        content.metric,
        content.unit,
        content.baseline,
        content.target,
        content.scale.k,
        content.scale.n,
        content.standing,
        " | ".join(_side(content, quotes, Side.FOR)),
        " | ".join(_side(content, quotes, Side.AGAINST)),
        content.counter_note,
        insight.approved_by,
        insight.approved_at.isoformat(),
    ]


def _side(content: Content, quotes: list[str], side: Side) -> list[str]:
    pairs = zip(content.citations, quotes, strict=True)
    return [quote for citation, quote in pairs if citation.side is side]


def _section(insight: Insight, quotes: list[str]) -> list[str]:
    content = insight.content

    def told(text: str) -> str:
        return escape_markdown(sentence(readable(text, content.metric)))

    title = escape_markdown(readable(content.title, content.metric))
    lines = [f"## {title}", "", told(content.statement), ""]
    lines.append(f"- {people(content.scale, 'people affected')} speak about it.")
    lines.append(f"- {sentence(STANDING[content.standing])}")
    lines += [f"- {told(claim.text)}" for claim in content.claims]
    for side, heading in SAID.items():
        said = _side(content, quotes, side)
        lines += ["", f"### {heading}"] if said else []
        for quote in said:
            lines += ["", f"> {escape_markdown(quote)}"]
    if content.counter_note:
        lines += ["", told(content.counter_note)]
    return lines
