"""E03 redaction: structured personal data is found, and survives nowhere in what is stored."""

from __future__ import annotations

import csv
import io
import logging
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from evals.datasets.folder import SetAbsent, set_folder, skipped
from evals.datasets.pii_synthetic import NAME as PUBLIC
from evals.datasets.pii_synthetic import PiiItem, generate, load
from evals.scorers.redaction import is_right, leaks, score_spans, survives
from evals.stats import combine, exact, judge, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Mutant
from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.bootstrap import build_services
from synth.settings import Settings
from synth.sources.actions import upload
from synth.sources.redaction import redact
from synth.sources.stage import read_source
from synth.sources.types import ReadOptions, Redaction

ID = "E03"
OWN, QUICK, STORED = 3_000, 600, 120
RECALL, PRECISION = 0.995, 0.92


def run(context: EvalContext) -> list[EvalResult]:
    """Redact labelled texts; then store some and search everything on disk for survivors."""
    own = generate(context.seed, OWN if context.full else QUICK)
    results = [_result("own_templates", own), _stored(own[:STORED])]
    try:
        public = load(set_folder(context.data, PUBLIC))
    except SetAbsent as reason:
        return [*results, skipped(ID, PUBLIC, str(reason))]
    return [*results, _result(PUBLIC, public)]


def mutants(context: EvalContext) -> list[Mutant]:
    """Corrupt redacted outputs; the scorer must notice each."""
    items = generate(context.seed, 200)
    return [*_text_mutants(items), *_place_mutants()]


def _result(name: str, items: Sequence[PiiItem]) -> EvalResult:
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    right = replaced = 0
    for item in items:
        one = redact([item.text]).texts[0]
        for kind, score in score_spans(item, one.text, one.redactions):
            total[kind] += 1
            found[kind] += score.value == 1.0
        replaced += len(one.redactions)
        right += sum(is_right(item, redaction.original) for redaction in one.redactions)
    recall = wilson_estimate(found.total(), total.total())
    precision = wilson_estimate(right, replaced)
    metrics: dict[str, Estimate] = {"recall": recall, "precision": precision}
    metrics |= {
        f"recall_{kind}": wilson_estimate(found[kind], total[kind]) for kind in sorted(total)
    }
    return EvalResult(
        id=ID,
        set=name,
        metrics=metrics,
        n=total.total(),
        verdict=combine(
            (
                judge(recall, RECALL, n_clusters=len(items)),
                judge(precision, PRECISION, n_clusters=len(items)),
            )
        ),
        reason="names, addresses and places need a model and are not counted",
    )


class _Kept(logging.Handler):
    """Keeps every log line."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())


def _stored(items: Sequence[PiiItem]) -> EvalResult:
    """Upload the texts with personal data in every place, then search each byte that was kept."""
    handler, root = _Kept(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with tempfile.TemporaryDirectory() as folder:
            kept = _store(Path(folder), items)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    places = {**kept, "log": "\n".join(handler.lines)}
    secrets = [span.of(item.text) for item in items for span, _ in item.spans]
    leaked = [secret for secret in secrets if leaks([secret], places)]
    estimate = exact(float(len(leaked)))
    return EvalResult(
        id=ID,
        set="own_templates_stored",
        metrics={"leaks": estimate},
        n=len(secrets),
        verdict=judge(estimate, 0.0, n_clusters=len(items), hard=True, at_most=True),
        reason=", ".join(sorted({place for one in leaked for place in leaks([one], places)})),
    )


def _store(folder: Path, items: Sequence[PiiItem]) -> dict[str, str]:
    """Return what a workspace keeps of the items, by file, the original bytes left out."""
    services = build_services(Settings(data_dir=folder))
    try:
        keys = start_workspace(services, "E03").keys
        actor = authenticate(services, keys[MemberRole.RESEARCHER])
        address = next(
            span.of(item.text) for item in items for span, kind in item.spans if kind == "email"
        )
        sent = upload(
            services,
            actor,
            filename=f"export of {address}.csv",
            data=_csv(items),
            options=ReadOptions(study=f"for {address}"),
        )
        read_source(services, actor.workspace_id, sent.source.id)
    finally:
        services.engine.dispose()
    return {
        path.name: path.read_bytes().decode("utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "originals" not in path.relative_to(folder).parts
    }


def _csv(items: Sequence[PiiItem]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("ticket_id", "subject", "description", "remark"))
    for item in items:
        writer.writerow((f"{item.id} {item.text}", item.text, item.text, item.text))
    return text.getvalue().encode()


def _text_mutants(items: Sequence[PiiItem]) -> list[Mutant]:
    made = []
    for kind in ("email", "card", "phone", "iban"):
        item = next(item for item in items if any(name == kind for _, name in item.spans))
        one = redact([item.text]).texts[0]
        secret = next(span.of(item.text) for span, name in item.spans if name == kind)
        half = secret[len(secret) // 2 :] if kind != "email" else secret
        without = tuple(r for r in one.redactions if r.original.of(item.text) != secret)
        made += [
            _mutant(f"leave one {kind}", item, one.text + secret, without),
            _mutant(f"mask half of a {kind}", item, f"{one.text} {half}", one.redactions),
            _mutant(f"claim a {kind} that stays", item, item.text, one.redactions),
        ]
    return made


def _mutant(name: str, item: PiiItem, redacted: str, redactions: Sequence[Redaction]) -> Mutant:
    scores = score_spans(item, redacted, redactions)
    return Mutant(eval_id=ID, name=name, killed=any(score.value < 1 for _, score in scores))


def _place_mutants() -> list[Mutant]:
    secret = "ana.31@mail.example.org"
    return [
        Mutant(
            eval_id=ID,
            name=f"personal data in {place} only",
            killed=leaks([secret], {"text": "[email 1]", place: f"x {secret.upper()} y"}) == [place]
            and survives(secret, f"x {secret} y"),
        )
        for place in ("a log line", "a file name", "metadata", "a title")
    ]
