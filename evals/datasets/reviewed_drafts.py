"""What the reviewers of a workspace decided, as `synth eval export-cases` writes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.datasets.supported_claims import JudgedClaim
from synth.errors import InputError

#: The reason by which a reviewer says that a claim is not what its quotes say.
MISREAD = "misread_quote"


@dataclass(frozen=True, kw_only=True)
class ReviewedDraft:
    """One decided draft."""

    case: str
    is_approved: bool
    reason_codes: tuple[str, ...]
    drafter: str
    edited: tuple[str, ...]  #: fields a person changed
    claims: tuple[JudgedClaim, ...]  #: of which reviewers said whether the quotes bear them out


def read_reviewed(folder: Path) -> list[ReviewedDraft]:
    """Return the decided drafts of every `*.jsonl` in `folder`; a case given twice counts once.

    Raises:
        InputError: a line that no export wrote, with its file and number.
    """
    found: dict[str, ReviewedDraft] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            try:
                draft = _draft(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                expected = "a line of `synth eval export-cases`"
                raise InputError(
                    "no case", file=str(path), line=number, found=str(error)[:80], expected=expected
                ) from error
            found[draft.case] = draft
    return list(found.values())


def _draft(row: dict[str, Any]) -> ReviewedDraft:
    approved = {"approve": True, "reject": False}[row["decision"]]
    codes = tuple(row["reason_codes"])
    # Any other reason says nothing of whether the quotes bear the claims out.
    judged = approved or MISREAD in codes
    return ReviewedDraft(
        case=row["case"],
        is_approved=approved,
        reason_codes=codes,
        drafter=row["drafter"],
        edited=tuple(edit["field"] for edit in row["edits"]),
        claims=tuple(_claims(row, is_supported=approved)) if judged else (),
    )


def _claims(row: dict[str, Any], *, is_supported: bool) -> list[JudgedClaim]:
    """Return the claims whose every source may be used; one that is withheld leaves no verdict."""
    return [
        JudgedClaim(
            id=f"{row['case']}-{place}",
            claim=claim["text"],
            source=" ".join(one["quote"] for one in claim["sources"]),
            is_supported=is_supported,
            document=claim["sources"][0]["document"],
        )
        for place, claim in enumerate(row["claims"])
        if claim["kind"] == "qual" and claim["sources"] and not claim["withheld"]
    ]
