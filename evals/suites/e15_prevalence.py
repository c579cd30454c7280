"""E15 prevalence honesty: every number in drafts of planted worlds, counted again from people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evals.scorers.prevalence import BARE, NAME, UNSUPPORTED, Counts, score
from evals.scoring import score_items
from evals.stats import exact, judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant, Score
from evals.worlds.cases import Facts, make_case, pick_people
from evals.worlds.generator import make_worlds
from synth.core.proportions import SMALL_N
from synth.hypotheses import template
from synth.hypotheses.causes import CUES
from synth.hypotheses.composing import reasons_to_hold
from synth.hypotheses.types import Claim, Content, Side
from synth.hypotheses.words import check_words

ID = "E15"
WORLDS, QUICK = 100, 50
#: People kept of a world: small studies as well as large ones.
SIZES = (14, 24, 60, 100_000)
THEMES = 4


@dataclass(frozen=True, kw_only=True)
class Item:
    """One draft and the facts its numbers must follow from."""

    id: str
    content: Content
    facts: Facts
    searched: int
    is_held: bool


def run(context: EvalContext) -> list[EvalResult]:
    """Draft from worlds large and small; recount every number of every draft."""
    items = _items(context.seed, WORLDS if context.full else QUICK)
    scores = score_items(items, lambda one: _score(one.id, one), name=NAME)
    wrong = [f"{one.item}: {one.evidence}" for one in scores if one.value < 1]
    honest = wilson_estimate(sum(one.value == 1 for one in scores), len(items))
    small = [one.id for one in items if len(one.facts.affected) < SMALL_N]
    told = [one.evidence for one in scores if one.item in small]
    kept = wilson_estimate(sum(not one.is_held for one in items), len(items))
    return [
        EvalResult(
            id=ID,
            set="planted_worlds",
            metrics={
                "honest_drafts": honest,
                "not_held": kept,
                "drafts_under_30": exact(len(small)),
                "under_30_bare_percentages": exact(sum(BARE in one for one in told)),
                "under_30_unsupported_most": exact(sum(UNSUPPORTED in one for one in told)),
            },
            n=len(items),
            verdict=judge(honest, 1.0, n_clusters=len(items), hard=True),
            reason="; ".join(wrong)[:600],
        )
    ]


def mutants(context: EvalContext) -> list[Mutant]:
    """Corrupt numbers of good drafts; the scorer must notice each."""
    items = [one for one in _items(context.seed, 6) if len(one.facts.affected) > 3][:12]
    found = []
    for item in items:
        for name, corrupt in CORRUPTIONS.items():
            changed = corrupt(item)
            if changed == item.content:
                continue
            killed = _score(item.id, replace(item, content=changed)).value < 1
            found.append(Mutant(eval_id=ID, name=f"{name} in {item.id}", killed=killed))
    return found


def _items(seed: int, worlds: int) -> list[Item]:
    rng = np.random.default_rng(seed)
    items = []
    for world in make_worlds(seed, worlds):
        for size in SIZES:
            people = pick_people(world, size, rng)
            for theme in list(world.parts)[:THEMES]:
                case, facts = make_case(world, theme, people)
                draft = template.draft(case)
                reasons = reasons_to_hold(draft.content, draft.unproved)
                reasons += check_words(draft.content, draft.content)
                if not facts.speakers & facts.affected:
                    continue  # nobody hit speaks about it: no such draft is ever asked for
                items.append(
                    Item(
                        id=f"{world.seed}-{theme}-{size}",
                        content=draft.content,
                        facts=facts,
                        searched=case.pack.searched,
                        is_held=bool(reasons),
                    )
                )
    return items


def _score(item: str, one: Item) -> Score:
    content = one.content
    texts = [content.title, content.statement, content.if_then, content.counter_note]
    texts += [claim.text for claim in content.claims]
    counts = _counts(one.facts, one.searched, _said(content), _naming(content))
    return score(item, texts, counts, beside=content.side_words)


def _said(content: Content) -> dict[str | None, list[str]]:
    """Return what each person cited for the claim says."""
    said: dict[str | None, list[str]] = {}
    for quote in content.citations:
        if quote.side is Side.FOR:
            said.setdefault(quote.participant_id, []).append(quote.quote)
    return said


def _naming(content: Content) -> int:
    """Return how many of the people cited use a cue word of the kind of cause that is told."""
    cue = CUES.get(content.cause_kind)
    if cue is None:
        return 0
    return sum(any(cue.search(words) for words in own) for own in _said(content).values())


def _counts(
    facts: Facts, searched: int, said: Mapping[str | None, Sequence[str]], naming: int
) -> Counts:
    hit, others = facts.affected, facts.unaffected - facts.affected
    speak, heard = facts.speakers, facts.heard
    measured = len(hit | others)
    reach = (len(speak & hit), len(hit))
    pairs = {
        reach,
        (len(speak & others), len(others)),
        (len(hit), measured),
        (measured - len(hit), measured),
        *(
            (len(who & side & heard), len(side & heard))
            for who in (speak, facts.rival)
            for side in (hit, others)
        ),
        (naming, len(said)),
    }
    return Counts(
        reach=reach,
        pairs=frozenset(pairs),
        levels=(facts.baseline, facts.observed),
        searched=searched,
        people=frozenset({len((hit | others) & heard), len(said) - template.NAMED}),
    )


def _texts(content: Content, change: Callable[[str], str]) -> Content:
    claims = tuple(replace(claim, text=change(claim.text)) for claim in content.claims)
    return replace(content, because=change(content.because), claims=claims)


def _reach(item: Item) -> str:
    return f"{item.content.scale.k} of {item.content.scale.n}"


def _mentions(item: Item) -> Content:
    wrong = f"{item.facts.mentions} of {item.content.scale.n}"
    if item.facts.mentions == item.content.scale.k:
        return item.content
    return _texts(item.content, lambda text: text.replace(_reach(item), wrong))


def _added(item: Item, words: str) -> Content:
    claim = Claim(text=words, kind="quant", cites=())
    return replace(item.content, claims=(*item.content.claims, claim))


CORRUPTIONS: dict[str, Callable[[Item], Content]] = {
    "mentions for people": _mentions,
    "no denominator": lambda one: _texts(
        one.content, lambda text: text.replace(_reach(one), str(one.content.scale.k))
    ),
    "a bare percentage": lambda one: _added(one, "83 % of the people wait for it"),
    "another number": lambda one: _texts(
        one.content,
        lambda text: text.replace(
            _reach(one), f"{one.content.scale.k + 1} of {one.content.scale.n + 1}"
        ),
    ),
    "some become most": lambda one: _added(one, "most people speak about it"),
    "some become many": lambda one: _added(one, "many people speak about it"),
    "another interval": lambda one: _texts(one.content, lambda text: text.replace(" %)", "9 %)")),
    "the reach left out": lambda one: replace(
        one.content, claims=one.content.claims[:1], because="people speak about it"
    ),
    "a bare percentage to do next": lambda one: replace(
        one.content, next_step=f"{one.content.next_step}, which 83 % of the people want"
    ),
    "another count behind the cause": lambda one: replace(
        one.content, cause="the words of 4 of 97 point to it"
    ),
    "a number from nowhere": lambda one: _added(one, "it went on for 17,431 days"),
}
