"""E25: is dissent within a theme marked where there is some, and nowhere else?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np

from evals.datasets import serdif_codes
from evals.datasets.folder import SetAbsent, skipped
from evals.stats import bootstrap, combine, judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant, Verdict
from evals.worlds.bank import bank
from synth.themes.sides import Sides
from synth.themes.stance import Stance, read_stance

ID = "E25"

#: People of a planted theme, and of them those who speak against the rest.
PEOPLE, AGAINST = 24, 4
QUICK, FULL = 40, 200

#: Targets. Who reads the column of dissent must mostly find dissent in it; it may miss some.
PRECISION, FLAGGED, FALSE_ALARM, CODED_PRECISION = 0.80, 0.80, 0.10, 0.85

#: Codes of the study whose names say that something was fine, or was not.
FINE_CODES = frozenset(
    {
        "Home tab elements useful",
        "Simple export",
        "Search feature simple",
        "Data table features useful",
        "Export (meta)data useful",
        "Visualization useful",
        "Overall positive experience",
        "Query inputs and elements useful",
        "Query process clear",
        "Metadata content clear and useful",
    }
)
TROUBLE_CODES = frozenset(
    {
        "System issue",
        "Event concept and approach not clear",
        "Additional feature suggestion",
        "Wording not clear",
        "Additional explanation",
        "Query process complex",
        "Search information process complex",
        "Plot design complex",
        "Metadata content not useful or confusing",
        "Task sequence complex",
        "Navigation complex",
    }
)

NEGATION = re.compile(r"n't|\b(?:no|not|never|without|any)\b", re.IGNORECASE)

Reader = Callable[[str], Stance]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A planted theme: what its people say, and which of them speak against the rest."""

    key: str
    texts: tuple[str, ...]
    against: tuple[bool, ...]


def run(context: EvalContext) -> list[EvalResult]:
    """Return the planted themes, and a study whose coders told content from trouble."""
    told = plant(context.seed, FULL if context.full else QUICK)
    return [_planted(told, read_stance), _coded(context)]


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the scorer did with readers that are wrong on purpose."""
    told = plant(context.seed, QUICK)
    readers: dict[str, Reader] = {
        "everybody is content": lambda _: Stance.FINE,
        "nobody is content": lambda _: Stance.TROUBLE,
        "nothing is read": lambda _: Stance.UNCLEAR,
        "sides swapped": _swapped,
        "deaf to negation": lambda text: read_stance(NEGATION.sub(" ", text)),
    }
    good = _planted(told, read_stance)
    return [
        Mutant(eval_id=ID, name=name, killed=_is_worse(_planted(told, reader), good))
        for name, reader in readers.items()
    ]


def plant(seed: int, count: int) -> list[Told]:
    """Return themes of the word bank, every second one with people who say the contrary."""
    rng = np.random.default_rng([seed, 25])
    folder = resources.files("evals.worlds") / "contrary"
    contrary = {
        theme: (folder / f"{theme.key}.txt").read_text(encoding="utf-8").splitlines()
        for theme in bank()
        if (folder / f"{theme.key}.txt").is_file()
    }
    known = list(contrary)
    told = []
    for number in range(count):
        theme = known[int(rng.integers(len(known)))]
        against = AGAINST if number % 2 == 0 else 0
        usual = rng.choice(theme.wordings, PEOPLE - against, replace=False)
        other = rng.choice(contrary[theme], against, replace=False)
        told.append(
            Told(
                key=f"{number}-{theme.key}",
                texts=(*map(str, usual), *map(str, other)),
                against=(*[False] * len(usual), *[True] * against),
            )
        )
    return told


def _planted(told: Sequence[Told], read: Reader) -> EvalResult:
    read_as = [[read(text) for text in one.texts] for one in told]
    shown = [
        (one.key, against)
        for one, stances in zip(told, read_as, strict=True)
        for stance, against in zip(stances, one.against, strict=True)
        if stance is Stance.FINE
    ]
    marked = [_sides(stances).is_opposed for stances in read_as]
    split = [flag for flag, one in zip(marked, told, strict=True) if any(one.against)]
    whole = [flag for flag, one in zip(marked, told, strict=True) if not any(one.against)]
    right = sum(against for _, against in shown)
    planted = sum(sum(one.against) for one in told)
    metrics = {
        "dissent_precision": wilson_estimate(right, len(shown)),
        "dissent_recall": wilson_estimate(right, planted),
        "opposed_marked": wilson_estimate(sum(split), len(split)),
        "false_alarm": wilson_estimate(sum(whole), len(whole)),
    }
    n = len(told)
    verdicts = [
        judge(metrics["dissent_precision"], PRECISION, n_clusters=n),
        judge(metrics["opposed_marked"], FLAGGED, n_clusters=n),
        judge(metrics["false_alarm"], FALSE_ALARM, n_clusters=n, at_most=True),
    ]
    return EvalResult(
        id=ID,
        set="planted_positions",
        metrics=metrics,
        n=n,
        verdict=combine(verdicts),
        reason="wordings of both sides are ours, and so easier than people's",
    )


def _coded(context: EvalContext) -> EvalResult:
    try:
        given = serdif_codes.load(context.data)
    except SetAbsent as absent:
        return skipped(ID, "serdif_sides", str(absent))
    rows = [
        (text, truth, cluster)
        for text, codes, cluster in zip(given.texts, given.codes, given.clusters, strict=True)
        if (truth := _truth(set(codes))) is not None
    ]
    read = [(read_stance(text), truth, cluster) for text, truth, cluster in rows]
    fine = [(truth is Stance.FINE, cluster) for said, truth, cluster in read if said is Stance.FINE]
    trouble = [
        (truth is Stance.TROUBLE, cluster)
        for said, truth, cluster in read
        if said is Stance.TROUBLE
    ]
    decided = [(said is not Stance.UNCLEAR, cluster) for said, _, cluster in read]
    metrics = {
        name: bootstrap(
            [float(hit) for hit, _ in hits], [one for _, one in hits], seed=context.seed
        )
        for name, hits in (
            ("fine_precision", fine),
            ("trouble_precision", trouble),
            ("decided", decided),
        )
    }
    clusters = len({cluster for *_, cluster in rows})
    return EvalResult(
        id=ID,
        set="serdif_sides",
        metrics=metrics,
        n=len(rows),
        verdict=judge(metrics["fine_precision"], CODED_PRECISION, n_clusters=clusters),
        reason="the word list was looked at on this set; speech shows a side in 4 of 10 passages",
    )


def _truth(codes: set[str]) -> Stance | None:
    fine, trouble = bool(codes & FINE_CODES), bool(codes & TROUBLE_CODES)
    if fine == trouble:
        return None
    return Stance.FINE if fine else Stance.TROUBLE


def _sides(stances: Sequence[Stance]) -> Sides:
    return Sides(
        people=len(stances),
        trouble=stances.count(Stance.TROUBLE),
        fine=stances.count(Stance.FINE),
    )


def _swapped(text: str) -> Stance:
    swap = {Stance.FINE: Stance.TROUBLE, Stance.TROUBLE: Stance.FINE}
    found = read_stance(text)
    return swap.get(found, found)


def _is_worse(spoilt: EvalResult, good: EvalResult) -> bool:
    names = ("dissent_precision", "dissent_recall")
    fell = [spoilt.metrics[name].value < good.metrics[name].value - 0.05 for name in names]
    return spoilt.verdict is Verdict.FAIL or any(fell)
