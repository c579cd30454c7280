"""Whose words may be shown verbatim, as their consent stands now."""

from __future__ import annotations

from collections.abc import Iterable

from synth.hypotheses.types import Content
from synth.people import repo
from synth.store.unit_of_work import UnitOfWork


def quotable(uow: UnitOfWork, contents: Iterable[Content]) -> frozenset[str | None]:
    """Return the cited participants who agree to be quoted."""
    cited = {citation.participant_id for content in contents for citation in content.citations}
    people = repo.load(uow, (each for each in cited if each is not None))
    return frozenset(
        person.id for person in people.values() if person.consent.analyse and person.consent.quote
    )
