"""Find the benchmarks, run them, keep each one's newest line, and write RESULTS.md from those."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from evals import benchmarks as package
from evals.benchmarks import tables
from evals.benchmarks.types import BenchContext, Benchmark, BenchResult
from evals.settings import EvalSettings
from synth.errors import InputError

BENCHMARK_FILE = re.compile(r"p(\d+)_\w+")
RESULTS = Path(__file__).parent / "RESULTS.md"
KEPT = "bench"


def find_benchmarks() -> dict[str, str]:
    """Return module names by id, in order of number: `p2_large_run.py` is P2."""
    found = [
        (int(match[1]), module.name)
        for module in pkgutil.iter_modules(package.__path__)
        if (match := BENCHMARK_FILE.fullmatch(module.name))
    ]
    return {f"P{number}": f"{package.__name__}.{name}" for number, name in sorted(found)}


def choose(ids: Sequence[str], known: Mapping[str, str]) -> list[str]:
    """Return the ids asked for, in order and once; none asked for means all.

    Raises:
        InputError: an id has no benchmark.
    """
    wanted = {name.upper() for name in ids}
    unknown = sorted(wanted - set(known))
    if unknown:
        raise InputError("no such benchmark", found=", ".join(unknown), expected=", ".join(known))
    return [name for name in known if not wanted or name in wanted]


def run_each(
    ids: Sequence[str], context: BenchContext, *, known: Mapping[str, str]
) -> Iterator[dict[str, object]]:
    """Yield the record of each benchmark as it ends; one that raises says so in its record."""
    for name in choose(ids, known):
        yield _run(name, known[name], context)


def _run(name: str, module: str, context: BenchContext) -> dict[str, object]:
    try:
        benchmark: Benchmark = importlib.import_module(module)
        result: object = benchmark.run(context)
        if not isinstance(result, BenchResult) or result.id != name:
            raise TypeError(f"gave {result!r}, no result of {name}")
        return tables.record(result)
    except Exception as error:  # noqa: BLE001 - a broken measure is a failed line, never a missing one
        return tables.failure(name, f"{type(error).__name__}: {error}")


def main_bench(
    ids: Sequence[str],
    *,
    data: Path | None,
    seed: int,
    as_json: bool,
    write: Path | None = None,
    out: TextIO | None = None,
) -> int:
    """Run benchmarks and print them; return 0, or 1 if one could not be measured.

    Speed depends on the machine: a target that is missed is shown, and no failure.

    Raises:
        InputError: an id has no benchmark.
    """
    out = out or sys.stdout
    settings = EvalSettings()
    known = find_benchmarks()
    choose(ids, known)
    records = []
    for record in run_each(ids, BenchContext(data=data or settings.data, seed=seed), known=known):
        records.append(record)
        _keep(settings.runs / KEPT, record)
        if as_json:
            out.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
            out.flush()
    if not as_json:
        tables.print_table(records, out)
    if write is not None:
        write.write_text(tables.markdown(read_kept(settings.runs / KEPT)), encoding="utf-8")
    return int(any(tables.is_failure(record) for record in records))


def _keep(folder: Path, record: Mapping[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, ensure_ascii=False, indent=1)
    (folder / f"{record['id']}.json").write_text(text + "\n", encoding="utf-8")


def read_kept(folder: Path) -> list[dict[str, object]]:
    """Return the newest record of each benchmark that was ever run here, in order of number."""
    files = sorted(folder.glob("P*.json"), key=lambda path: int(path.stem.removeprefix("P")))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]
