"""Planted worlds to cases a drafter may be given: who was measured, what they said, counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evals.worlds.bank import bank
from evals.worlds.types import Said, World
from synth.core.proportions import wilson
from synth.core.spans import Span
from synth.hypotheses.causes import Rival
from synth.hypotheses.citations import Passage
from synth.hypotheses.composing import Case
from synth.hypotheses.evidence import choose
from synth.hypotheses.scale import scale_check
from synth.hypotheses.strata import check_strata
from synth.hypotheses.types import Standing
from synth.links.overlap import count_people
from synth.links.types import OverlapCounts
from synth.metrics.types import AnomalyPeople
from synth.people.types import Participant, Role
from synth.segments.types import Chunk
from synth.sources.types import Document, SourceKind, Turn

#: Passages of a theme a drafter is given at most.
GIVEN = 150


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Who was measured, hit and speaks: what any number in a draft must follow from."""

    affected: frozenset[str]
    unaffected: frozenset[str]
    heard: frozenset[str]
    speakers: frozenset[str]  #: of the theme
    mentions: int  #: passages of the theme: never a count of people
    rival: frozenset[str]  #: who speaks about the loudest other theme; empty: nobody
    baseline: float
    observed: float


def make_case(world: World, theme: str, people: Collection[str]) -> tuple[Case, Facts]:
    """Return the case of `theme` among `people` of the world, and the facts about them."""
    kept = frozenset(people)
    affected, unaffected = world.anomaly.affected & kept, world.anomaly.unaffected & kept
    said = [one for one in world.said if one.person in kept]
    mine = [one for one in said if one.theme == theme]
    heard, speakers = frozenset(s.person for s in said), frozenset(s.person for s in mine)
    measured = len(affected | unaffected)
    share = wilson(len(unaffected), measured)
    anomaly = replace(
        world.anomaly.anomaly,
        affected=len(affected),
        measured=measured,
        observed=share.k / measured if measured else 0.0,
        observed_share=share,
    )
    hit = AnomalyPeople(anomaly=anomaly, affected=affected, unaffected=unaffected)
    other, others = _loudest_other(said, theme)
    title = _title(theme)
    facts = Facts(
        affected=affected,
        unaffected=unaffected,
        heard=heard,
        speakers=speakers,
        mentions=len(mine),
        rival=others,
        baseline=anomaly.baseline,
        observed=anomaly.observed,
    )
    case = Case(
        anomaly=anomaly,
        metric=world.metric,
        theme_id=theme,
        theme=title,
        scale=scale_check(speakers, affected, unaffected),
        pack=choose(
            passages_of(mine[:GIVEN]),
            affected=affected,
            unaffected=unaffected,
            keywords=title.split(),
        ),
        link_state="overlap/proposed",
        standing=Standing.TESTED if len(affected) >= 10 else Standing.TOO_FEW,
        overlap=count_people(speakers, heard, hit),
        strata=check_strata(speakers, heard, hit, world.segments),
        rival=_rival(_title(other), count_people(others, heard, hit)) if other else None,
    )
    return case, facts


def _loudest_other(said: Sequence[Said], theme: str) -> tuple[str, frozenset[str]]:
    """Return the theme most people speak about beside `theme`, and who; "" where there is none."""
    speakers: dict[str, set[str]] = {}
    for one in said:
        if one.theme != theme:
            speakers.setdefault(one.theme, set()).add(one.person)
    if not speakers:
        return "", frozenset()
    loudest = max(speakers, key=lambda key: (len(speakers[key]), key))
    return loudest, frozenset(speakers[loudest])


def _rival(title: str, counts: OverlapCounts) -> Rival:
    return Rival(
        theme=title,
        people=counts.theme + counts.unmapped_theme,
        is_late=False,
        affected=wilson(counts.theme_affected, counts.affected),
        others=wilson(counts.theme_unaffected, counts.unaffected),
    )


def _title(theme: str) -> str:
    return next(one.title for one in bank() if one.key == theme)


def pick_people(world: World, size: int, rng: np.random.Generator) -> list[str]:
    """Return `size` people of the world at random, or all of them."""
    names = sorted(world.people)
    return [names[at] for at in rng.permutation(len(names))[:size]]


def passages_of(said: Sequence[Said]) -> list[Passage]:
    """Return one passage per utterance, each a document of its own."""
    numbers = {person: at for at, person in enumerate(sorted({one.person for one in said}), 1)}
    return [
        passage(f"chunk-{at}", one.person, numbers[one.person], one.text)
        for at, one in enumerate(said)
    ]


def passage(chunk_id: str, person: str, number: int, text: str) -> Passage:
    """Return a passage that is all its document says, by a participant who allows everything."""
    whole = Span(0, len(text))
    participant = Participant(id=person, number=number, role=Role.PARTICIPANT)
    document = Document(
        id=f"d-{chunk_id}", source_id="s", external_id=chunk_id, version=1, is_current=True,
        kind=SourceKind.TICKET, format="csv", title="", text=text, text_sha256="",
        content_sha256="", url=None, occurred_at=None, metadata={},
    )  # fmt: skip
    chunk = Chunk(
        id=chunk_id, document_id=document.id, ordinal=0, turn=0, span=whole, overlap=0, text=text,
        participant_id=person, is_evidence=True,
    )  # fmt: skip
    turn = Turn(
        ordinal=0, participant_id=person, speaker=participant.pseudonym, role=Role.PARTICIPANT,
        span=whole, start_ms=0,
    )  # fmt: skip
    return Passage(chunk=chunk, document=document, turn=turn, participant=participant)
