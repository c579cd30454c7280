"""Every offline stage, as hashes: `python -m evals.reproducing VECTORS.npy ORDERS SIZES`.

Run in processes of their own by E21. ORDERS are seeds that shuffle documents, rows and passages (0
leaves them as they are), SIZES those of made corpora. Prints one JSON object: for each order, stage
to SHA-256 of its output.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from evals.benchmarks.made import made_vectors
from evals.worlds.finding import Wordings, solve
from evals.worlds.generator import make_worlds
from synth.backends.embedder import Vectors
from synth.backends.sentence_transformer import MiniLM
from synth.core.fingerprints import sha256_bytes
from synth.core.ids import derive_id
from synth.metrics.anomalies import MetricData, find_anomalies
from synth.metrics.importers.observations import read_observations
from synth.metrics.segments import segment_key
from synth.metrics.types import Metric, Observation
from synth.sample.study import MetricDefinition, StudyFile, load_study
from synth.segments.chunking import ChunkLimits, chunk_document
from synth.segments.types import Chunk
from synth.sources.preparing import Known, prepare
from synth.sources.readers.registry import read_file
from synth.themes.cluster import find_themes
from synth.themes.labelling import label_themes

LIMITS = ChunkLimits(size=600, overlap=80, tokens=256)
SEED, WORLDS = 7, 2
T = TypeVar("T")


@dataclass(frozen=True)
class Shuffle:
    """An order to work in."""

    order: int

    def __call__(self, items: Sequence[T]) -> list[T]:
        """Return the items in this order; 0 is the order given."""
        shuffled = list(items)
        if self.order:
            random.Random(self.order).shuffle(shuffled)
        return shuffled


def sample_chunks(shuffle: Shuffle) -> tuple[list[Chunk], dict[str, object]]:
    """Return the chunks of the sample study in order of id, and what was read, by document."""
    model = MiniLM()
    chunks: dict[str, Chunk] = {}
    read: dict[str, object] = {}
    study = load_study()
    for file in shuffle(study.files):
        found = read_file(file.filename, _shuffled_rows(file, shuffle), file.options)
        for raw in found.documents:
            prepared = prepare(
                replace(raw, turns=tuple(replace(turn, reference=None) for turn in raw.turns)),
                Known(ids={}, participants={}),
                source_id=file.filename,
                format=file.kind.value,
                options=file.options,
                secret=b"eval",
            )
            both, redactions = prepared.as_version(1)
            cut = chunk_document(both, LIMITS, model.count_tokens)
            chunks |= {chunk.id: chunk for chunk in cut if chunk.is_evidence}
            read[both.document.id] = [asdict(both), list(map(asdict, redactions))]
    return [chunks[one] for one in sorted(chunks)], read


def hashes(vectors: Vectors, order: int, sizes: Sequence[int]) -> dict[str, str]:
    """Return the hash of each stage; themes are found in `vectors`, the stored ones."""
    shuffle = Shuffle(order)
    chunks, read = sample_chunks(shuffle)
    embedded = MiniLM().embed([chunk.text for chunk in shuffle(chunks)])
    back = dict(zip((chunk.id for chunk in shuffle(chunks)), embedded, strict=True))
    own = np.stack([back[chunk.id] for chunk in chunks])
    labels, titles = _themes(chunks, vectors, shuffle)
    found: dict[str, object] = {
        "reading": read,
        "chunks": [asdict(chunk) for chunk in chunks],
        "embedding": sha256_bytes(own.tobytes()),
        "themes": labels,
        "titles": titles,
        "anomalies": _anomalies(shuffle),
        "links": _links(),
    }
    found |= {f"themes_{n}_made": _made(n, shuffle) for n in sizes}
    return {stage: digest(output) for stage, output in found.items()}


def digest(output: object) -> str:
    """Return the hash of an output; numbers count to their last bit."""
    text = json.dumps(output, sort_keys=True, default=_plain, ensure_ascii=False)
    return sha256_bytes(text.encode())


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    return str(value)


def _shuffled_rows(file: StudyFile, shuffle: Shuffle) -> bytes:
    text = file.data.decode("utf-8")
    if file.filename.endswith(".jsonl"):
        return "\n".join(shuffle(text.splitlines())).encode()
    return _shuffled_csv(text, shuffle).encode() if file.filename.endswith(".csv") else file.data


def _shuffled_csv(text: str, shuffle: Shuffle) -> str:
    header, *rows = csv.reader(io.StringIO(text))
    out = io.StringIO()
    csv.writer(out).writerows([header, *shuffle(rows)])
    return out.getvalue()


def _themes(
    chunks: Sequence[Chunk], vectors: Vectors, shuffle: Shuffle
) -> tuple[dict[str, object], list[object]]:
    rows = shuffle(range(len(chunks)))
    keys = [chunks[row].id for row in rows]
    found = find_themes(vectors[rows], keys=keys, seed=SEED)
    groups: dict[int, list[str]] = defaultdict(list)
    for row, label in zip(rows, found.labels.tolist(), strict=True):
        groups[label].append(chunks[row].text)
    unthemed = groups.pop(-1, [])
    titles = label_themes([groups[label] for label in sorted(groups)], unthemed)
    return _by_key(keys, found.labels, found.strengths), [asdict(title) for title in titles]


def _made(n: int, shuffle: Shuffle) -> dict[str, object]:
    vectors = made_vectors(n, seed=SEED)
    rows = shuffle(range(n))
    keys = [f"{row:08d}" for row in rows]
    found = find_themes(vectors[rows], keys=keys, seed=SEED)
    return _by_key(keys, found.labels, found.strengths)


def _by_key(keys: Sequence[str], labels: np.ndarray, strengths: np.ndarray) -> dict[str, object]:
    pairs = zip(labels.tolist(), strengths.tolist(), strict=True)
    return dict(zip(keys, pairs, strict=True))


def _anomalies(shuffle: Shuffle) -> list[object]:
    study = load_study()
    read = read_observations("metrics.csv", _shuffled_csv(study.observations, shuffle))
    by_metric: dict[str, list[Observation]] = defaultdict(list)
    for row in read.usable:
        by_metric[row.metric].append(row.observation)
    return [
        [asdict(finding) for finding in find_anomalies(_data(metric, by_metric[metric.name]))]
        for metric in study.metrics
    ]


def _data(given: MetricDefinition, observations: Sequence[Observation]) -> MetricData:
    series: dict[str, list[Observation]] = {}
    # In time order, as the store gives them; equal times stay as they came.
    for one in sorted(observations, key=lambda item: item.ts):
        series.setdefault(segment_key(one.segment), []).append(one)
    metric = Metric(id=derive_id("metric", given.name), **asdict(given))
    return MetricData(metric=metric, series=series, people=())


def _links() -> list[object]:
    answers = solve(make_worlds(SEED, WORLDS), Wordings(MiniLM()))
    return [[asdict(link) for link in answer.links] for answer in answers]


def main(arguments: Sequence[str]) -> int:
    """Print the hashes; return 2 for wrong usage."""
    if len(arguments) != 3:
        sys.stderr.write("usage: python -m evals.reproducing VECTORS.npy ORDERS SIZES\n")
        return 2
    orders, sizes = ([int(one) for one in given.split(",")] for given in arguments[1:])
    vectors: Vectors = np.load(Path(arguments[0]))
    found = {str(order): hashes(vectors, order, sizes) for order in orders}
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
