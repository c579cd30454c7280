"""E03: is labelled personal data gone, everywhere? Cannot see what nobody labelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.datasets.pii_synthetic import PiiItem
from evals.types import Score
from synth.core.spans import Span
from synth.sources.types import Redaction

NAME = "redacted"
#: A stretch of this many digits of a number still says whose it is.
TELLING_DIGITS = 7


def score_spans(
    item: PiiItem, redacted: str, redactions: Sequence[Redaction]
) -> list[tuple[str, Score]]:
    """Return (kind, score) per labelled span: 1 if all of it is replaced and nothing survives."""
    covered = bytearray(len(item.text))
    for one in redactions:
        covered[one.original.start : one.original.end] = b"\1" * len(one.original)
    scores = []
    for number, (span, kind) in enumerate(item.spans):
        is_gone = all(covered[span.start : span.end])
        is_gone = is_gone and not survives(span.of(item.text), redacted)
        scores.append(
            (
                kind,
                Score(
                    name=NAME,
                    item=f"{item.id}:{number}",
                    value=float(is_gone),
                    cluster=item.id,
                    evidence="" if is_gone else f"{kind} left",
                ),
            )
        )
    return scores


def survives(secret: str, text: str) -> bool:
    """Return whether `secret`, or a telling part of its digits, is still in `text`."""
    if secret.casefold() in text.casefold():
        return True
    digits = [character for character in secret if character.isdigit()]
    if len(digits) <= TELLING_DIGITS or 2 * len(digits) < len(secret):
        return False
    left = "".join(character for character in text if character.isdigit())
    return any(
        "".join(digits[start : start + TELLING_DIGITS]) in left
        for start in range(len(digits) - TELLING_DIGITS + 1)
    )


def leaks(secrets: Sequence[str], places: Mapping[str, str]) -> list[str]:
    """Return the places in which a secret is still written: text, title, file name, log."""
    return [
        place
        for place, text in places.items()
        if any(secret.casefold() in text.casefold() for secret in secrets)
    ]


def is_right(item: PiiItem, original: Span) -> bool:
    """Return whether a replaced stretch touches structured personal data that is labelled."""
    return any(span.overlaps(original) for span, _ in item.spans)
