"""E23 judge calibration: may a language model be believed when it says what a source bears out.

Pairs of summaries of one document, labelled by people, are shown to the judge in both orders and
with one of the two padded. A judge below the targets may report, and decides nothing.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from evals.datasets.folder import set_folder, skipped
from evals.datasets.supported_claims import JudgedClaim, read_summedits
from evals.endpoint import NO_ENDPOINT, configured_model
from evals.scorers.judging import (
    MIRRORED,
    NONE,
    TIE,
    Judged,
    Verdict,
    agrees,
    flips,
    is_won_by_length,
    kappa,
)
from evals.stats import bootstrap_indices, combine, exact, judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant
from prompts.contracts import JudgeAnswer
from prompts.datamarks import render_marked
from prompts.loader import load
from synth.backends.chat_model import ChatModel
from synth.errors import BackendError

ID, SET, PURPOSE = "E23", "summedits_pairs", "judge_support"
DOMAINS = ("podcast", "sales_call")
#: Pairs, each shown three times.
FULL, QUICK = 160, 24
KAPPA, FLIPS = 0.70, 0.05
#: In two of four pairs one is borne out and the other is not; in one both are, in one neither is.
KINDS = ((True, False), (False, True), (True, True), (False, False))
DRAWS = 2_000

#: Returns a verdict on (source, A, B).
Judge = Callable[[str, str, str], Verdict]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two summaries of one document, and people's word on both."""

    document: str
    source: str
    a: str
    b: str
    truth: Verdict


def run(context: EvalContext) -> list[EvalResult]:
    """Calibrate the configured endpoint; without one, say so."""
    model = configured_model()
    if model is None:
        return [skipped(ID, SET, NO_ENDPOINT)]
    folder = set_folder(context.data, "summedits")
    claims = [claim for name in DOMAINS for claim in read_summedits(folder, name)]
    return [calibrate(model, claims, context)]


def calibrate(model: ChatModel, claims: Sequence[JudgedClaim], context: EvalContext) -> EvalResult:
    """Return how far a model's verdicts are people's, and how often order and length turn them."""
    pairs = draw_pairs(claims, FULL if context.full else QUICK, seed=context.seed)
    asked = Asked(model=model, seed=context.seed)
    judged = [show(pair, asked, longer=longer) for pair, longer in _padded(pairs)]
    return _result(judged, asked, context)


def draw_pairs(claims: Sequence[JudgedClaim], count: int, *, seed: int) -> list[Pair]:
    """Return `count` pairs at most, documents in turn and kinds of pair in equal parts."""
    rng = random.Random(seed)
    by_document: dict[str, dict[bool, list[JudgedClaim]]] = {}
    for claim in claims:
        kinds = by_document.setdefault(claim.document, {True: [], False: []})
        kinds[claim.is_supported].append(claim)
    documents = sorted(by_document)
    pairs: list[Pair] = []
    for at in range(4 * count):
        # One more document each time round, so that every document meets every kind of pair.
        place = (at + at // len(documents)) % len(KINDS)
        kinds = by_document[documents[at % len(documents)]]
        pair = _draw(kinds, KINDS[place], rng)
        if pair is not None and pair not in pairs:
            pairs.append(pair)
        if len(pairs) == count:
            break
    return pairs


def _draw(
    claims: Mapping[bool, Sequence[JudgedClaim]], kind: tuple[bool, bool], rng: random.Random
) -> Pair | None:
    if any(len(claims[one]) < 1 + (kind[0] == kind[1]) for one in kind):
        return None
    if kind[0] == kind[1]:
        first, second = rng.sample(list(claims[kind[0]]), 2)
    else:
        first, second = (rng.choice(list(claims[one])) for one in kind)
    truth = TIE if kind[0] == kind[1] else "A" if kind[0] else "B"
    return Pair(
        document=first.document, source=first.source, a=first.claim, b=second.claim, truth=truth
    )


def _padded(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, Verdict]]:
    """Yield pairs with which of the two is made longer: never the better one, ties in turn."""
    for at, pair in enumerate(pairs):
        yield pair, "AB"[at % 2] if pair.truth == TIE else MIRRORED[pair.truth]


def show(pair: Pair, ask: Judge, *, longer: Verdict) -> Judged:
    """Return a judge's verdicts on a pair: as drawn, exchanged, and with one made longer."""
    a, b = (pad(pair.a), pair.b) if longer == "A" else (pair.a, pad(pair.b))
    return Judged(
        document=pair.document,
        truth=pair.truth,
        said=ask(pair.source, pair.a, pair.b),
        swapped=ask(pair.source, pair.b, pair.a),
        padded=ask(pair.source, a, b),
        longer=longer,
    )


def pad(summary: str) -> str:
    """Return a summary that is longer and says nothing more."""
    return f"{summary} In other words, and to say all of it once more in full: {summary}"


