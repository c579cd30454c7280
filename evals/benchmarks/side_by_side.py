"""A theme run beside a peer's, each in a fresh process on the same vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evals.benchmarks.processes import Finished, Material, run_task
from evals.peers.topic_models import PeerMissing, peer_version, reassign
from evals.scorers import clustering

PEER = "bertopic"


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Both sides; `peer` is None, and `missing` says why, where it is not installed."""

    ours: dict[str, float]
    peer: dict[str, float] | None
    missing: str = ""

    def ratio(self, name: str) -> float | None:
        """Return how many times as long the peer took; None: not compared."""
        return None if self.peer is None else self.peer[name] / self.ours[name]

    def peer_record(self) -> dict[str, object]:
        """Return the peer for the JSON line."""
        if self.peer is None:
            return {"name": PEER, "skipped": self.missing}
        return {"name": PEER, **self.peer}


def run_sides(material: Material, *, seed: int, repeats: int) -> Sides:
    """Run ours and the peer's; quality is told where the texts have labels."""
    ours = run_task("ours", material, seed=seed, repeats=repeats)
    try:
        peer_version(PEER)
    except PeerMissing as missing:
        return Sides(ours=describe(ours, material), peer=None, missing=str(missing))
    peer = run_task(PEER, material, seed=seed, repeats=min(repeats, 2))
    return Sides(ours=describe(ours, material), peer=describe(peer, material))


def describe(done: Finished, material: Material) -> dict[str, float]:
    """Return seconds of the whole process with one run in it, memory, themes and quality."""
    labels = np.asarray(done.labels, dtype=np.int64)
    said = {name: value for name, value in done.said.items() if name != "later_seconds"}
    found = {
        "seconds": done.seconds - done.said.get("later_seconds", 0.0),
        **said,
        "themes": float(labels.max(initial=-1) + 1),
        "unthemed": float((labels < 0).mean()),
    }
    if material.labels:
        truth = clustering.code(material.labels)
        filled = reassign(material.vectors, labels)
        found |= {"nmi": clustering.nmi(truth, filled), "ari": clustering.ari(truth, filled)}
    return found
