"""Insights out: approved only, quotes by consent at this moment, no formula, no markup."""

from __future__ import annotations

import csv
import io

import pytest

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.hypotheses import repo as hypotheses
from synth.insights import repo
from synth.insights.export import WITHHELD, escape_markdown, export_csv, export_markdown, safe_cell
from synth.people.types import Consent
from synth.review.actions import approve, reject
from tests.factories import add_actor, add_hypothesis, set_consent

TITLES = {"approved": "=HYPERLINK(1) admin <b>", "rejected": "Rejected words", "open": "Open words"}


@pytest.fixture
def workspace(shared_services):
    workspace = start_workspace(shared_services, "Export").workspace_id
    author = add_actor(shared_services, workspace, MemberRole.RESEARCHER).member.id
    reviewer = add_actor(shared_services, workspace, MemberRole.REVIEWER)
    with shared_services.writing(workspace) as uow:
        ids = {
            name: add_hypothesis(uow, started_by=author, title=title)
            for name, title in TITLES.items()
        }
        seen = {name: hypotheses.load_hypothesis(uow, one).etag for name, one in ids.items()}
    approve(shared_services, reviewer, ids["approved"], seen=seen["approved"], ticked=range(9))
    codes = ["weak_evidence"]
    reject(shared_services, reviewer, ids["rejected"], seen=seen["rejected"], reason_codes=codes)
    return workspace


def test_only_what_is_approved_leaves(shared_services, workspace):
    with shared_services.reading(workspace) as uow:
        [row] = csv.DictReader(io.StringIO(export_csv(uow)))
        markdown = export_markdown(uow)
        [insight] = repo.list_insights(uow)
        assert repo.load_insight(uow, insight.id) == insight
        assert repo.find_insight(uow, insight.hypothesis_id) == insight
    assert row["title"] == "'" + TITLES["approved"]
    assert "stopped there" in row["quotes_for"]
    for text in (TITLES["rejected"], TITLES["open"]):
        assert text not in markdown
    assert "<b>" not in markdown


def test_a_quote_leaves_only_while_its_speaker_allows_it(shared_services, workspace):
    with shared_services.writing(workspace) as uow:
        [insight] = repo.list_insights(uow)
        first, second = insight.content.citations
        set_consent(uow, first.participant_id, Consent(quote=False))
        texts = export_csv(uow), export_markdown(uow)
    for text in texts:
        plain = text.replace("\\", "")
        assert first.quote not in plain
        assert second.quote in plain
        assert WITHHELD in plain


@pytest.mark.parametrize(
    ("query", "found"), [("admin", 1), ("ADMIN integration", 1), ("admin darkness", 0), ("", 1)]
)
def test_search_needs_every_word(shared_services, workspace, query, found):
    with shared_services.reading(workspace) as uow:
        assert len(repo.list_insights(uow, query=query)) == found


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(sign):
    for text in (f"{sign}1+1", f" {sign}cmd", f"\u200b{sign}x"):
        assert str(safe_cell(text)).startswith("'")
    assert safe_cell(-0.5) == -0.5
    assert safe_cell("plain = text") == "plain = text"


def test_markdown_is_only_text():
    assert escape_markdown("![x](http://a)\n# <b>") == r"\!\[x\](http://a) \# \<b\>"
