"""Why a draft may not reach the queue: the same proof when it is written and when released."""

from __future__ import annotations

from collections.abc import Sequence

from synth.errors import NotFound, SynthError
from synth.hypotheses import repo, template
from synth.hypotheses.citations import still_true
from synth.hypotheses.composing import Case, nothing_to_improve, reasons_to_hold
from synth.hypotheses.language import foreign_language
from synth.hypotheses.passages import load_passages
from synth.hypotheses.replaying import replay_case
from synth.hypotheses.template import Draft
from synth.hypotheses.types import Content, Hypothesis
from synth.hypotheses.words import check_words
from synth.links import repo as links
from synth.links.types import TagState
from synth.metrics import repo as metrics
from synth.store.unit_of_work import UnitOfWork

WITHDRAWN = "a person rejected the tag this draft hangs on"


def reasons_against(case: Case, drafted: Draft) -> list[str]:
    """Return why a fresh draft of `case` is held; empty: it may be reviewed."""
    if drafted.problem is not None:
        return [drafted.problem]
    good = nothing_to_improve(case)
    # What our own template says about the case is the measure of what a model may quote in words.
    sly = check_words(template.draft(case).content, drafted.content)
    held = reasons_to_hold(drafted.content, drafted.unproved)
    foreign = _foreign(drafted.content)
    return list(dict.fromkeys([*([good] if good else []), *held, *sly, *foreign]))


def reasons_now(uow: UnitOfWork, hypothesis: Hypothesis) -> list[str]:
    """Return why a stored draft may not be reviewed as things are now; empty: it may.

    What a drafter wrote is drafted once more from its stored pack and answer, so that a quote it
    altered then is altered now.
    """
    content = hypothesis.content
    passages = load_passages(uow, (citation.chunk_id for citation in content.citations))
    lost = [still_true(citation, passages) for citation in content.citations]
    reasons = [failed.reason for failed in lost if failed is not None]
    if is_tag_rejected(uow, hypothesis):
        reasons.append(WITHDRAWN)
    reasons += _reasons_of_content(uow, hypothesis)
    return list(dict.fromkeys(reasons))


def is_tag_rejected(uow: UnitOfWork, hypothesis: Hypothesis) -> bool:
    """Return whether a person rejected the tag a draft hangs on."""
    found = links.list_links(uow, anomaly_id=hypothesis.anomaly_id, theme_id=hypothesis.theme_id)
    return any(link.tag is not None and link.tag.state is TagState.REJECTED for link in found)


def _reasons_of_content(uow: UnitOfWork, hypothesis: Hypothesis) -> Sequence[str]:
    if hypothesis.provenance.drafter != "person":
        try:
            return reasons_against(*replay_case(uow, hypothesis.id, hypothesis.revision))
        except NotFound:
            pass  # written before packs were kept: judged by its words below
        except SynthError as error:
            return [error.message]
    anomaly = metrics.load_anomaly(uow, hypothesis.anomaly_id)
    good = metrics.load_metric(uow, anomaly.metric_id).good
    way = [f"{anomaly.metric} moved {good}, the good way"] if anomaly.direction is good else []
    first = repo.revisions(uow, hypothesis.id)[0].content
    content = hypothesis.content
    return [*way, *reasons_to_hold(content), *check_words(first, content), *_foreign(content)]


def _foreign(content: Content) -> list[str]:
    language = foreign_language(f"{content.title}. {content.solution}. {content.because}")
    return [f"its words are in {language}, not in English"] if language else []
