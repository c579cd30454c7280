"""Drafts once more from a stored evidence pack: the same pack and answer, the same draft."""

from __future__ import annotations

from synth.backends import calls_repo
from synth.core.fingerprints import fingerprint
from synth.errors import Conflict, NotFound
from synth.hypotheses import drafting, repo, template
from synth.hypotheses.composing import Case
from synth.hypotheses.packs import case_of, chunks_of, pack_sha256, read_pack
from synth.hypotheses.passages import load_passages
from synth.hypotheses.storing import content_document
from synth.hypotheses.template import Draft
from synth.hypotheses.types import Provenance
from synth.store.unit_of_work import UnitOfWork


def replay(uow: UnitOfWork, hypothesis_id: str, revision: int = 1) -> Draft:
    """Return the draft that the stored pack gives; raises as `replay_case` does."""
    return replay_case(uow, hypothesis_id, revision)[1]


def replay_case(uow: UnitOfWork, hypothesis_id: str, revision: int = 1) -> tuple[Case, Draft]:
    """Return the stored case and the draft it gives; nothing is asked and nothing is stored.

    Raises:
        NotFound: no pack is stored for this revision; a person wrote it, or it is older than packs.
        Conflict: the pack was changed, or its passages no longer hold.
    """
    provenance = _provenance(uow, hypothesis_id, revision)
    document = repo.find_pack(uow, hypothesis_id, revision)
    if document is None:
        raise NotFound(f"no evidence pack of hypothesis {hypothesis_id}, revision {revision}")
    if pack_sha256(document) != provenance.pack_sha256:
        raise Conflict("the evidence pack is not the one its draft was made of")
    stored = read_pack(document)
    case = case_of(stored, load_passages(uow, chunks_of(stored)))
    if provenance.prompt is None:
        return case, template.draft(case)
    if provenance.call_key is None:
        raise NotFound("no model was asked for this draft")
    call = calls_repo.load_call(uow, provenance.call_key)
    if call["answer"] is None:
        return case, drafting.unanswered(case, str(call["error"]), provenance)
    return case, drafting.read_answer(case, call["answer"], provenance)


def is_reproduced(uow: UnitOfWork, hypothesis_id: str, revision: int = 1) -> bool:
    """Return whether a replay gives exactly the stored revision; raises as `replay` does."""
    again = content_document(replay(uow, hypothesis_id, revision).content)
    stored = next(one for one in repo.revisions(uow, hypothesis_id) if one.revision == revision)
    return fingerprint(again) == stored.revision_sha256


def _provenance(uow: UnitOfWork, hypothesis_id: str, revision: int) -> Provenance:
    for one in repo.revisions(uow, hypothesis_id):
        if one.revision == revision:
            return one.provenance
    raise NotFound(f"no revision {revision} of hypothesis {hypothesis_id}")
