"""E07: do labels say what is inside their theme, each something else?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from evals.agreement import Grouped, group
from evals.datasets import banking77, clinc150
from evals.datasets.folder import SetAbsent, skipped
from evals.datasets.text_set import LabelledTexts, labelled
from evals.scorers import labels as scorer
from evals.scorers.labels import Held
from evals.stats import bootstrap, combine, exact, judge, summarise
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from evals.vectors import embed, embedder
from evals.worlds.bank import bank
from synth.core.fingerprints import sha256_text
from synth.themes.keywords import TOKEN
from synth.themes.labelling import Label, label_themes
from synth.themes.titling import GENERIC

ID = "E07"
INTRUSION, DIVERSITY = 0.85, 0.85
#: What a mutant must lose to count as noticed, where it does not fall below the target.
NOTICED = 0.2

Load = Callable[[], LabelledTexts]


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """Themes with the labels they are shown with, and labels made without half their texts."""

    shown: Sequence[Label]
    tested: Sequence[Label]  #: made from the one half
    held: Held  #: the other half
    texts: Sequence[set[str]]  #: words of each text


def run(context: EvalContext) -> list[EvalResult]:
    """Return one result per set, on the themes that the product finds in it."""
    sets: tuple[tuple[str, Load], ...] = (
        ("banking77_test", partial(banking77.load, context.data)),
        ("clinc150_test", partial(clinc150.load, context.data)),
    )
    return [_run(context, name, load) for name, load in sets]


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the scorers did with labels spoilt on purpose, on themes we wrote."""
    good = label_halves(_planted())
    before = measure(good, seed=context.seed)
    turned = [*good.tested[1:], good.tested[0]]
    spoilt = {
        "swapped labels": replace(good, tested=turned, shown=turned),
        "every label “user feedback”": _all_titled(good, ["User feedback"] * len(good.shown)),
        "generic titles, all different": _all_titled(
            good, [f"{word} issues" for word in sorted(GENERIC)[: len(good.shown)]]
        ),
        "two themes share a title": _all_titled(
            good,
            [good.shown[0].title, *(label.title for label in (good.shown[0], *good.shown[2:]))],
        ),
        "two themes share the words of a title": _all_titled(
            good,
            ["Transfer money", "Transferred money", *(label.title for label in good.shown[2:])],
        ),
        "every theme has the same keywords": replace(
            good, shown=[replace(one, keywords=good.shown[0].keywords) for one in good.shown]
        ),
    }
    found = {name: measure(labels, seed=context.seed) for name, labels in spoilt.items()}
    return [
        Mutant(eval_id=ID, name=name, killed=_is_worse(before, after), detail=_detail(after))
        for name, after in found.items()
    ]


def label_halves(grouped: Grouped) -> Labelled:
    """Return the labels of themes, and labels of half their texts beside the other half."""
    texts, found = grouped.given.texts, grouped.found
    order = sorted(range(len(texts)), key=lambda row: sha256_text(f"{texts[row]}/{row}"))
    halves: list[list[int]] = [[], []]
    for theme in range(grouped.themes):
        own = [row for row in order if found[row] == theme]
        # An odd text goes to the half that labels are made from.
        halves[0] += own[len(own) // 2 :]
        halves[1] += own[: len(own) // 2]
    kept = np.asarray(halves[1], dtype=np.int64)
    return Labelled(
        shown=_label(grouped, range(len(texts))),
        tested=_label(grouped, halves[0]),
        held=Held(vectors=grouped.vectors[kept].astype(np.float64), theme=found[kept]),
        texts=[{word.casefold() for word in TOKEN.findall(text)} for text in texts],
    )


def measure(labels: Labelled, *, seed: int) -> dict[str, Estimate]:
    """Return the metrics of labels; themes are drawn again for the intervals."""
    titles = embedder().embed([label.title for label in labels.tested]).astype(np.float64)
    far = scorer.intrusion(titles, labels.held, seed=seed)
    near = scorer.intrusion(titles, labels.held, seed=seed, near=True)
    keywords = [label.keywords for label in labels.shown]
    shown = [label.title for label in labels.shown]
    coherence = scorer.npmi(keywords, labels.texts)
    themes = [str(number) for number in range(len(shown))]
    return {
        "intrusion": summarise(far, seed=seed).estimate,
        "intrusion_near": summarise(near, seed=seed).estimate,
        "diversity": exact(scorer.diversity(keywords)),
        "npmi": bootstrap(coherence, themes, seed=seed, draws=2_000, bounds=(-1.0, 1.0)),
        "duplicate_titles": exact(scorer.duplicates(shown)),
        "generic_titles": exact(scorer.generic(shown)),
        "themes_measured": exact(len(far)),
    }


def _run(context: EvalContext, name: str, load: Load) -> EvalResult:
    try:
        given = load()
    except SetAbsent as absent:
        return skipped(ID, name, str(absent))
    labels = label_halves(group(given, seed=context.seed))
    metrics = measure(labels, seed=context.seed)
    n = len(labels.shown)
    return EvalResult(
        id=ID,
        set=name,
        metrics=metrics,
        n=n,
        verdict=combine(_verdicts(metrics)),
        reason=f"{n} themes; intrusion: title against 4 held-out passages and 1 intruder, "
        "chance 0.2, offline labels",
    )


def _verdicts(metrics: dict[str, Estimate]) -> list[Verdict]:
    themes = int(metrics["themes_measured"].value)
    return [
        judge(metrics["intrusion"], INTRUSION, n_clusters=themes),
        judge(metrics["diversity"], DIVERSITY, n_clusters=themes),
        judge(metrics["duplicate_titles"], 0, n_clusters=themes, hard=True, at_most=True),
        judge(metrics["generic_titles"], 0, n_clusters=themes, hard=True, at_most=True),
    ]


def _label(grouped: Grouped, rows: Sequence[int] | range) -> list[Label]:
    themes: list[list[str]] = [[] for _ in range(grouped.themes)]
    for row in rows:
        if grouped.found[row] >= 0:
            themes[grouped.found[row]].append(grouped.given.texts[row])
    unthemed = [
        text for text, theme in zip(grouped.given.texts, grouped.found, strict=True) if theme < 0
    ]
    return label_themes(themes, unthemed)


def _planted() -> Grouped:
    """Return the themes of the planted worlds as if they had been found."""
    given = labelled("bank", [(text, theme.key) for theme in bank() for text in theme.wordings])
    found = np.unique(np.asarray(given.labels), return_inverse=True)[1].astype(np.int64)
    return Grouped(given=given, vectors=embed(given.texts), found=found)


def _all_titled(labels: Labelled, titles: Sequence[str]) -> Labelled:
    return replace(
        labels,
        shown=[replace(one, title=title) for one, title in zip(labels.shown, titles, strict=True)],
        tested=[
            replace(one, title=title) for one, title in zip(labels.tested, titles, strict=True)
        ],
    )


def _is_worse(before: dict[str, Estimate], after: dict[str, Estimate]) -> bool:
    return bool(
        after["duplicate_titles"].value > 0
        or after["generic_titles"].value > 0
        or after["diversity"].value < DIVERSITY
        or after["intrusion"].value < before["intrusion"].value - NOTICED
    )


def _detail(after: dict[str, Estimate]) -> str:
    return ", ".join(f"{name} {estimate.value:.2f}" for name, estimate in after.items())
