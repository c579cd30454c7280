"""Claims with the text they cite and people's word on whether it bears them out."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth.core.fingerprints import sha256_text

#: Judgements of ExpertQA that say anything about support.
JUDGED = {"Complete": True, "Incomplete": False, "Partial": False, "Missing": False}
#: "[1]", "[2, 3]": marks that lead to the evidence and are no part of a claim.
REFERENCE = re.compile(r"\s*\[\d+(?:,\s*\d+)*\]")


@dataclass(frozen=True, kw_only=True)
class JudgedClaim:
    """One claim beside its source."""

    id: str
    claim: str
    source: str
    is_supported: bool
    document: str  #: claims of one document are not independent
    edits: tuple[str, ...] = ()  #: what was changed in it, where that is known


def read_summedits(folder: Path, domain: str) -> list[JudgedClaim]:
    """Return the summaries of one domain, some edited to be wrong."""
    with gzip.open(folder / f"summedits_{domain}.json.gz", "rt", encoding="utf-8") as file:
        rows = json.load(file)
    return [
        JudgedClaim(
            id=f"{domain}-{position}",
            claim=row["summary"],
            source=row["doc"],
            is_supported=bool(row["label"]),
            document=sha256_text(row["doc"])[:16],
            edits=tuple(row["edit_types"]),
        )
        for position, row in enumerate(rows)
    ]


def read_wice(folder: Path) -> list[JudgedClaim]:
    """Return the claims with their cited pages; partly supported counts as not."""
    rows = list(_lines(folder / "entailment_retrieval_claim_dev.jsonl.gz"))
    return [
        JudgedClaim(
            id=f"wice-{position}",
            claim=row["claim"],
            source=" ".join(row["evidence"]),
            is_supported=row["label"] == "supported",
            document=f"wice-{position}",
        )
        for position, row in enumerate(rows)
    ]


def read_expertqa(folder: Path) -> list[JudgedClaim]:
    """Return the claims that have evidence and a judgement; one cluster per question."""
    return [
        JudgedClaim(
            id=f"expertqa-{number}-{system}-{position}",
            claim=REFERENCE.sub("", claim["claim_string"]),
            source=" ".join(one.split("\n", 1)[-1] for one in claim["evidence"]),
            is_supported=JUDGED[claim["support"]],
            document=f"expertqa-{number}",
        )
        for number, row in enumerate(_lines(folder / "rand_val.jsonl.gz"))
        for system, answer in row["answers"].items()
        for position, claim in enumerate(answer["claims"])
        if claim["support"] in JUDGED and any(one.strip() for one in claim["evidence"] or ())
    ]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
