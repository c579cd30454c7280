"""E16 counter-evidence: planted disagreement must be in the pack and in the draft.

The search is the product's own, by meaning: two queries over everything said, then the choice of
passages. Complaints of people who were not hit, praise of other things and irony lie around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from evals.scorers.counter import DEPTH, NAME, cites, recall
from evals.scoring import score_items, summarise_all
from evals.stats import combine
from evals.types import EvalContext, EvalResult, Mutant, Score
from evals.worlds.bank import bank
from evals.worlds.cases import make_case, passage, pick_people
from evals.worlds.generator import make_worlds
from evals.worlds.types import World
from synth.backends.sentence_transformer import MiniLM
from synth.hypotheses import template
from synth.hypotheses.casing import BESIDE, CONTRARY
from synth.hypotheses.citations import Passage
from synth.hypotheses.composing import Case
from synth.hypotheses.evidence import choose
from synth.hypotheses.types import Side

ID = "E16"
WORLDS, QUICK = 90, 30
RECALL, PEOPLE = 0.90, 150
#: What a theme is about, in words of people.
ABOUT = {
    "federated_identity": ("single sign-on", "logging in with our company account"),
    "bulk_import": ("the import", "uploading our lists"),
    "role_permissions": ("the roles", "giving people their permissions"),
    "sluggish_dashboards": ("the dashboards", "opening the charts"),
    "search_misses": ("the search", "finding old notes"),
    "calendar_sync": ("the calendar", "syncing our meetings"),
    "export_formatting": ("the export", "the format of exported files"),
    "invoice_surprises": ("the invoice", "what we are billed"),
    "support_delays": ("support", "getting an answer from the help desk"),
    "notification_overload": ("the notifications", "the number of alerts"),
    "phone_crashes": ("the phone app", "the app on my phone"),
    "dark_mode": ("dark mode", "the dark colours"),
}
#: Ways in which somebody says that it is no trouble; {} is what the theme is about.
FINE = (
    "We never had any trouble with {}, to be honest.",
    "For us {} works fine, I have no complaints there.",
    "I find {} easy, it took me a minute to get used to it.",
    "Honestly, {} is not a problem for my team at all.",
    "I have only good things to say about {}.",
    "{} has been smooth since the first day here.",
    "Everybody on my team is happy with {}.",
    "I am quite satisfied with {} as it is now.",
)
IRONIC = "Oh great, {} works fine again, said nobody ever."


@dataclass(frozen=True, kw_only=True)
class Item:
    """One case with planted disagreement, and the chunks that hold it."""

    id: str
    case: Case
    planted: frozenset[str]


def run(context: EvalContext) -> list[EvalResult]:
    """Plant one to five voices to the contrary per world; look for them in packs and drafts."""
    items = _items(context.seed, WORLDS if context.full else QUICK)
    found = score_items(items, lambda one: recall(one.id, _ranked(one), one.planted), name=NAME)
    shown = score_items(items, _shown, name="drafts_that_cite")
    depth = summarise_all(items, found, seed=context.seed)
    drafts = summarise_all(items, shown, seed=context.seed)
    missed = [f"{one.item}: {one.evidence}" for one in found if one.value < 1]
    return [
        EvalResult(
            id=ID,
            set="planted_disagreement",
            metrics={f"recall_at_{DEPTH}": depth.estimate, "drafts_that_cite": drafts.estimate},
            n=len(items),
            verdict=combine([depth.judge(RECALL), drafts.judge(RECALL)]),
            reason=f"{len(missed)} of {len(items)} with a voice missed",
        )
    ]


def mutants(context: EvalContext) -> list[Mutant]:
    """Take the contrary away, rank it last, or say that there is none: each must cost."""
    items = [
        one for one in _items(context.seed, 16) if recall("i", _ranked(one), one.planted).value
    ]
    found = []
    for item in items:
        ranked = _ranked(item)
        others = [one for one in ranked if one not in item.planted]
        noise = [f"other-{at}" for at in range(DEPTH)]
        worse = {
            "the contrary deleted": others,
            "ranked last": [*noise, *ranked],
            "the first passages of the theme": [
                one.passage.chunk.id for one in item.case.pack.excerpts if one.side is Side.FOR
            ],
            "one passage over and over": [*others[:1] * DEPTH],
        }
        right = recall(item.id, ranked, item.planted).value
        found += [
            Mutant(
                eval_id=ID,
                name=f"{name} in {item.id}",
                killed=recall(item.id, ids, item.planted).value < right,
            )
            for name, ids in worse.items()
        ]
        cited = set(ranked)
        found.append(
            Mutant(
                eval_id=ID,
                name=f"says none was found in {item.id}",
                killed=cites("i", cited, "none found in 9 passages", item.planted).value < 1,
            )
        )
    return found


def _ranked(item: Item) -> list[str]:
    return [one.passage.chunk.id for one in item.case.pack.counter]


def _shown(item: Item) -> Score:
    content = template.draft(item.case).content
    against = [one.chunk_id for one in content.citations if one.side is Side.AGAINST]
    return cites(item.id, against, content.counter_note, item.planted)


def _items(seed: int, worlds: int) -> list[Item]:
    rng = np.random.default_rng([seed, 16])
    return [_item(world, rng) for world in make_worlds(seed + 16, worlds)]


def _item(world: World, rng: np.random.Generator) -> Item:
    theme = world.cause or next(iter(world.parts))
    people = pick_people(world, PEOPLE, rng)
    case, facts = make_case(world, theme, people)
    planted = _voices(theme, sorted(people), rng, int(rng.integers(1, DEPTH + 1)))
    others = [key for key in ABOUT if key != theme]
    around = [
        passage(f"around-{at}", f"around-{at}", 5000 + at, _fine(others[at % len(others)], rng))
        for at in range(12)
    ]
    irony = passage("irony", "ironic", 6000, IRONIC.format(ABOUT[theme][0]))
    kept = frozenset(people)
    elsewhere = [
        passage(f"else-{at}", one.person, 7000 + at, one.text)
        for at, one in enumerate(
            one for one in world.said if one.person in kept and one.theme != theme
        )
    ][:300]
    # One half of the voices is in the theme, as clustering by topic leaves them; the rest is not.
    inside = planted[: len(planted) // 2]
    title = next(one.title for one in bank() if one.key == theme)
    everything = [*planted, *around, irony, *elsewhere]
    pack = choose(
        [*(excerpt.passage for excerpt in case.pack.excerpts), *_more(world, theme, kept), *inside],
        affected=facts.affected,
        unaffected=facts.unaffected,
        keywords=_keywords(theme, title),
        beside=_search(everything, title),
    )
    return Item(
        id=f"{world.seed}",
        case=replace(case, pack=pack),
        planted=frozenset(one.chunk.id for one in planted),
    )


def _keywords(theme: str, title: str) -> list[str]:
    """Return what a theme's keywords would be: its title and what people call it."""
    small = {"our", "with", "the", "what", "are", "from", "they", "people", "an", "my", "of", "on"}
    words = f"{title} {' '.join(ABOUT[theme])}".casefold().split()
    return [word for word in dict.fromkeys(words) if word not in small and len(word) > 2]


