"""Loads everything a drafter may use about a pair, with a recorded search for the contrary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from synth.core.proportions import wilson
from synth.hypotheses import repo
from synth.hypotheses.causes import Cause, Rival, read_cause
from synth.hypotheses.citations import Passage
from synth.hypotheses.composing import Case, one_line
from synth.hypotheses.evidence import choose, may_cite
from synth.hypotheses.leads import name_or_put_aside, said_before
from synth.hypotheses.pairs import standing_of
from synth.hypotheses.passages import load_passages
from synth.hypotheses.rejections import misread
from synth.hypotheses.scale import scale_check
from synth.hypotheses.strata import by_usage, check_strata
from synth.hypotheses.types import Rejected
from synth.indexing.search import find
from synth.indexing.types import SearchQuery
from synth.links import repo as links
from synth.links.types import Link, Verdict
from synth.metrics import repo as metrics
from synth.people import repo as people
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes

#: Passages of a theme looked through for one draft.
SEARCHED = 150
#: Passages of the whole workspace that each query may add.
BESIDE = 40
#: How people say that something is no trouble; joined to what the theme is about.
CONTRARY = ("works fine, no problem with", "easy and quick, happy with")


@dataclass(frozen=True, kw_only=True)
class Contrary:
    """What a search beside the theme found."""

    queries: tuple[str, ...] = ()
    chunk_ids: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


#: Nothing was looked for.
NOTHING = Contrary()


def search_contrary(services: Services, workspace_id: str, link: Link) -> Contrary:
    """Look through the workspace for people who say that the theme is no trouble to them."""
    queries = tuple(f"{words} {one_line(link.theme_title)}" for words in CONTRARY)
    found = [find(services, workspace_id, SearchQuery(text=one, limit=BESIDE)) for one in queries]
    return Contrary(
        queries=queries,
        chunk_ids=tuple(dict.fromkeys(hit.chunk_id for one in found for hit in one.hits)),
        notices=tuple(dict.fromkeys(notice for one in found for notice in one.notices)),
    )


def load_case(
    uow: UnitOfWork,
    link: Link,
    *,
    for_model: bool,
    attempt: int = 0,
    contrary: Contrary = NOTHING,
    rejected: Sequence[Rejected] = (),
) -> Case:
    """Return everything a drafter may use about a linked pair.

    Each draft of it that was `rejected` turns the choice of passages to other people.
    """
    [hit] = metrics.anomaly_people(uow, [link.anomaly_id])
    tested = links.list_links(uow, anomaly_id=link.anomaly_id)
    first_said_at = _speakers(uow, link.theme_id)
    speakers, before = set(first_said_at), said_before(first_said_at, hit.anomaly)
    theme = themes.load_theme(uow, link.theme_id)
    evidence = themes.evidence(uow, theme.id, limit=SEARCHED)
    passages = load_passages(uow, (item.chunk_id for item in evidence))
    pack = choose(
        list(passages.values()),
        affected=hit.affected,
        unaffected=hit.unaffected,
        keywords=theme.keywords,
        for_model=for_model,
        turn=attempt + len(rejected),
        beside=list(load_passages(uow, contrary.chunk_ids).values()),
        left_out=misread(rejected),
    )
    return Case(
        anomaly=hit.anomaly,
        metric=metrics.load_metric(uow, hit.anomaly.metric_id),
        theme_id=theme.id,
        theme=one_line(theme.title),
        scale=scale_check(speakers, hit.affected, hit.unaffected),
        pack=replace(pack, queries=contrary.queries, notices=contrary.notices),
        link_state=f"{link.verdict}/{link.tag.state if link.tag else 'no tag'}",
        standing=standing_of(link),
        overlap=link.counts,
        strata=(*check_strata(speakers, repo.heard(uow), hit, _segments(uow)), *by_usage(link)),
        earlier=repo.earlier_on(uow, hit.anomaly.metric),
        rejected=tuple(rejected),
        cause=name_or_put_aside(
            _cause(passages.values(), for_model=for_model), link, tested, before
        ),
        rival=_rival(link, tested),
    )


def _cause(passages: Iterable[Passage], *, for_model: bool) -> Cause:
    """Return the kind of cause that people who allow the use speak of; no quote leaves here."""
    return read_cause(
        (one.participant.id, one.chunk.text)
        for one in passages
        if one.participant is not None and may_cite(one, for_model=for_model)
    )


def _rival(link: Link, tested: Iterable[Link]) -> Rival | None:
    """Return the loudest theme that was tested with the same anomaly and is not linked."""
    others = [
        one
        for one in tested
        if one.theme_id != link.theme_id and one.verdict in (Verdict.NOT_LINKED, Verdict.AFTER)
    ]
    if not others:
        return None
    loudest = max(others, key=lambda one: (one.counts.theme + one.counts.unmapped_theme, one.id))
    counts = loudest.counts
    return Rival(
        theme=one_line(loudest.theme_title),
        people=counts.theme + counts.unmapped_theme,
        is_late=loudest.verdict is Verdict.AFTER,
        affected=wilson(counts.theme_affected, counts.affected),
        others=wilson(counts.theme_unaffected, counts.unaffected),
    )


def _segments(uow: UnitOfWork) -> dict[str, Mapping[str, str]]:
    return {person.id: person.segments for person in people.load(uow).values()}


def _speakers(uow: UnitOfWork, theme_id: str) -> Mapping[str, datetime | None]:
    """Return who speaks about a theme, and since when."""
    found = (one for one in themes.theme_people(uow) if one.theme_id == theme_id)
    return next((one.first_said_at for one in found), {})
