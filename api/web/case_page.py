"""A case study as one HTML file that needs nothing beside it."""

from __future__ import annotations

from api.web.rendering import environment
from synth.fusion.case_study import CaseStudy


def case_html(study: CaseStudy) -> str:
    """Return the page with no style, script or address of its own; links lead to the passages."""
    return environment().get_template("case_alone.html").render(study=study)
