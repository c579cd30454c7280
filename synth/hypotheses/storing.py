"""Content to and from the JSON value that is stored and hashed; older values read as before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from synth.core.proportions import Proportion
from synth.hypotheses.causes import CauseKind
from synth.hypotheses.types import Citation, Claim, Content, Side, Standing, Stratified


def content_document(content: Content) -> dict[str, Any]:
    """Return content as the JSON value that is stored and hashed."""
    return asdict(content)


def read_content(document: Mapping[str, Any]) -> Content:
    """Return the content stored as `document`."""
    values = dict(document)
    values["claims"] = tuple(
        Claim(text=claim["text"], kind=claim["kind"], cites=tuple(claim["cites"]))
        for claim in values["claims"]
    )
    values["citations"] = tuple(
        Citation(**{**citation, "side": Side(citation["side"])}) for citation in values["citations"]
    )
    values["scale"] = Proportion(**values["scale"])
    values["figures"] = tuple(Proportion(**figure) for figure in values.get("figures", ()))
    for name in ("baseline_share", "target_share"):
        counts = values.get(name)
        values[name] = Proportion(**counts) if counts else None
    values["strata"] = tuple(Stratified(**one) for one in values.get("strata", ()))
    values["cause_kind"] = CauseKind(values.get("cause_kind", CauseKind.UNCLEAR))
    values["standing"] = Standing(values.get("standing", Standing.TESTED))
    return Content(**values)
