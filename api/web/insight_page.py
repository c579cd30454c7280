"""The page of one insight: what is loaded for it, and what is made of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from api.web.chart_contexts import SeriesChart
from api.web.draft_parts import claim_rows, content_change, insight_row
from api.web.format import day, headline, metric_title, moment, readable, sentence, slice_words
from api.web.insight_contexts import CandidateCard, InsightPage
from api.web.insight_parts import (
    ITEM_STATES,
    STATES,
    decision_words,
    label_pairs,
    loop_forms,
    result_row,
    split_flags,
    story,
    tried_words,
)
from api.web.metric_charts import anomaly_chart, series_of
from api.web.part_contexts import Count, QuoteCard
from api.web.proof import Proof
from synth.access import repo as access
from synth.access.policy import Action, may
from synth.access.types import Actor
from synth.core.proportions import Proportion
from synth.errors import NotFound
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.citations import Cited, Passage, prove
from synth.hypotheses.passages import load_passages
from synth.hypotheses.types import Citation, Hypothesis, Side
from synth.insights import repo
from synth.insights.closing import gaps
from synth.insights.standing import load_record
from synth.insights.telling import impact_lines
from synth.insights.types import Insight, LoopState, Record
from synth.metrics import experiment_repo
from synth.metrics import repo as metrics
from synth.metrics.experiments import Experiment
from synth.metrics.types import Anomaly, Metric, Observation
from synth.review.merging import of_other_anomalies
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes

#: Passages since launch that are offered to be quoted.
OFFERED = 6


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What an insight's page is made of."""

    record: Record
    proof: Proof  #: of what it cites and of what was heard since
    anomaly: Anomaly
    metric: Metric
    series: Sequence[Observation]  #: of the anomaly's slice
    theme: tuple[str, str]  #: title and address
    history: Sequence[Hypothesis]  #: its revisions
    names: Mapping[str, str]  #: of members
    offered: Sequence[CandidateCard]  #: what was said since the test began
    tried: Sequence[Experiment]
    also_in: Sequence[tuple[Anomaly, Proportion]]  #: whose drafts were merged into this one

    @property
    def item(self) -> Insight:
        """Return the insight as it was approved."""
        return self.record.standing.insight


def load(uow: UnitOfWork, insight_id: str, *, now: datetime, actor: Actor) -> Loaded:
    """Return what the page shows `actor`; raises NotFound."""
    record = load_record(uow, insight_id, now=now)
    item = record.standing.insight
    anomaly = metrics.load_anomaly(uow, item.anomaly_id)
    heard = [one.citation for one in record.heard if not one.lost]
    return Loaded(
        record=record,
        proof=Proof.load(uow, [*item.content.citations, *heard]),
        anomaly=anomaly,
        metric=metrics.load_metric(uow, anomaly.metric_id),
        series=series_of(anomaly, metrics.all_series(uow, anomaly.metric_id)),
        theme=_theme(uow, item.theme_id),
        history=hypotheses.revisions(uow, item.hypothesis_id),
        names=access.member_names(uow),
        offered=_candidates(uow, record) if may(actor, Action.RECORD_OUTCOME) else [],
        tried=experiment_repo.list_experiments(uow),
        also_in=[
            (metrics.load_anomaly(uow, one.anomaly_id), one.content.scale)
            for one in of_other_anomalies(uow, item.hypothesis_id)
        ],
    )


def title_of(loaded: Loaded) -> str:
    """Return the insight's title as people read it."""
    return readable(loaded.item.content.title, loaded.item.content.metric)


