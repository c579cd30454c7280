"""The part of E04 on boilerplate: are themes of signed messages those of the messages?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from evals.agreement import AGREEMENT, group, measure
from evals.datasets import banking77
from evals.datasets.folder import SetAbsent, skipped
from evals.datasets.text_set import LabelledTexts
from evals.stats import combine, exact, judge
from evals.types import EvalContext, EvalResult, Mutant, Verdict
from evals.vectors import embed
from synth.themes.boilerplate import find_boilerplate, without

NAME = "banking77_signed"

#: The share of messages with something under them.
SIGNED = 0.6

#: How many people say the same sentence of a complaint, each before words of their own.
REPEATED, COMPLAINTS = 12, 6

#: How much less agreement with the labels is still the same themes.
MOST_LOST = 0.01

GREETINGS = ("Hi team,", "Hello,\nI hope that this finds you well.", "", "")
SIGNATURES = (
    "Kind regards,\nThe Payments Desk at Norholm Limited",
    "Sent from my phone",
    "Thank you in advance for looking into this, and have a good day.",
    "This message and what is attached to it are confidential and meant for its addressee alone. "
    "Whoever received it in error is asked to delete it and to tell the sender.",
    "Best,\nJordan Falk | Operations | Tel. 0000 000 000",
)


def sign(texts: Sequence[str], *, seed: int) -> list[str]:
    """Return texts of which some have a greeting above and a signature under them."""
    random = np.random.default_rng(seed)
    signed = []
    for text in texts:
        greeting, signature = random.integers(len(GREETINGS)), random.integers(len(SIGNATURES))
        parts = (GREETINGS[greeting], text.strip(), SIGNATURES[signature])
        signed.append("\n".join(filter(None, parts)) if random.random() < SIGNED else text.strip())
    return signed


def repeat_complaints(texts: Sequence[str], labels: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return texts of which several of one label begin with the same sentence, and those."""
    said, sentences = list(texts), set[str]()
    every = max(1, len(set(labels)) // COMPLAINTS)
    for label in sorted(set(labels))[::every][:COMPLAINTS]:
        rows = [row for row, own in enumerate(labels) if own == label][: REPEATED + 1]
        sentence = max((texts[row] for row in rows), key=len).strip().rstrip(".?!") + "."
        sentences.add(sentence)
        for row in rows[1:]:
            said[row] = f"{sentence} {said[row]}"
    return said, sentences


def run(eval_id: str, context: EvalContext) -> Iterator[EvalResult]:
    """Return how much of the agreement with labels is left under greetings and signatures."""
    try:
        given = banking77.load(context.data)
    except SetAbsent as absent:
        yield skipped(eval_id, NAME, str(absent))
        return
    yield _result(eval_id, replace(given, texts=tuple(map(str.strip, given.texts))), context.seed)


def _result(eval_id: str, given: LabelledTexts, seed: int) -> EvalResult:
    signed = sign(given.texts, seed=seed)
    freed = own_words(signed)
    plain, left_in, found = (
        measure(group(replace(given, texts=tuple(texts)), seed=seed), seed=seed)
        for texts in (given.texts, signed, freed)
    )
    said, sentences = repeat_complaints(given.texts, given.labels)
    said = sign(said, seed=seed)
    lost = count_lost(said, own_words(said), sentences)
    rules = [
        judge(found[name], plain[name].value - MOST_LOST, n_clusters=len(signed))
        for name in AGREEMENT
    ]
    return EvalResult(
        id=eval_id,
        set=NAME,
        metrics={
            **{name: found[name] for name in AGREEMENT},
            **{f"{name}_unsigned": plain[name] for name in AGREEMENT},
            **{f"{name}_left_in": left_in[name] for name in AGREEMENT},
            "freed": exact(share_freed(given.texts, freed)),
            "complaints_lost": exact(lost),
        },
        n=len(signed),
        verdict=combine([*rules, Verdict.FAIL if lost else Verdict.PASS]),
        reason=f"greeting or signature on {SIGNED:.0%}; left_in: as they stand; {len(sentences)} "
        f"sentences of a complaint, each said by {REPEATED} people, are to stay",
    )


def own_words(texts: Sequence[str]) -> list[str]:
    """Return texts as the product compares them, each a document."""
    boilerplate = find_boilerplate(texts, [str(row) for row in range(len(texts))], embed)
    return [without(text, boilerplate) for text in texts]


def share_freed(texts: Sequence[str], freed: Sequence[str]) -> float:
    """Return the share of texts that are again what they were."""
    return sum(one == other for one, other in zip(texts, freed, strict=True)) / len(texts)


def count_lost(texts: Sequence[str], freed: Sequence[str], sentences: Iterable[str]) -> int:
    """Return how many sentences are gone from some text that had them."""
    both = list(zip(texts, freed, strict=True))
    return sum(any(one in text and one not in rest for text, rest in both) for one in sentences)


def mutants(eval_id: str) -> list[Mutant]:
    """Return what the scorers did with texts that lost too much, or nothing."""
    texts = [f"The export of month {number} fails." for number in range(50)]
    said = [f"I wait every day. {text}" for text in texts]
    signed = [f"{text}\n{SIGNATURES[0]}" for text in texts]
    return [
        Mutant(eval_id=eval_id, name=name, killed=killed)
        for name, killed in {
            "boilerplate: a complaint is left out": count_lost(said, texts, ["I wait every day."])
            == 1,
            "boilerplate: nothing is left out": share_freed(texts, signed) == 0,
            "boilerplate: own words are left out": share_freed(texts, [""] * 50) == 0,
        }.items()
    ]
