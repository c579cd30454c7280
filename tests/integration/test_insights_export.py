"""Insights out: approved only, quotes by consent at this moment, no formula, no markup."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from api.web.draft_parts import insight_row
from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.fusion.case_study import to_markdown as case_markdown
from synth.fusion.pack import to_markdown as pack_markdown
from synth.fusion.reading import read_case_study
from synth.fusion.rhythm import read_pack
from synth.hypotheses import repo as hypotheses
from synth.insights import repo
from synth.insights.export import WITHHELD, escape_markdown, export_csv, export_markdown, safe_cell
from synth.people.types import Consent
from synth.review.actions import approve, edit, reject
from synth.review.configuring import set_rules
from synth.review.types import Rules
from tests.factories import NOW, add_actor, add_hypothesis, set_consent

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


def test_everybody_who_approved_is_named_with_their_time(shared_services):
    services, now = shared_services, datetime(2026, 3, 2, 9, tzinfo=UTC)
    workspace = start_workspace(services, "Approvers").workspace_id
    anna, ben, cleo = (add_actor(services, workspace, MemberRole.REVIEWER) for _ in range(3))
    admin = add_actor(services, workspace, MemberRole.ADMIN)
    pm = add_actor(services, workspace, MemberRole.PM)
    author = add_actor(services, workspace, MemberRole.RESEARCHER).member.id
    set_rules(services, admin, Rules(reviewers_needed=2))
    with services.writing(workspace) as uow:
        draft = add_hypothesis(uow, started_by=author)

    def act(what, by, hours, **given):
        at = replace(services, clock=lambda: now + timedelta(hours=hours))
        with services.reading(workspace) as uow:
            seen = hypotheses.load_hypothesis(uow, draft).etag
        what(at, by, draft, seen=seen, **given)

    act(approve, anna, 1, ticked=range(9))
    act(edit, pm, 2, changes={"title": "Who may invite whom"})
    act(approve, cleo, 3, ticked=range(9))
    act(approve, ben, 29, ticked=range(9))
    expected = (
        f"by {cleo.member.name} on 2 Mar 2026, 12:00 UTC, "
        f"and by {ben.member.name} on 3 Mar 2026, 14:00 UTC"
    )
    with services.reading(workspace) as uow:
        [row] = csv.DictReader(io.StringIO(export_csv(uow)))
        markdown = export_markdown(uow).replace("\\", "")
        [insight] = repo.list_insights(uow)
        study = read_case_study(uow, insight.id, now=now)
    assert row["approvals"] == expected
    assert f"Approved {expected}." in markdown
    assert study.approval.startswith(f"Approved {expected}; revision 2, SHA-256 ")
    names = {one.member.id: one.member.name for one in (anna, ben, cleo)}
    assert [one.by for one in insight.approvals] == [cleo.member.id, ben.member.id]
    assert insight.approved_by == ben.member.id
    assert insight_row(insight, names).approved == (
        f"approved by {cleo.member.name} on 2 Mar 2026 and by {ben.member.name} on 3 Mar 2026"
    )


def test_what_leaves_on_paper_is_written_for_people(services):
    """No raw names of metrics or days; quotes apart from each other, under what they say."""
    workspace = start_workspace(services, "Paper").workspace_id
    author = add_actor(services, workspace, MemberRole.RESEARCHER).member.id
    reviewer = add_actor(services, workspace, MemberRole.REVIEWER)
    with services.writing(workspace) as uow:
        draft = add_hypothesis(uow, started_by=author, title="Lower day3 use: setup")
        one = hypotheses.load_hypothesis(uow, draft)
        raw = one.content.metric.replace("activation", "day3_use")
        content = replace(
            one.content, metric=raw, because=f"since 2026-02-20 {raw} is lower, as people say"
        )
        hypotheses.add_revision(
            uow,
            hypothesis_id=draft,
            revision=2,
            content=content,
            provenance=one.provenance,
            author_id=author,
            now=NOW,
        )
        hypotheses.move(uow, draft, seen=1, before=one.state, after=one.state, revision=2)
        seen = hypotheses.load_hypothesis(uow, draft).etag
    approve(services, reviewer, draft, seen=seen, ticked=range(9))
    with services.reading(workspace) as uow:
        [insight] = repo.list_insights(uow)
        pages = (
            export_markdown(uow),
            case_markdown(read_case_study(uow, insight.id, now=NOW)),
            pack_markdown(read_pack(services, uow)),
        )
    for page in pages:
        text = page.replace("\\", "")
        assert not re.search(r"day3|_|\d{4}-\d\d-\d\d", re.sub(r"\(/documents[^)]*\)", "", text))
        assert all(not line or not before for line, before in quoted(text))
    listed, case, _ = pages
    assert "since 20 Feb 2026 day 3 use" in listed.replace("\\", "")
    assert "### What people said" in listed
    assert "day 3 use" in case


def quoted(text):
    """Return each quoted line with the line before it."""
    lines = text.splitlines()
    return [(line, before) for before, line in pairwise(lines) if line.startswith("> ")]
