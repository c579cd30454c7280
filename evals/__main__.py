"""`python -m evals run|mutate|compare|report`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evals import gate, report, runs
from evals.runner import main_mutate, main_run
from evals.settings import EvalSettings
from synth.errors import SynthError

RESULTS = Path(__file__).parent / "RESULTS.md"
OPTIONS = ("texts", "text_column", "label_column", "label_column2")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked; return 0, 1 if a verdict or comparison is red, 2 for wrong usage."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.does(asked))
    except SynthError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="run evals and keep the results")
    run.add_argument("ids", nargs="*", metavar="E04", help="none: all")
    run.add_argument("--data", type=Path, help="folder shaped like the public data folder")
    run.add_argument("--seed", type=int, default=7)
    run.add_argument("--full", action="store_true", help="the sizes of the published figures")
    run.add_argument("--json", action="store_true", help="one line per eval and set")
    for option in OPTIONS:
        run.add_argument(
            "--" + option.replace("_", "-"), help="a labelled text set of your own (E04)"
        )
    run.set_defaults(does=_run)
    mutate = commands.add_parser("mutate", help="show that each scorer notices bad outputs")
    mutate.add_argument("ids", nargs="*", metavar="E04", help="none: all, and the runner's own")
    mutate.add_argument("--json", action="store_true")
    mutate.set_defaults(does=lambda asked: main_mutate(asked.ids, as_json=asked.json))
    compare = commands.add_parser("compare", help="a run with another, or with the baselines")
    compare.add_argument("run", nargs="?", type=Path, help="none: the newest")
    compare.add_argument("--against", type=Path, help="an older run; none: the baselines")
    compare.add_argument("--update", action="store_true", help="store the run as baselines")
    compare.set_defaults(does=_compare)
    results = commands.add_parser("report", help="write RESULTS.md from runs")
    results.add_argument("runs", nargs="*", type=Path, help="none: the newest")
    results.add_argument("--to", type=Path, default=RESULTS)
    results.set_defaults(does=_report)
    return parser


def _run(asked: argparse.Namespace) -> int:
    given = {name: getattr(asked, name) for name in OPTIONS}
    return main_run(
        asked.ids,
        data=asked.data,
        seed=asked.seed,
        full=asked.full,
        as_json=asked.json,
        options={name: value for name, value in given.items() if value},
    )


def _compare(asked: argparse.Namespace) -> int:
    after = runs.read(asked.run or runs.latest(EvalSettings().runs)).results
    if asked.update:
        for path in gate.write_baselines(after):
            sys.stdout.write(f"stored {path}\n")
        return 0
    before = runs.read(asked.against).results if asked.against else gate.read_baselines()
    measured = {result.id for result in after}
    changes = gate.compare([r for r in before if asked.against or r.id in measured], after)
    sys.stdout.writelines(f"{change}\n" for change in changes)
    for one in gate.not_compared(before, after):
        sys.stdout.write(f"new  {one}: nothing older to compare with; --update stores this run\n")
    return int(any(change.is_loss for change in changes))


def _report(asked: argparse.Namespace) -> int:
    files = asked.runs or [runs.latest(EvalSettings().runs)]
    read = [runs.read(path) for path in files]
    text = report.results_markdown([(run.manifest, run.results) for run in read])
    asked.to.write_text(text, encoding="utf-8")
    sys.stdout.write(f"wrote {asked.to}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
