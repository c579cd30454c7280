"""Raw events at scale: from a file on disk to the log, funnels, rules and anomalies.

`synth bench events --rows N` makes a Parquet file of N events in one process and takes it through
the product in another, whose time and most memory are told: the whole process, interpreter and
libraries counted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.benchmarks.tasks import peak_mib
from evals.benchmarks.versions import versions
from synth.errors import SynthError

if TYPE_CHECKING:
    from synth.access.types import Actor
    from synth.services import Services

ROWS = 50_000_000

#: Most memory the process may hold, and seconds after which it is ended.
LIMIT_MIB, LIMIT_S = 3 * 1024, 3600

#: Events of one person, people at least, and days the events lie in.
PER_PERSON, MIN_PEOPLE, DAYS = 250, 200, 90

STEPS = ("signup", "profile", "connect", "done")
RULES = """
again: count(api_error) >= 3 within 1d -> "watch their sessions"
slow: share(ttfb > 2s) >= 20% of users within 7d -> "look at the network"
"""

#: One event for each row, in order of time; the mix of names is that of a busy product.
MAKE = """COPY (
    SELECT TIMESTAMP '2026-01-05' + to_microseconds((i * {step})::BIGINT) AS ts,
        'user-' || (hash(i, {seed}) % {people}) AS user_id,
        CASE WHEN kind < 2 THEN 'signup' WHEN kind < 4 THEN 'profile' WHEN kind < 6 THEN 'connect'
            WHEN kind < 8 THEN 'done' WHEN kind < 9 THEN 'api_error' WHEN kind < 30 THEN 'page_ttfb'
            ELSE 'page_view' END AS event,
        CASE WHEN kind BETWEEN 9 AND 29 THEN (hash(i, 2) % 4000) / 1000.0 END AS value,
        's' || (hash(i, {seed}) % {people}) || '-' || (i * {step} // 86400000000)::BIGINT
            AS session_id
    FROM (SELECT i, hash(i, 1) % 100 AS kind FROM range({rows}) t(i))
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the product needed for so many events."""

    id: str
    rows: int
    people: int
    seconds: Mapping[str, float]  #: importing, measuring, detecting and all of it
    peak_rss_mib: float  #: of the whole process
    limit_mib: float
    met: bool
    file_mib: float  #: as given
    log_mib: float  #: as kept
    added: int
    anomalies: int
    versions: Mapping[str, str]


def run(rows: int, *, seed: int = 7, folder: Path | None = None) -> Measured:
    """Return what was measured, each side in its own process; `folder` holds the files meanwhile.

    Raises:
        SynthError: a process failed.
    """
    with tempfile.TemporaryDirectory(prefix="synth-events-", dir=folder) as name:
        _process("make", Path(name), rows, seed)
        said = _process("take", Path(name), rows, seed)
    return Measured(**said, versions=versions())


def main_events(rows: int, *, seed: int, as_json: bool, folder: Path | None = None) -> int:
    """Measure and print; return 0, or 1 where a process failed."""
    try:
        found = run(rows, seed=seed, folder=folder)
    except SynthError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    if as_json:
        sys.stdout.write(json.dumps(asdict(found), allow_nan=False) + "\n")
        return 0
    word = "within" if found.met else "above"
    sys.stdout.write(
        f"{found.rows:,} events of {found.people:,} people: {found.seconds['all']:.0f} s, "
        f"peak {found.peak_rss_mib:,.0f} MiB, {word} {found.limit_mib:,.0f} MiB\n"
        + "".join(f"    {step} {took:.1f} s\n" for step, took in found.seconds.items())
        + f"    file {found.file_mib:,.0f} MiB, kept as {found.log_mib:,.0f} MiB\n"
    )
    return 0


def _process(task: str, folder: Path, rows: int, seed: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "evals.benchmarks.events", task, str(folder)]
    try:
        done = subprocess.run(
            [*command, str(rows), str(seed)], capture_output=True, text=True, timeout=LIMIT_S
        )
    except subprocess.TimeoutExpired as late:
        raise SynthError(f"{task} did not end in {LIMIT_S} s") from late
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["nothing on stderr"])[-1]
        raise SynthError(f"{task} ended with code {done.returncode}: {last}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def make(folder: Path, rows: int, seed: int) -> dict[str, Any]:
    """Write the events."""
    import duckdb

    path = folder / "events.parquet"
    step = DAYS * 86_400_000_000 / rows
    sql = MAKE.format(step=step, seed=seed, people=people_of(rows), rows=rows, path=path)
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '1GB'")
        connection.execute(sql)
    return {}


def take(folder: Path, rows: int, _seed: int) -> dict[str, Any]:
    """Import the file in pieces as the command does, compute everything, look for anomalies."""
    from synth.access.actions import authenticate, start_workspace
    from synth.access.types import MemberRole
    from synth.bootstrap import build_services
    from synth.metrics.measuring import measure_events
    from synth.metrics.stage import detect_anomalies
    from synth.settings import Settings

    file = folder / "events.parquet"
    seconds: dict[str, float] = {}
    with _timed(seconds, "all"):
        with _timed(seconds, "import"):
            services = build_services(Settings(data_dir=folder / "data"))
            keys = start_workspace(services, "Bench").keys
            analyst = authenticate(services, keys[MemberRole.ANALYST])
            added = _import(services, analyst, file)
        _define(services, analyst)
        with _timed(seconds, "measure"):
            measure_events(services, analyst.workspace_id)
        with _timed(seconds, "detect"):
            found = detect_anomalies(services, analyst.workspace_id, run_id="bench")
    peak = peak_mib()
    kept = sum(one.stat().st_size for one in (folder / "data" / "events").rglob("*.parquet"))
    return {
        "id": "events",
        "rows": rows,
        "people": people_of(rows),
        "seconds": seconds,
        "peak_rss_mib": peak,
        "limit_mib": LIMIT_MIB,
        "met": peak <= LIMIT_MIB,
        "file_mib": file.stat().st_size / 2**20,
        "log_mib": kept / 2**20,
        "added": added,
        "anomalies": found,
    }


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - begun


def _import(services: Services, analyst: Actor, file: Path) -> int:
    """Import a file in pieces no larger than an upload; return how many events were new."""
    from synth.metrics import event_actions
    from synth.metrics.importers.pieces import cut

    limit = services.settings.max_upload_mb * 2**20
    return sum(
        event_actions.import_events(
            services, analyst, filename=file.name, content=piece.content
        ).added
        for piece in cut(file, limit=limit)
    )


def _define(services: Services, analyst: Actor) -> None:
    """Say what is computed from the events: a funnel, a metric, rules."""
    from synth.metrics import actions, event_actions, rule_actions

    event_actions.put_funnel(
        services, analyst, name="onboarding", steps=STEPS, window=timedelta(days=7)
    )
    actions.put_metric(
        services, analyst, name="ttfb", unit="s", good="down", exposure_event="page_ttfb"
    )
    rule_actions.add_rules(services, analyst, RULES)


def people_of(rows: int) -> int:
    """Return of how many people so many events are."""
    return max(MIN_PEOPLE, rows // PER_PERSON)


TASKS = {"make": make, "take": take}


def main(arguments: Sequence[str]) -> int:
    """Run one side in this process."""
    task, folder, rows, seed = arguments
    said = TASKS[task](Path(folder), int(rows), int(seed))
    sys.stdout.write(json.dumps(said, allow_nan=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
