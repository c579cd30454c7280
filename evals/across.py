"""The part of E04 on conversations: do themes cut across them, or follow who speaks and how?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from evals.datasets import qmsum, serdif_codes
from evals.datasets.folder import SetAbsent, skipped
from evals.scorers.clustering import Ints, nmi
from evals.stats import combine, exact, judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant, Verdict
from evals.vectors import embed, embedder
from synth.backends.embedder import Vectors
from synth.themes.cluster import find_themes
from synth.themes.context import has_enough_words, is_answer, with_questions, without_form

#: A theme that only one conversation has is about that conversation: fewer than one of four.
IN_SEVERAL = 0.75

#: Meetings about one subject: those of other kinds share none, and no theme could cut across them.
MEETINGS = "Product/"


@dataclass(frozen=True, kw_only=True)
class Passages:
    """Passages of several conversations."""

    texts: tuple[str, ...]
    questions: tuple[str, ...]  #: what each answers; empty: nothing
    documents: tuple[str, ...]
    keys: tuple[str, ...]


def compared(texts: Sequence[str], questions: Sequence[str], documents: Sequence[str]) -> Vectors:
    """Return vectors of passages as the product compares them, aligned with `texts`."""
    asked = [row for row, text in enumerate(texts) if is_answer(text, questions[row])]
    said = embed([questions[row] for row in asked])
    return without_form(
        with_questions(embed(texts), texts, dict(zip(asked, said, strict=True))), documents
    )


def telling(texts: Sequence[str], questions: Sequence[str]) -> list[int]:
    """Return the rows that the product compares at all."""
    return [
        row
        for row, (text, question) in enumerate(zip(texts, questions, strict=True))
        if has_enough_words(text) or is_answer(text, question)
    ]


def run(eval_id: str, context: EvalContext) -> Iterator[EvalResult]:
    """Return one result per set of conversations."""
    for name, load in (
        (f"{serdif_codes.RAW}_across", partial(_interviews, context)),
        (f"{qmsum.NAME}_across", partial(_meetings, context)),
    ):
        try:
            given = load()
        except SetAbsent as absent:
            yield skipped(eval_id, name, str(absent))
            continue
        yield _result(eval_id, name, given, context.seed)


def _interviews(context: EvalContext) -> Passages:
    given = serdif_codes.load_chunks(context.data, embedder().count_tokens)
    rows = telling([chunk.text for chunk in given.chunks], given.questions)
    return Passages(
        texts=tuple(given.chunks[row].text for row in rows),
        questions=tuple(given.questions[row] for row in rows),
        documents=tuple(given.chunks[row].document_id for row in rows),
        keys=tuple(given.chunks[row].id for row in rows),
    )


def _meetings(context: EvalContext) -> Passages:
    meetings = qmsum.load(context.data, under=MEETINGS, every=1 if context.full else 6)
    said = [
        (meeting.id, f"{meeting.id}/{place:05d}", turn)
        for meeting in meetings
        for place, turn in enumerate(meeting.turns)
        if has_enough_words(turn)
    ]
    return Passages(
        texts=tuple(turn for _, _, turn in said),
        questions=("",) * len(said),
        documents=tuple(meeting for meeting, _, _ in said),
        keys=tuple(key for _, key, _ in said),
    )


def _result(eval_id: str, name: str, given: Passages, seed: int) -> EvalResult:
    found, plain = (
        find_themes(rows, keys=given.keys, seed=seed).labels
        for rows in (
            compared(given.texts, given.questions, given.documents),
            embed(given.texts),
        )
    )
    documents = np.unique(given.documents, return_inverse=True)[1]
    themes, several = in_several(found, documents)
    share = wilson_estimate(several, themes)
    form, form_plain = follows_document(found, documents), follows_document(plain, documents)
    rules = [
        judge(share, IN_SEVERAL, n_clusters=themes),
        Verdict.PASS if form <= form_plain else Verdict.FAIL,
    ]
    return EvalResult(
        id=eval_id,
        set=name,
        metrics={
            "in_several_documents": share,
            "nmi_with_document": exact(form),
            "nmi_with_document_plain": exact(form_plain),
            "unthemed": exact(float((found < 0).mean())),
            "themes": exact(themes),
        },
        n=len(given.texts),
        verdict=combine(rules),
        reason=f"{len(set(given.documents))} conversations; plain: vectors of the words alone",
    )


def in_several(found: Ints, documents: Ints) -> tuple[int, int]:
    """Return how many themes there are, and how many of them have passages of several documents."""
    themes = int(found.max(initial=-1)) + 1
    return themes, sum(len(set(documents[found == one].tolist())) > 1 for one in range(themes))


def follows_document(found: Ints, documents: Ints) -> float:
    """Return how much a passage's theme tells of its document, 0 to 1; what is in no theme not."""
    inside = found >= 0
    return float(nmi(documents[inside], found[inside])) if inside.any() else 0.0


def mutants(eval_id: str, context: EvalContext) -> list[Mutant]:
    """Return what the scorers did with themes that follow conversations."""
    random = np.random.default_rng(context.seed)
    documents = np.repeat(np.arange(6), 30)
    good = random.permutation(np.arange(180) % 9)
    half = np.where(random.random(180) < 0.5, documents, good)
    return [
        Mutant(eval_id=eval_id, name=name, killed=killed)
        for name, killed in {
            "documents: each theme is a conversation": in_several(documents, documents) == (6, 0)
            and follows_document(documents, documents) > 0.99,
            "documents: half of the passages follow theirs": follows_document(half, documents)
            > follows_document(good, documents) + 0.1,
            "documents: themes across all": in_several(good, documents) == (9, 9)
            and follows_document(good, documents) < 0.1,
        }.items()
    ]