def make_page(
    loaded: Loaded, actor: Actor, *, today: date, errors: Sequence[tuple[str, str]]
) -> InsightPage:
    """Return the page: the claim as it was approved, then its loop up to what may be done next."""
    record, item, names = loaded.record, loaded.item, loaded.names
    anomaly, metric = loaded.anomaly, loaded.metric
    cards = loaded.proof.cards(item.content.citations)
    late, others = split_flags(record.standing)
    decision = record.standing.decision
    return InsightPage(
        id=item.id,
        row=insight_row(item, names, anomaly),
        state=STATES[record.standing.state],
        overdue=late,
        flags=others,
        labels=label_pairs(record.standing.labels),
        change=content_change(item.content, anomaly),
        because=sentence(item.content.because),
        claims=claim_rows(item.content, anomaly=anomaly),
        quotes=[card for card in cards if card.side == Side.FOR],
        against=[card for card in cards if card.side == Side.AGAINST],
        counter_note=sentence(item.content.counter_note),
        anomaly=(headline(anomaly, metric), f"/anomalies/{anomaly.id}"),
        also_in=_also_in(loaded),
        theme=loaded.theme,
        chart=_chart(loaded),
        approval=_approval(item, names, loaded.history),
        decision=decision_words(decision, names),
        decision_note=decision.note if decision else "",
        history=story(record, names),
        tests=[tried_words(one) for one in record.tests],
        results=[result_row(one) for one in record.measured],
        gaps=gaps(record),
        heard=_heard(loaded),
        lost=[one.lost for one in record.heard if one.lost],
        impact=impact_lines(record.impact) if record.impact else [],
        learning=record.learning,
        learnt_by=_learnt_by(loaded),
        findings=[(one.title, ITEM_STATES[one.state].word) for one in record.findings],
        forms=loop_forms(
            record, anomaly, actor, names, today, loaded.offered, loaded.tried, metric
        ),
        errors=errors,
    )


def _also_in(loaded: Loaded) -> list[tuple[str, str, Count]]:
    return [
        (
            headline(other, loaded.metric),
            f"/anomalies/{other.id}",
            Count(share=scale, noun="people hit speak about it"),
        )
        for other, scale in loaded.also_in
    ]


def _chart(loaded: Loaded) -> SeriesChart | None:
    anomaly, metric = loaded.anomaly, loaded.metric
    title = f"{metric_title(metric.name)}, {slice_words(anomaly.segment)}"
    return anomaly_chart(anomaly, metric, loaded.series, title=title)


def _heard(loaded: Loaded) -> list[QuoteCard]:
    standing = [one.citation for one in loaded.record.heard if not one.lost]
    # Numbered on from the quotes of the claim, so that no two cards share an anchor.
    first = len(loaded.item.content.citations) + 1
    return [
        replace(card, number=number)
        for number, card in enumerate(loaded.proof.cards(standing), start=first)
    ]


def _learnt_by(loaded: Loaded) -> str:
    closed = [step for step in loaded.record.steps if step.state is LoopState.CLOSED]
    if not closed:
        return ""
    who = loaded.names.get(closed[-1].by_id, "somebody")
    return f"written by {who} on {day(closed[-1].at, year=True)}"


def _candidates(uow: UnitOfWork, record: Record) -> list[CandidateCard]:
    """Return passages since the last test began that may be quoted: about its theme first."""
    if record.standing.state is not LoopState.TESTING:
        return []
    said = repo.said_since(uow, record.tests[-1].starts_on)
    used = {one.citation.chunk_id for one in record.heard}
    about = repo.said_about(uow, record.standing.insight.theme_id)
    free = sorted((key for key in said if key not in used), key=lambda key: key not in about)
    passages = load_passages(uow, free[: OFFERED + 2])
    cited = [whole for one in passages.values() if (whole := _whole(one)) is not None][:OFFERED]
    cards = Proof.load(uow, cited).cards(cited)
    return [
        CandidateCard(chunk_id=one.chunk_id, quote=replace(card, number=0, side=""))
        for one, card in zip(cited, cards, strict=True)
    ]


def _whole(passage: Passage) -> Citation | None:
    """Return the whole of a passage as a citation, where it could be cited."""
    chunk = passage.chunk
    cited = Cited(chunk_id=chunk.id, quote=chunk.text, side=Side.FOR)
    found = prove(cited, {chunk.id: passage})
    return found if isinstance(found, Citation) else None


def _approval(
    item: Insight, names: Mapping[str, str], history: Sequence[Hypothesis]
) -> list[tuple[str, str]]:
    hashes = [one.revision_sha256 for one in history if one.revision == item.revision]
    return [
        *(
            ("Approved", f"by {names.get(one.by, 'a reviewer')}, {moment(one.at)}")
            for one in item.approvals
        ),
        ("Revision", f"{item.revision}, SHA-256 {hashes[0] if hashes else 'not stored'}"),
    ]


def _theme(uow: UnitOfWork, theme_id: str) -> tuple[str, str]:
    # A later run may have dissolved the theme; what was approved stays readable.
    try:
        return themes.load_theme(uow, theme_id).title, f"/themes/{theme_id}"
    except NotFound:
        return "a theme of an earlier run", "/themes"
