"""The set of E12 on real people: problems coded by hand against the tasks their speakers missed.

Eleven people did nine tasks and thought aloud. Whoever missed the target of a task is hit. The
problem of a task is the code, of those that name a problem, which those hit speak about most beyond
the others. Ours ranks the themes it found by the tested pairs; where does that problem stand, and
where would it stand if the participants were exchanged? Codes and ranks share the passages, so this
tells whether people are carried through themes and tests, not whether a theme is a cause.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from evals.datasets import serdif, serdif_codes
from evals.datasets.folder import SetAbsent, set_folder, skipped
from evals.datasets.text_set import LabelledTexts
from evals.stats import bootstrap, exact, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Verdict
from evals.worlds.finding import THEME_SEED, Wordings
from synth.links.types import Verdict as LinkVerdict
from synth.links.verdicts import Voices, compare_all
from synth.metrics.types import Anomaly, AnomalyKind, AnomalyPeople, Good
from synth.themes.cluster import find_themes
from synth.themes.types import ThemePeople

ID, SET = "E12", "serdif_tasks"

#: Permutations of the participants, in a quick look and in full.
QUICK, FULL = 20, 200

#: People hit, and people spared, that a task needs to say anything about either.
LEAST = 2

#: A code whose name has one of these words is a problem.
PROBLEM = re.compile(r"\b(not|complex|confusing|issue|assist)\b", re.IGNORECASE)
MINUTES = re.compile(r"(\d+):(\d+(?:\.\d+)?)")
#: Any time: nothing here depends on it.
SAID_AT = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Task:
    """One measure of one task: whom it hit, whom it spared."""

    name: str
    task: str  #: time and success of a task are alike
    hit: frozenset[str]
    spared: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A theme as it was found, with its people and what its passages were coded as."""

    key: str
    people: frozenset[str]
    truth: str


def run(context: EvalContext, wordings: Wordings) -> EvalResult:
    """Return where the problems of the tasks stand, beside permuted participants."""
    try:
        tasks = read_tasks(set_folder(context.data, serdif.NAME))
        coded = serdif_codes.load(context.data)
    except SetAbsent as absent:
        return skipped(ID, SET, str(absent))
    speakers = [person_of(document) for document in coded.clusters]
    problems = problems_of(coded, speakers, tasks)
    themes = spoken_themes(coded, speakers, wordings)
    rng = np.random.default_rng(context.seed)
    draws = FULL if context.full else QUICK
    return judged(themes, tasks, problems, draws=draws, rng=rng, seed=context.seed)


def judged(
    themes: Sequence[Spoken],
    tasks: Sequence[Task],
    problems: Mapping[str, str],
    *,
    draws: int,
    rng: np.random.Generator,
    seed: int,
) -> EvalResult:
    """Return the result; with so few people a link would be a defect, and fails it."""
    ranks, verdicts = reciprocal_ranks(themes, tasks, problems)
    people = sorted({one for task in tasks for one in task.hit | task.spared})
    permuted = []
    for _ in range(draws):
        order = dict(zip(people, rng.permutation(people), strict=True))
        moved = [_exchanged(task, order) for task in tasks]
        permuted.append(float(np.mean(reciprocal_ranks(themes, moved, problems)[0])))
    mean = float(np.mean(ranks))
    low, high = (float(one) for one in np.quantile(permuted, (0.025, 0.975)))
    linked = sum(one is LinkVerdict.OVERLAP for one in verdicts)
    beaten = sum(one >= mean for one in permuted)
    metrics = {
        "mrr": bootstrap(ranks, [task.task for task in tasks], seed=seed),
        "mrr_permuted": Estimate(value=float(np.mean(permuted)), low=low, high=high),
        "p_permuted": exact(float((beaten + 1) / (draws + 1))),
        "too_few": wilson_estimate(
            sum(one is LinkVerdict.TOO_FEW for one in verdicts), len(verdicts)
        ),
    }
    return EvalResult(
        id=ID,
        set=SET,
        metrics=metrics,
        n=len(tasks),
        verdict=Verdict.FAIL if linked else Verdict.PASS,
        reason=f"{len(people)} people, {len(themes)} themes: no pair may read linked, {linked} do; "
        f"the rank is reported, beside {draws} permutations of the participants",
    )


