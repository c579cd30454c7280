"""E24: other languages and few interviews: does quality fall, and is that said aloud?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from evals.scorers import clustering, people
from evals.scorers.links import ranked, score_cause, score_claims
from evals.stats import bootstrap, judge, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from evals.vectors import embedder
from evals.worlds.bank import bank
from evals.worlds.finding import Answer, Wordings, solve
from evals.worlds.generator import make_worlds
from evals.worlds.interviews import SmallStudy, chatter, make_study
from evals.worlds.languages import bank_in
from evals.worlds.warned import warnings_of
from synth.backends.embedder import Vectors
from synth.themes.cluster import find_themes
from synth.themes.context import without_form
from synth.themes.labelling import label_themes
from synth.themes.types import CautionKind

ID = "E24"
#: A larger fall than this must be warned about.
DROP = 0.10
WORLDS, WORLDS_FULL = 12, 60
STUDIES, PLANTED, MOST_THEMES, FOUND = 20, 5, 8, 0.90
INTERVIEWS = (5, 8, 20)
LARGEST = 60
#: People who say what is in a bank: enough that their number is no reason for a warning.
MANY_PEOPLE = 40
FOREIGN = {"de": "german", "es": "spanish"}
REFERENCE = "english_of_the_same_size"


def run(context: EvalContext) -> list[EvalResult]:
    """Return languages beside English, few interviews beside many, and the smallest sizes."""
    return [*_languages(context), *_interviews(context), _six_transcripts(context), _sizes(context)]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is compared between a hard case and its reference."""

    metrics: Mapping[str, Estimate]
    n: int
    cautions: frozenset[CautionKind]

    def drop(self, reference: Figures) -> float:
        """Return the largest fall of a metric behind the reference."""
        return max(
            reference.metrics[name].value - self.metrics[name].value for name in self.metrics
        )


def _languages(context: EvalContext) -> list[EvalResult]:
    count = WORLDS_FULL if context.full else WORLDS
    english = _in_language("en", count, context.seed)
    results = [_alone(REFERENCE, english)]
    for language, name in FOREIGN.items():
        found = _in_language(language, count, context.seed)
        results.append(_beside(name, found, english, CautionKind.OTHER_LANGUAGE))
    return results


def _in_language(language: str, count: int, seed: int) -> Figures:
    """Return E12's figures on worlds in a language; seeds, sizes and themes are the same in all."""
    themes = bank_in(language)
    answers = solve(make_worlds(seed, count, themes=themes), _wordings())
    claims = [score.value for one in answers for score in score_claims(one, ranked(one))]
    texts = [text for theme in themes for text in theme.wordings]
    said = [(f"u{at % MANY_PEOPLE}", text) for at, text in enumerate(texts)]
    return Figures(
        metrics={
            "hit1": _rate([score_cause(one, ranked(one))[0].value for one in answers]),
            "true_claims": _rate([1 - value for value in claims]),
            "cause_is_a_theme": _rate([float(_cause_is_theme(one)) for one in answers]),
            "ari": _ari(language, seed),
        },
        n=count,
        cautions=warnings_of([said], seed=seed)[0],
    )


def _cause_is_theme(answer: Answer) -> bool:
    return any(theme.truth == answer.world.cause for theme in answer.themes)


def _ari(language: str, seed: int) -> Estimate:
    """Return the agreement of themes found in the whole bank of a language with the bank."""
    pairs = [(theme.key, text) for theme in bank_in(language) for text in theme.wordings]
    texts = [text for _, text in pairs]
    found = find_themes(_vectors(texts), keys=texts, seed=seed).labels
    value = clustering.ari(clustering.code([key for key, _ in pairs]), found)
    return Estimate(value=value, low=value, high=value)


def _interviews(context: EvalContext) -> list[EvalResult]:
    *few, many = INTERVIEWS
    reference = _with_people(many, context.seed)
    results = [_alone(f"interviews_{many}", reference)]
    for n in few:
        found = _with_people(n, context.seed)
        results.append(_beside(f"interviews_{n}", found, reference, CautionKind.FEW_PEOPLE))
    return results


