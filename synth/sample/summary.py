"""What a run on the sample study found, counted, and held against its truth."""

from __future__ import annotations

from dataclasses import dataclass

from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.links import repo as links
from synth.metrics import anomaly_repo as anomalies
from synth.sample.truth import Evidence, FoundLink, FoundTheme, Truth, score_demo
from synth.segments import repo as segments
from synth.sources import repo as sources
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes

#: More than any theme of the study holds.
EVERYTHING = 10_000


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The counts that `synth demo` prints."""

    documents: int
    chunks: int  #: passages that may be evidence
    themes: int
    anomalies: int
    links: int  #: pairs that are linked
    drafts: int  #: in the review queue
    held: int
    causes_found: int
    decoys_linked: int


def summarise(uow: UnitOfWork, truth: Truth) -> Summary:
    """Count what is in the workspace and score it against `truth`."""
    found = themes.list_themes(uow)
    linked = [link for link in links.list_links(uow) if link.is_linked]
    states = [hypothesis.state for hypothesis in hypotheses.list_hypotheses(uow)]
    documents = {
        document.id: document.external_id
        for document in sources.list_documents(uow, limit=EVERYTHING)
    }
    score = score_demo(
        truth,
        [FoundTheme(id=theme.id, evidence=_evidence(uow, theme.id, documents)) for theme in found],
        [FoundLink(theme_id=link.theme_id, metric=link.metric) for link in linked],
    )
    return Summary(
        documents=len(documents),
        chunks=len(segments.eligible_chunks(uow)),
        themes=len(found),
        anomalies=len(anomalies.list_anomalies(uow)),
        links=len(linked),
        drafts=states.count(State.IN_REVIEW),
        held=states.count(State.HELD),
        causes_found=score.causes_found,
        decoys_linked=score.decoys_linked,
    )


def _evidence(uow: UnitOfWork, theme_id: str, documents: dict[str, str]) -> list[Evidence]:
    return [
        Evidence(external_id=documents[passage.document_id], quote=passage.quote)
        for passage in themes.evidence(uow, theme_id, limit=EVERYTHING)
    ]
