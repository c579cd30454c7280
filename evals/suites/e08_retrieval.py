"""E08: does search find the turns of a meeting that answer a question?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import Engine

from evals.datasets import qmsum
from evals.datasets.folder import SetAbsent, skipped
from evals.scorers import retrieval
from evals.stats import bootstrap, judge, paired_bootstrap
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from synth.backends.embedder import Embedder
from synth.backends.sentence_transformer import MiniLM
from synth.core.spans import Span
from synth.indexing import repo
from synth.indexing.ranking import fuse, query_words
from synth.indexing.search import DEPTH
from synth.segments.types import Chunk
from synth.store.engine import open_engine, sqlite_url
from synth.store.fulltext import fulltext_ddl
from synth.store.unit_of_work import UnitOfWork

ID = "E08"
#: A quick look takes each so-many-th meeting.
QUICK_EVERY = 10
#: By how much of the better single way hybrid search must be better.
GAIN = 0.05

METRICS: Mapping[str, Callable[[Sequence[str], frozenset[str]], float]] = {
    "ndcg10": lambda ranked, relevant: retrieval.ndcg(ranked, relevant, k=10),
    "recall20": lambda ranked, relevant: retrieval.recall(ranked, relevant, k=20),
    "mrr": retrieval.reciprocal_rank,
}


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What each way of searching ranked for one question."""

    question: str
    meeting: str
    relevant: frozenset[str]
    rankings: Mapping[str, Sequence[str]]  #: "words", "meaning", "hybrid"


def run(context: EvalContext) -> list[EvalResult]:
    """Return the result on QMSum."""
    try:
        meetings = qmsum.load(context.data, every=1 if context.full else QUICK_EVERY)
    except SetAbsent as absent:
        return [skipped(ID, qmsum.NAME, str(absent))]
    with TemporaryDirectory() as folder:
        engine = open_engine(sqlite_url(Path(folder)))
        with engine.begin() as connection:
            for statement in fulltext_ddl(engine.dialect.name):
                connection.exec_driver_sql(statement)
        embedder = MiniLM()
        answered = [one for meeting in meetings for one in _answer(engine, embedder, meeting)]
        engine.dispose()
    return [_result(answered, seed=context.seed)]


def _answer(engine: Engine, embedder: Embedder, meeting: qmsum.Meeting) -> list[Answered]:
    """Rank a meeting's turns for each of its questions, with the product's own word index."""
    chunks = [_chunk(position, text) for position, text in enumerate(meeting.turns) if text.strip()]
    vectors = embedder.embed([chunk.text for chunk in chunks])
    asked = embedder.embed([question.text for question in meeting.questions])
    answered = []
    with engine.begin() as connection:
        uow = UnitOfWork(connection, meeting.id)
        repo.put_words(uow, chunks)
        for question, vector in zip(meeting.questions, asked, strict=True):
            order = np.argsort(-(vectors @ vector), kind="stable")[:DEPTH]
            single = {
                "words": repo.find_words(uow, query_words(question.text), limit=DEPTH),
                "meaning": [chunks[position].id for position in order],
            }
            answered.append(
                Answered(
                    question=question.id,
                    meeting=meeting.id,
                    relevant=frozenset(str(turn) for turn in question.relevant),
                    rankings={**single, "hybrid": [item.id for item in fuse(single)]},
                )
            )
    return answered


def _chunk(position: int, text: str) -> Chunk:
    return Chunk(
        id=str(position),
        document_id="meeting",
        ordinal=position,
        turn=position,
        span=Span(0, len(text)),
        overlap=0,
        text=text,
        participant_id=None,
        is_evidence=True,
    )


def _result(answered: Sequence[Answered], *, seed: int) -> EvalResult:
    clusters = [one.meeting for one in answered]
    values = {
        (metric, way): [score(one.rankings[way], one.relevant) for one in answered]
        for metric, score in METRICS.items()
        for way in ("hybrid", "words", "meaning")
    }
    metrics: dict[str, Estimate] = {
        metric if way == "hybrid" else f"{metric}_{way}": bootstrap(scores, clusters, seed=seed)
        for (metric, way), scores in values.items()
    }
    best = max(("words", "meaning"), key=lambda way: metrics[f"ndcg10_{way}"].value)
    gain = paired_bootstrap(values["ndcg10", "hybrid"], values["ndcg10", best], clusters, seed=seed)
    wanted = GAIN * metrics[f"ndcg10_{best}"].value
    verdict = judge(gain, wanted, n_clusters=len(set(clusters)))
    if verdict is Verdict.PASS and gain.low <= 0:
        verdict = Verdict.INCONCLUSIVE
    return EvalResult(
        id=ID,
        set=qmsum.NAME,
        metrics=metrics,
        n=len(answered),
        verdict=verdict,
        reason=f"nDCG@10 of hybrid less {best}: {gain.value:+.3f} "
        f"({gain.low:+.3f} to {gain.high:+.3f}), wanted {wanted:+.3f}; "
        f"{len(set(clusters))} meetings",
    )


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the scorers did with rankings spoilt on purpose."""
    turns = [str(turn) for turn in range(200)]
    relevant = frozenset(turns[90:120])
    good = [*turns[95:115], *turns[:75]]
    spoilt = {
        "ranking reversed": good[::-1],
        "first turns of the meeting": turns[:100],
        "the best hit repeated": [good[0]] * 20 + good[1:],
        "nothing found": [],
    }
    return [
        Mutant(
            eval_id=ID,
            name=f"{name}: {metric}",
            killed=score(ranked, relevant) < score(good, relevant) - 0.01,
            detail=f"{score(ranked, relevant):.3f} after {score(good, relevant):.3f}",
        )
        for name, ranked in spoilt.items()
        for metric, score in METRICS.items()
        # A repeated first hit leaves the first place right, so the first place alone says nothing.
        if not (name == "the best hit repeated" and metric == "mrr")
    ]