def _more(world: World, theme: str, kept: frozenset[str]) -> list[Passage]:
    said = [one for one in world.said if one.theme == theme and one.person in kept][:60]
    return [passage(f"theme-{at}", one.person, 8000 + at, one.text) for at, one in enumerate(said)]


def _voices(
    theme: str, people: Sequence[str], rng: np.random.Generator, count: int
) -> list[Passage]:
    """Return that many people saying the contrary; some were measured, some never."""
    ways = [FINE[at] for at in rng.permutation(len(FINE))[:count]]
    speakers = [
        people[int(rng.integers(len(people)))] if at % 2 else f"new-{at}" for at in range(count)
    ]
    return [
        passage(f"planted-{at}", f"{who}", 4000 + at, _capital(way.format(ABOUT[theme][at % 2])))
        for at, (way, who) in enumerate(zip(ways, speakers, strict=True))
    ]


def _fine(theme: str, rng: np.random.Generator) -> str:
    way = FINE[int(rng.integers(len(FINE)))]
    return _capital(way.format(ABOUT[theme][int(rng.integers(2))]))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _search(passages: Sequence[Passage], title: str) -> list[Passage]:
    """Return what the product's two queries find by meaning, best first."""
    vectors = _embed(tuple(one.chunk.text for one in passages))
    queries = _embed(tuple(f"{words} {title}" for words in CONTRARY))
    order: dict[int, None] = {}
    for query in queries:
        order.update(dict.fromkeys(np.argsort(-(vectors @ query), kind="stable")[:BESIDE].tolist()))
    return [passages[at] for at in order]


@cache
def _model() -> MiniLM:
    return MiniLM()


_known: dict[str, np.ndarray] = {}


def _embed(texts: tuple[str, ...]) -> np.ndarray:
    new = [text for text in dict.fromkeys(texts) if text not in _known]
    if new:
        _known.update(zip(new, np.asarray(_model().embed(new)), strict=True))
    return np.stack([_known[text] for text in texts])
