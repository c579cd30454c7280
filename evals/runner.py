"""Find the suites, run them, keep what they said; nothing that goes wrong is left out."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from evals import meta, report, runs
from evals import suites as suites_package
from evals.datasets.folder import SetAbsent, skipped
from evals.manifest import build_manifest
from evals.settings import EvalSettings
from evals.stats import judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant, Suite, Verdict
from evals.validation import checked, failed
from synth.errors import InputError

SUITE_FILE = re.compile(r"e(\d{2})_\w+")
#: Share of corrupted outputs that a suite must notice, or its numbers say nothing.
MUTANTS_TARGET = 0.95

Suites = Mapping[str, str]


def find_suites() -> dict[str, str]:
    """Return module names by eval id, in order of id: `evals/suites/e04_themes.py` is E04."""
    names = sorted(module.name for module in pkgutil.iter_modules(suites_package.__path__))
    return {
        f"E{match[1]}": f"{suites_package.__name__}.{name}"
        for name in names
        if (match := SUITE_FILE.fullmatch(name))
    }


def choose(ids: Sequence[str], suites: Suites) -> list[str]:
    """Return the ids asked for, in order and once; none asked for means all.

    Raises:
        InputError: an id has no suite.
    """
    wanted = {name.upper() for name in ids}
    unknown = sorted(wanted - set(suites))
    if unknown:
        raise InputError("no such eval", found=", ".join(unknown), expected=", ".join(suites))
    return [name for name in suites if not wanted or name in wanted]


def run(
    ids: Sequence[str], context: EvalContext, *, suites: Suites | None = None
) -> list[EvalResult]:
    """Return the results of the suites asked for; a suite that raises gives a fail."""
    return list(run_each(ids, context, suites=find_suites() if suites is None else suites))


def run_each(ids: Sequence[str], context: EvalContext, *, suites: Suites) -> Iterator[EvalResult]:
    """Yield results as the suites end."""
    for eval_id in choose(ids, suites):
        yield from _run_suite(eval_id, suites[eval_id], context)


def _run_suite(eval_id: str, module: str, context: EvalContext) -> list[EvalResult]:
    try:
        results: object = _load(eval_id, module).run(context)
    except SetAbsent as absent:
        return [skipped(eval_id, "all", str(absent))]
    except Exception as error:  # noqa: BLE001 - a broken suite is a red suite, never a missing line
        return [failed(eval_id, "all", f"{type(error).__name__}: {error}")]
    return checked(eval_id, results)


def _load(eval_id: str, module: str) -> Suite:
    suite = importlib.import_module(module)
    if getattr(suite, "ID", None) != eval_id:
        raise InputError("a suite's ID must be that of its file name", file=module, found=eval_id)
    return suite


def mutate(
    ids: Sequence[str], context: EvalContext, *, suites: Suites | None = None
) -> list[Mutant]:
    """Return what each suite's scorers did with corrupted outputs, and the runner with bad suites.

    A suite whose mutants raise, or that has none, counts as one mutant that lives.
    """
    found = find_suites() if suites is None else suites
    mutants = [
        mutant for eval_id in choose(ids, found) for mutant in _mutate(eval_id, found, context)
    ]
    return mutants if ids else mutants + meta.mutants()


def _mutate(eval_id: str, suites: Suites, context: EvalContext) -> list[Mutant]:
    try:
        mutants = _load(eval_id, suites[eval_id]).mutants(context)
    except Exception as error:  # noqa: BLE001 - counted as a mutant that lives
        return [_alive(eval_id, f"{type(error).__name__}: {error}")]
    return mutants or [_alive(eval_id, "the suite has no mutants")]


def _alive(eval_id: str, detail: str) -> Mutant:
    return Mutant(eval_id=eval_id, name="all", killed=False, detail=detail)


def summarise_mutants(mutants: Sequence[Mutant]) -> list[EvalResult]:
    """Return one result per eval: the share of its mutants that were killed."""
    by_eval: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        by_eval.setdefault(mutant.eval_id, []).append(mutant)
    return [_summarise(eval_id, group) for eval_id, group in by_eval.items()]


def _summarise(eval_id: str, mutants: Sequence[Mutant]) -> EvalResult:
    alive = [mutant for mutant in mutants if not mutant.killed]
    estimate = wilson_estimate(len(mutants) - len(alive), len(mutants))
    return EvalResult(
        id=eval_id,
        set="mutants",
        metrics={"mutants_killed": estimate},
        n=len(mutants),
        verdict=judge(estimate, MUTANTS_TARGET, n_clusters=len(mutants), hard=True),
        reason="; ".join(f"alive: {m.name} ({m.detail})" if m.detail else m.name for m in alive),
    )


def main_run(
    ids: list[str],
    *,
    data: Path | None,
    seed: int,
    full: bool,
    as_json: bool,
    options: dict[str, str],
    out: TextIO | None = None,
) -> int:
    """Run suites, print each result, keep the run; return 0 unless a verdict is fail.

    Raises:
        InputError: an id has no suite, or the data folder is not there.
    """
    out = out or sys.stdout
    settings = EvalSettings()
    context = EvalContext(
        data=_data_folder(data or settings.data), seed=seed, full=full, options=options
    )
    suites = find_suites()
    choose(ids, suites)
    started, results = time.monotonic(), []
    for result in run_each(ids, context, suites=suites):
        results.append(result)
        if as_json:
            _write(out, report.json_line(result))
    file = runs.write(settings.runs, build_manifest(context), results)
    if not as_json:
        report.print_results(results, out)
        _write(out, f"{len(results)} results in {time.monotonic() - started:.0f} s, kept in {file}")
    return exit_code(results)


def main_mutate(ids: list[str], *, as_json: bool, out: TextIO | None = None) -> int:
    """Run the mutation checks, print one line per eval; return 0 unless one is red."""
    out = out or sys.stdout
    settings = EvalSettings()
    context = EvalContext(data=settings.data)
    results = summarise_mutants(mutate(ids, context))
    if as_json:
        for result in results:
            _write(out, report.json_line(result))
    else:
        report.print_results(results, out)
    runs.write(settings.runs, build_manifest(context), results)
    return exit_code(results)


def exit_code(results: Sequence[EvalResult]) -> int:
    """Return 1 if a verdict is fail, else 0."""
    return int(any(result.verdict is Verdict.FAIL for result in results))


def _data_folder(data: Path | None) -> Path | None:
    if data is not None and not data.is_dir():
        raise InputError("no such data folder; give --data DIR", found=str(data))
    return data


def _write(out: TextIO, line: str) -> None:
    out.write(line + "\n")
    out.flush()