def _with_people(n: int, seed: int) -> Figures:
    studies = [make_study(one, people=n) for one in _seeds(seed)]
    answers = [find(study, seed) for study in studies]
    hits = [
        people.found(study.planted, shown) for study, shown in zip(studies, answers, strict=True)
    ]
    said = [[(one.person, one.text) for one in study.said] for study in studies]
    return Figures(
        metrics={
            "planted_found": _by_study(studies, hits),
            "shown_are_planted": _rate(
                [
                    float(sum(hit.values()) > position)
                    for hit, shown in zip(hits, answers, strict=True)
                    for position in range(len(shown))
                ]
            ),
        },
        n=len(studies),
        cautions=frozenset.intersection(*warnings_of(said, seed=seed)),
    )


def find(study: SmallStudy, seed: int) -> list[frozenset[str]]:
    """Return the people of each theme that the product finds in a study."""
    keys = [f"{position:04d}" for position in range(len(study.said))]
    vectors = _vectors([one.text for one in study.said])
    rows = without_form(vectors, [one.person for one in study.said])
    labels = find_themes(rows, keys=keys, seed=seed).labels
    return [
        frozenset(one.person for one, of in zip(study.said, labels, strict=True) if of == label)
        for label in range(int(labels.max(initial=-1)) + 1)
    ]


def _six_transcripts(context: EvalContext) -> EvalResult:
    """Six people, five planted themes: how many are shown, and among how many in all?"""
    studies = [make_study(seed, people=6, themes=PLANTED) for seed in _seeds(context.seed)]
    shown = [find(study, context.seed) for study in studies]
    hits = [in_few_themes(study, one) for study, one in zip(studies, shown, strict=True)]
    few = wilson_estimate(sum(len(one) <= MOST_THEMES for one in shown), len(shown))
    metrics = {"planted_found": _by_study(studies, hits), f"at_most_{MOST_THEMES}_themes": few}
    most = max(map(len, shown))
    return EvalResult(
        id=ID,
        set="six_transcripts",
        metrics=metrics,
        n=len(studies),
        verdict=judge(metrics["planted_found"], FOUND, n_clusters=len(studies)),
        reason=f"{PLANTED} planted themes in each of {len(studies)} studies; {most} shown at most",
    )


def in_few_themes(study: SmallStudy, shown: Sequence[frozenset[str]]) -> dict[str, bool]:
    """Return which planted themes are found; none counts where more than eight are shown."""
    hits = people.found(study.planted, shown)
    return {theme: hit and len(shown) <= MOST_THEMES for theme, hit in hits.items()}


def _sizes(context: EvalContext) -> EvalResult:
    """Find and name themes in 1 to 60 passages: different ones, and one said again and again."""
    random = np.random.default_rng(context.seed)
    texts = [text for theme in bank() for text in theme.wordings] + [*chatter()]
    wrong = []
    for n in range(1, LARGEST + 1):
        picked = [texts[position] for position in random.choice(len(texts), n, replace=False)]
        for kind, given in (("different", picked), ("equal", picked[:1] * n)):
            problem = problem_with(given, context.seed)
            if problem:
                wrong.append(f"{n} {kind}: {problem}")
    tried = 2 * LARGEST
    estimate = wilson_estimate(tried - len(wrong), tried)
    return EvalResult(
        id=ID,
        set="sizes_1_to_60",
        metrics={"without_error": estimate},
        n=tried,
        verdict=judge(estimate, 1.0, n_clusters=tried, hard=True),
        reason="; ".join(wrong[:3]),
    )


def problem_with(texts: Sequence[str], seed: int) -> str | None:
    """Return what went wrong with a corpus; None when each passage is accounted for."""
    try:
        keys = [f"{position:04d}" for position in range(len(texts))]
        labels = find_themes(_vectors(texts), keys=keys, seed=seed).labels.tolist()
        groups = [
            [text for text, of in zip(texts, labels, strict=True) if of == label]
            for label in range(max(labels) + 1)
        ]
        rest = [text for text, of in zip(texts, labels, strict=True) if of < 0]
        titles = [label.title for label in label_themes(groups, rest)]
    except Exception as error:  # noqa: BLE001 - whatever is raised is the finding
        return f"{type(error).__name__}: {error}"
    if not all(groups):
        return "a theme of nobody"
    return None if len(set(titles)) == len(groups) else "a title missing or twice"


