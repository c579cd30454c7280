"""Results as JSON lines, as a table in the terminal, and as evals/RESULTS.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TextIO

from evals.types import Estimate, EvalResult, Verdict

#: Published figures beside ours: (eval, set prefix, metric) -> what, and where it stands.
ANCHORS: Mapping[tuple[str, str, str], tuple[str, str]] = {
    ("E04", "banking77", "nmi"): (
        "0.824 few-shot clustering with an LLM",
        "wizwand.com/paper/68fa6fe71e209131cea4804a",
    ),
    ("E04", "clinc150", "nmi"): (
        "0.926 few-shot clustering with an LLM",
        "wizwand.com/paper/68fa6fe71e209131cea4804a",
    ),
}
NO_ANCHOR = ("none published", "")
STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.SKIPPED: "dim",
}


def as_record(result: EvalResult) -> dict[str, object]:
    """Return the object of the interface for one eval and set."""
    return {
        "id": result.id,
        "set": result.set,
        "metrics": {
            name: {"value": estimate.value, "low": estimate.low, "high": estimate.high}
            for name, estimate in result.metrics.items()
        },
        "n": result.n,
        "verdict": result.verdict.value,
        "reason": result.reason,
    }


def json_line(result: EvalResult) -> str:
    """Return one line of JSON."""
    return json.dumps(as_record(result), ensure_ascii=False, allow_nan=False)


def number(value: float) -> str:
    """Return a count as it is and anything else with three decimals."""
    return f"{value:.0f}" if float(value).is_integer() and abs(value) >= 2 else f"{value:.3f}"


def interval(estimate: Estimate) -> str:
    """Return "0.840 (0.831-0.852)", or the number alone where it has no sampling error."""
    if estimate.low == estimate.high:
        return number(estimate.value)
    return f"{number(estimate.value)} ({number(estimate.low)} to {number(estimate.high)})"


def print_results(results: Sequence[EvalResult], out: TextIO) -> None:
    """Print a table, one line per eval, set and metric, skipped ones included."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("eval", "set", "metric", "value (95 % interval)", "n", "verdict", "reason")
    for result in results:
        style = STYLES[result.verdict]
        for position, (name, value) in enumerate(_metric_rows(result)):
            first = position == 0
            table.add_row(
                result.id if first else "",
                escape(result.set) if first else "",
                escape(name),
                value,
                str(result.n) if first else "",
                f"[{style}]{result.verdict.value}[/]" if first else "",
                escape(result.reason) if first else "",
            )
    Console(file=out).print(table)


def _metric_rows(result: EvalResult) -> list[tuple[str, str]]:
    rows = [(name, interval(estimate)) for name, estimate in result.metrics.items()]
    return rows or [("-", "-")]


def results_markdown(
    runs: Sequence[tuple[Mapping[str, object], Sequence[EvalResult]]],
) -> str:
    """Return the text of evals/RESULTS.md from runs, each a manifest with its results.

    The file is generated, never edited by hand.
    """
    results = [result for _, own in runs for result in own]
    head = (
        "| eval | set | metric | value (95 % interval) | n | anchor | source | verdict | reason |"
    )
    lines = [
        "# Results of the evals",
        "",
        "Made by `python -m evals report`; do not edit. What each number means: README.md here.",
        "",
        *_origins(runs),
        "",
        head,
        "|" + "---|" * 9,
        *[row for result in results for row in _markdown_rows(result)],
        "",
        f"{_counts(results)}.",
        "",
    ]
    return "\n".join(lines)


def _origins(runs: Sequence[tuple[Mapping[str, object], Sequence[EvalResult]]]) -> list[str]:
    """Return a line per commit, seed, size and data, with the evals run so."""
    evals: dict[str, list[str]] = {}
    for manifest, results in runs:
        origin = (
            f"commit `{manifest.get('git')}`, seed {manifest.get('seed')}, "
            f"{'full' if manifest.get('full') else 'quick'} sizes, data `{_short(manifest)}`"
        )
        evals.setdefault(origin, []).extend(dict.fromkeys(result.id for result in results))
    return [f"- {', '.join(ids)}: {origin}" for origin, ids in evals.items()]


def _short(manifest: Mapping[str, object]) -> str:
    return str(manifest.get("data") or "none")[:12]


def _markdown_rows(result: EvalResult) -> list[str]:
    return [
        "| " + " | ".join(_cell(cell) for cell in (result.id, result.set, *cells)) + " |"
        for cells in (
            (name, value, result.n, *_anchor(result, name), result.verdict.value, result.reason)
            for name, value in _metric_rows(result)
        )
    ]


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _anchor(result: EvalResult, metric: str) -> tuple[str, str]:
    for (eval_id, prefix, name), anchor in ANCHORS.items():
        if (eval_id, name) == (result.id, metric) and result.set.startswith(prefix):
            return anchor
    return NO_ANCHOR


def _counts(results: Sequence[EvalResult]) -> str:
    counts = dict.fromkeys(Verdict, 0)
    for result in results:
        counts[result.verdict] += 1
    return ", ".join(f"{count} {verdict.value}" for verdict, count in counts.items())
