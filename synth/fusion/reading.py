"""Reads what the pages and files of one insight need, as consent stands now."""

from __future__ import annotations

from datetime import datetime

from synth.access import repo as access
from synth.fusion.case_study import CaseStudy, write_case_study
from synth.hypotheses import repo as hypotheses
from synth.insights.standing import load_record
from synth.insights.types import Record
from synth.metrics import repo as metrics
from synth.people import repo as people
from synth.store.unit_of_work import UnitOfWork


def read_case_study(uow: UnitOfWork, insight_id: str, *, now: datetime) -> CaseStudy:
    """Return the case study of an insight; raises NotFound."""
    record = load_record(uow, insight_id, now=now)
    insight = record.standing.insight
    hashes = {
        one.revision: one.revision_sha256
        for one in hypotheses.revisions(uow, insight.hypothesis_id)
    }
    return write_case_study(
        record,
        metrics.load_anomaly(uow, insight.anomaly_id),
        names=access.member_names(uow),
        quotable=quotable(uow, record),
        sha256=hashes[insight.revision],
    )


def quotable(uow: UnitOfWork, record: Record) -> frozenset[str | None]:
    """Return who of those cited, before launch and after, agrees to be quoted."""
    cited = [*record.standing.insight.content.citations, *(one.citation for one in record.heard)]
    ids = {citation.participant_id for citation in cited if citation.participant_id}
    return frozenset(
        person.id
        for person in people.load(uow, ids).values()
        if person.consent.analyse and person.consent.quote
    )