def _alone(name: str, figures: Figures) -> EvalResult:
    return EvalResult(
        id=ID,
        set=name,
        metrics=figures.metrics,
        n=figures.n,
        verdict=Verdict.INCONCLUSIVE,
        reason="the reference: no target of its own",
    )


def _beside(name: str, found: Figures, reference: Figures, needed: CautionKind) -> EvalResult:
    return EvalResult(
        id=ID,
        set=name,
        metrics={**found.metrics, "warned": _flag(needed in found.cautions)},
        n=found.n,
        verdict=verdict(found, reference, needed),
        reason=f"falls by up to {max(0.0, found.drop(reference)) * 100:.0f} points; "
        f"warnings: {', '.join(sorted(found.cautions)) or 'none'}",
    )


def verdict(found: Figures, reference: Figures, needed: CautionKind) -> Verdict:
    """Return fail for a fall of more than 10 points without the warning that goes with it."""
    is_silent = needed not in found.cautions
    return Verdict.FAIL if is_silent and found.drop(reference) > DROP else Verdict.PASS


@cache
def _wordings() -> Wordings:
    return Wordings(embedder())


def _vectors(texts: Sequence[str]) -> Vectors:
    return _wordings().vectors(texts)


def _seeds(seed: int) -> list[int]:
    return [int(one) for one in np.random.SeedSequence([seed, 24]).generate_state(STUDIES)]


def _by_study(studies: Sequence[SmallStudy], hits: Sequence[Mapping[str, bool]]) -> Estimate:
    values = [float(hit) for one in hits for hit in one.values()]
    clusters = [str(study.seed) for study, one in zip(studies, hits, strict=True) for _ in one]
    return bootstrap(values, clusters, seed=7, draws=2_000)


def _rate(values: Sequence[float]) -> Estimate:
    return wilson_estimate(round(sum(values)), len(values))


def _flag(value: bool) -> Estimate:
    return Estimate(value=float(value), low=float(value), high=float(value))


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the scorers did with answers and warnings spoilt on purpose."""
    study = make_study(context.seed, people=6)
    truth = list(study.planted.values())
    everybody = [study.people]
    alone = [frozenset({person}) for person in sorted(study.people)]
    one = Estimate(value=0.9, low=0.8, high=1.0)
    low = Estimate(value=0.7, low=0.6, high=0.8)
    language = CautionKind.OTHER_LANGUAGE
    good = Figures(metrics={"hit1": one}, n=20, cautions=frozenset())
    silent = Figures(metrics={"hit1": low}, n=20, cautions=frozenset({CautionKind.FEW_PEOPLE}))
    loud = Figures(metrics={"hit1": low}, n=20, cautions=frozenset({language}))
    checks = {
        "oracle finds all": _share(study, truth) == 1.0,
        "one giant theme": _share(study, everybody) <= 1 / PLANTED,
        "every person a theme": _share(study, alone) == 0.0,
        "nothing shown": _share(study, []) == 0.0,
        "the truth among many more": not any(in_few_themes(study, [*truth, *alone]).values()),
        "one theme shown twice, another lost": _share(study, [truth[0], *truth[:-1]]) < 1.0,
        "a fall of 20 points without its warning": verdict(silent, good, language) is Verdict.FAIL,
        "the same fall, warned": verdict(loud, good, language) is Verdict.PASS,
        "no fall, no warning": verdict(good, good, language) is Verdict.PASS,
    }
    return [Mutant(eval_id=ID, name=name, killed=killed) for name, killed in checks.items()]


def _share(study: SmallStudy, shown: Sequence[frozenset[str]]) -> float:
    hits = people.found(study.planted, shown)
    return sum(hits.values()) / len(hits)
