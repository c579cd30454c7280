"""Every partial in its states, from made-up contexts: the visual baseline, for admins only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.chart_contexts import Point, SeriesChart
from api.web.charts import series_chart, spark
from api.web.contexts import GalleryPage
from api.web.intervals import lift_row
from api.web.part_contexts import (
    Change,
    ClaimRow,
    Count,
    DecisionBar,
    DraftCard,
    Frame,
    JobProgress,
    Notice,
    Option,
    QuoteCard,
    StateTag,
)
from api.web.rendering import render
from api.web.session import Visiting
from synth.access.policy import Action, require
from synth.core.proportions import wilson

router = APIRouter()

FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
TAGS = (
    StateTag(word="unexplained"),
    StateTag(word="AI draft", tone="draft", icon="✎"),
    StateTag(word="approved", tone="approved", icon="✓"),
    StateTag(word="held", tone="held", icon="!"),
    StateTag(word="speaks against", tone="against", icon="−"),
)
QUOTES = (
    QuoteCard(
        text="I had to wait for somebody in IT to press the button for me.",
        href="#",
        speaker="P3",
        details=("interview", "24 Feb 2026", "04:17"),
        number=1,
        side="for",
        before="So on the third screen ",
        after=" That took two days.",
    ),
    QuoteCard(
        text="<script>alert(1)</script> <b>& more</b> " + "wordwithoutanyspace" * 12,
        href="#",
        speaker="P5",
        details=("ticket", "2 Mar 2026"),
        number=2,
        side="against",
    ),
    QuoteCard(text="It was fine for us.", href="#", speaker="P7"),
)


@router.get("/dev/partials")
def show_gallery(request: Request, visitor: Visiting) -> Response:
    """Show the gallery."""
    require(visitor.actor, Action.MANAGE_KEYS)
    frame = Frame(title="Partials", person=visitor.actor.member.name, csrf_token=visitor.csrf_token)
    return render(request, "gallery.html", gallery(), frame)


def gallery() -> GalleryPage:
    """Return made-up values that show each partial in each state."""
    return GalleryPage(
        counts=[Count(share=wilson(k, n)) for k, n in ((6, 8), (0, 5), (8, 8), (35, 100), (0, 0))],
        changes=[
            Change(before="42 %", after="31 %", is_up=False, is_worse=True),
            Change(before="18 minutes", after="5 minutes", is_up=False, is_worse=False),
        ],
        tags=TAGS,
        quotes=QUOTES,
        claims=[
            ClaimRow(position=0, text="Activation fell in the window.", kind="quant", cites=()),
            ClaimRow(position=1, text="The step asks for rights.", kind="qual", cites=(1, 2)),
        ],
        drafts=[_draft(TAGS[1]), _draft(TAGS[3])],
        bars=[_bar(may_decide=True), _bar(may_decide=False)],
        notices=[
            Notice(title="Queue clear", text="4 held drafts await a look."),
            Notice(title="This file is empty", text="Nothing was stored.", tone="held"),
            Notice(title="Begin here", steps=(("Upload a transcript", "#"), ("Build themes", ""))),
        ],
        jobs=[_job(3, 8), _job(8, 8)],
        charts=[_chart()],
        rows=[
            lift_row("Admin rights", "2.9 times (1.4-6.1)", 1.4, 2.9, 6.1),
            lift_row("Dark mode", "1.1 times (0.6-1.9)", 0.6, 1.1, 1.9),
        ],
        sparks=[spark(_points())],
    )


def _points() -> list[Point]:
    return [
        Point(
            at=FIRST_DAY + timedelta(days=index),
            value=(0.42 if index < 46 else 0.31) + 0.012 * ((index * 7) % 5 - 2),
            n=140 + index % 9,
        )
        for index in range(84)
    ]


def _chart() -> SeriesChart:
    chart = series_chart(
        "Activation fell 42 → 31 % on 20 Feb",
        _points(),
        "share",
        onset=FIRST_DAY + timedelta(days=46),
        target=0.45,
    )
    assert chart is not None
    return chart


def _draft(state: StateTag) -> DraftCard:
    return DraftCard(
        id="none",
        title="Admin rights stop the setup",
        statement="We believe letting a colleague grant the rights will improve activation "
        "from 0.31 to 0.42 share because step 3 asks for rights the user does not have",
        label="AI draft, revision 1, template v1",
        metric="activation",
        scale=Count(share=wilson(6, 8)),
        age="2 days old",
        why_here="First because its link is the strongest.",
        state=state,
        quotes=3,
        against=1,
    )


def _bar(*, may_decide: bool) -> DecisionBar:
    return DecisionBar(
        hypothesis_id="none",
        seen="1-0123456789abcdef",
        may_decide=may_decide,
        may_edit=may_decide,
        why_not="You started this draft, so somebody else decides.",
        deciders=("Reviewer",),
        reasons=(Option(value="weak_evidence", label="weak evidence"),),
        total=2,
    )


def _job(done: int, total: int) -> JobProgress:
    final = done == total
    return JobProgress(
        id=f"gallery-{done}",
        title="Read interviews.vtt",
        state=TAGS[2] if final else StateTag(word="running", icon="●"),
        steps=(
            ("read", "read and redact", "done"),
            ("embed", "embed", "done" if final else "now"),
            ("index", "index", "done" if final else "next"),
        ),
        done=done,
        total=total,
        result=(("documents", "8"), ("passages", "214")) if final else (),
        error="",
        is_final=True,
        started="20 Feb 2026, 09:12 UTC",
        elapsed="4 s",
    )