class Asked:
    """A judge behind the prompt, counting what it cost and where it gave no verdict."""

    def __init__(self, *, model: ChatModel, seed: int) -> None:
        """Ask `model`, with one seed for all."""
        self.model, self.seed = model, seed
        self.unanswered = self.input_tokens = self.output_tokens = 0

    def __call__(self, source: str, a: str, b: str) -> Verdict:
        """Return the model's verdict; "" where there is none."""
        lines = ({"source": source}, {"summary": "A", "text": a}, {"summary": "B", "text": b})
        shown = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        system, user = render_marked(load(PURPOSE), {"passages": shown}, untrusted=("passages",))
        try:
            answer = self.model.answer(system=system, user=user, schema=JudgeAnswer, seed=self.seed)
            self.input_tokens += answer.input_tokens
            self.output_tokens += answer.output_tokens
            return JudgeAnswer.model_validate_json(answer.text).verdict
        except (BackendError, ValidationError):
            self.unanswered += 1
            return NONE


def _result(judged: Sequence[Judged], asked: Asked, context: EvalContext) -> EvalResult:
    documents = [one.document for one in judged]
    agreement = bootstrap_indices(
        documents, lambda rows: _kappa([judged[row] for row in rows]), seed=context.seed,
        draws=DRAWS,
    )  # fmt: skip
    order = wilson_estimate(sum(map(flips, judged)), len(judged))
    clusters = len(set(documents))
    verdict = combine(
        [
            judge(agreement, KAPPA, n_clusters=clusters),
            judge(order, FLIPS, n_clusters=clusters, at_most=True),
        ]
    )
    return EvalResult(
        id=ID,
        set=SET,
        metrics={
            "kappa": agreement,
            "agreement": wilson_estimate(sum(map(agrees, judged)), len(judged)),
            "order_flips": order,
            "length_flips": wilson_estimate(sum(map(is_won_by_length, judged)), len(judged)),
            "unanswered": exact(asked.unanswered),
            "input_tokens": exact(asked.input_tokens),
            "output_tokens": exact(asked.output_tokens),
        },
        n=len(judged),
        verdict=verdict,
        reason=f"{asked.model.name} by {PURPOSE}/{load(PURPOSE).version}; below its targets a "
        "judge reports and decides nothing",
    )


def _kappa(judged: Sequence[Judged]) -> float:
    value = kappa(judged)
    return float("nan") if value is None else value


def is_trusted(judged: Sequence[Judged]) -> bool:
    """Return whether a judge meets both targets on these pairs."""
    share = sum(map(flips, judged)) / len(judged)
    return _kappa(judged) >= KAPPA and share <= FLIPS


def mutants(context: EvalContext) -> list[Mutant]:
    """Let judges that are none judge; not one may be trusted, and who knows the truth must be."""
    pairs = draw_pairs(list(_made_claims()), 80, seed=context.seed)
    found = []
    for name, ask in {**bad_judges(context.seed), "oracle": knows}.items():
        judged = [show(pair, ask, longer=longer) for pair, longer in _padded(pairs)]
        right = is_trusted(judged) is (name == "oracle")
        if name == "won by length":
            right = sum(map(is_won_by_length, judged)) > len(judged) / 2
        found.append(Mutant(eval_id=ID, name=name, killed=right, detail=f"{_kappa(judged):.2f}"))
    return found


def _made_claims() -> Iterator[JudgedClaim]:
    for document in range(30):
        for at in range(6):
            true = at % 2 == 0
            yield JudgedClaim(
                id=f"{document}-{at}",
                claim=f"{'true' if true else 'false'} claim {at}",
                source=f"source {document}",
                is_supported=true,
                document=f"d{document}",
            )


def knows(source: str, a: str, b: str) -> Verdict:
    """Return the right verdict on claims of ours, which say themselves whether they are true."""
    first, second = a.startswith("true"), b.startswith("true")
    return TIE if first is second else "A" if first else "B"


def bad_judges(seed: int) -> dict[str, Judge]:
    """Return judges that must not be trusted, by what is wrong with them."""
    rng = random.Random(seed)
    return {
        "random": lambda *_: rng.choice(("A", "B", TIE)),
        "always the first": lambda *_: "A",
        "always a tie": lambda *_: TIE,
        "no answer": lambda *_: NONE,
        "the contrary": lambda *shown: MIRRORED[knows(*shown)],
        "no ties": lambda *shown: "A" if knows(*shown) == TIE else knows(*shown),
        "the first where it is close": lambda *shown: rng.choice((knows(*shown), "A")),
        "won by length": lambda source, a, b: (
            "A" if len(a) > 2 * len(b) else "B" if len(b) > 2 * len(a) else knows(source, a, b)
        ),
    }
