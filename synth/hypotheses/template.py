"""The offline drafter: says only what was counted and what people said, and names itself."""

from __future__ import annotations

from dataclasses import dataclass

from synth.hypotheses.citations import Unproved, prove_all
from synth.hypotheses.composing import Case, Wording, compose, one_line
from synth.hypotheses.types import Content, Provenance

DRAFTER = "template v1"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a drafter gives; `problem` is why there is no usable answer, if so."""

    content: Content
    unproved: tuple[Unproved, ...]
    provenance: Provenance
    problem: str | None = None


def draft(case: Case) -> Draft:
    """Return the template's draft: the same case always gives the same text."""
    passages = {excerpt.passage.chunk.id: excerpt.passage for excerpt in case.pack.excerpts}
    proved, failed = prove_all((excerpt.cited() for excerpt in case.pack.excerpts), passages)
    return Draft(
        content=compose(case, wording(case), proved),
        unproved=tuple(failed),
        provenance=Provenance(drafter=DRAFTER),
    )


def wording(case: Case) -> Wording:
    """Return the template's own words."""
    scale = case.scale
    return Wording(
        title=one_line(f"{case.theme} and {case.anomaly.metric}"),
        solution=f"a change to what “{case.theme}” describes",
        because=(
            f"{scale.among_hit} people it hit speak about “{case.theme}”, "
            f"beside {scale.among_others} of the people it did not hit"
        ),
    )