def reciprocal_ranks(
    themes: Sequence[Spoken], tasks: Sequence[Task], problems: Mapping[str, str]
) -> tuple[list[float], list[LinkVerdict]]:
    """Return one over the place of each task's problem, codes counted once; and all verdicts."""
    truth = {theme.key: theme.truth for theme in themes}
    voices = Voices(
        themes=[
            ThemePeople(
                theme_id=theme.key,
                title=theme.key,
                keywords=(),
                first_said_at=dict.fromkeys(sorted(theme.people), SAID_AT),
            )
            for theme in themes
        ],
        heard=frozenset(one for theme in themes for one in theme.people),
        segments={},
    )
    ranks: list[float] = []
    verdicts: list[LinkVerdict] = []
    for task in tasks:
        links = compare_all(voices, [_anomaly(task)])
        links.sort(key=lambda link: (-link.confidence, link.p or 1.0, link.theme_id))
        order = list(dict.fromkeys(truth[link.theme_id] for link in links))
        wanted = problems[task.name]
        ranks.append(1 / (order.index(wanted) + 1) if wanted in order else 0.0)
        verdicts += [link.verdict for link in links]
    return ranks, verdicts


def read_tasks(folder: Path) -> list[Task]:
    """Return the tasks that enough people missed and enough met; a missing value is nobody."""
    values = [*serdif.task_times(folder), *serdif.task_success(folder)]
    found = []
    for metric in dict.fromkeys(one.metric for one in values):
        own = {one.participant: one for one in values if one.metric == metric and one.value}
        hit = frozenset(name for name, one in own.items() if _missed(one))
        spared = frozenset(own) - hit
        if min(len(hit), len(spared)) >= LEAST:
            task = metric.partition("_")[2]
            found.append(Task(name=metric, task=task, hit=hit, spared=spared))
    return found


def problems_of(
    coded: LabelledTexts, speakers: Sequence[str], tasks: Sequence[Task]
) -> dict[str, str]:
    """Return by task the problem that takes most of what those hit say, beyond the others."""
    said: dict[str, int] = {}
    about: dict[tuple[str, str], int] = {}
    for person, codes in zip(speakers, coded.codes, strict=True):
        said[person] = said.get(person, 0) + 1
        for code in codes:
            about[person, code] = about.get((person, code), 0) + 1
    names = sorted({code for _, code in about if PROBLEM.search(code)})

    def share(people: frozenset[str], code: str) -> float:
        heard = [one for one in sorted(people) if one in said]
        return float(np.mean([about.get((one, code), 0) / said[one] for one in heard] or [0.0]))

    return {
        task.name: max(names, key=lambda code: share(task.hit, code) - share(task.spared, code))
        for task in tasks
    }


def spoken_themes(
    coded: LabelledTexts, speakers: Sequence[str], wordings: Wordings
) -> list[Spoken]:
    """Return the themes and sub-themes that ours finds in the passages."""
    texts = sorted(set(coded.texts))
    found = find_themes(wordings.vectors(texts), keys=texts, seed=THEME_SEED)
    place = {text: row for row, text in enumerate(texts)}
    levels = {
        name: [int(labels[place[text]]) for text in coded.texts]
        for name, labels in (("theme", found.labels), ("sub", found.fine))
    }
    themes = []
    for level, labels in levels.items():
        for label in sorted(set(labels) - {-1}):
            rows = [row for row, one in enumerate(labels) if one == label]
            codes = [code for row in rows for code in coded.codes[row]]
            themes.append(
                Spoken(
                    key=f"{level} {label:03d}",
                    people=frozenset(speakers[row] for row in rows),
                    truth=max(sorted(set(codes)), key=codes.count),
                )
            )
    return themes


def person_of(document: str) -> str:
    """Return who speaks in a document, from its name: "P7_..." is P7."""
    found = serdif.PARTICIPANT.search(document)
    return found[0] if found else document


def _missed(value: serdif.TaskValue) -> bool:
    """Return whether a time is over its target, or a success is none."""
    if value.metric.startswith("time"):
        return _seconds(value.value) > _seconds(value.target)
    return float(value.value) < float(value.target)


def _seconds(text: str) -> float:
    found = MINUTES.fullmatch(text)
    return float(found[1]) * 60 + float(found[2]) if found else float(text)


def _exchanged(task: Task, order: Mapping[str, str]) -> Task:
    return Task(
        name=task.name,
        task=task.task,
        hit=frozenset(order[one] for one in task.hit),
        spared=frozenset(order[one] for one in task.spared),
    )


def _anomaly(task: Task) -> AnomalyPeople:
    anomaly = Anomaly(
        id=task.name,
        metric_id=task.name,
        metric=task.name,
        kind=AnomalyKind.PERSON,
        direction=Good.DOWN,
        segment={},
        window=None,
        baseline=1.0,
        observed=0.0,
        score=1.0,
        reason="",
        affected=len(task.hit),
        measured=len(task.hit | task.spared),
    )
    return AnomalyPeople(anomaly=anomaly, affected=task.hit, unaffected=task.spared)
