"""Which experiments a test may name, and whose numbers its outcome may take over."""

from __future__ import annotations

from collections.abc import Sequence

from api.web.insight_contexts import TakeOver
from api.web.part_contexts import Option
from synth.insights.taking_over import effects_for
from synth.insights.types import LoopState, Record
from synth.metrics.experiments import Experiment
from synth.metrics.types import Metric

#: Experiments offered to a test that names none.
OFFERED = 5


def experiment_options(experiments: Sequence[Experiment]) -> list[Option]:
    """Return the imported experiments as choices of the form of a test, "none" first."""
    none = Option(value="", label="none: values are typed")
    return [none, *(Option(value=one.id, label=one.name) for one in experiments)]


def takeovers(
    record: Record, metric: Metric, experiments: Sequence[Experiment]
) -> tuple[list[TakeOver], str]:
    """Return what can be taken over for the last test, and what has to be imported first."""
    if record.standing.state is not LoopState.TESTING or not record.tests:
        return [], ""
    named, name = record.tests[-1].experiment_id, record.standing.insight.content.metric
    wanted = [one for one in experiments if named in (None, one.id)]
    found = []
    for one in wanted:
        variants = [effect.arm.variant for effect in effects_for(one, name, metric)]
        if variants:
            options = [Option(value=text, label=text) for text in variants]
            found.append(TakeOver(experiment_id=one.id, name=one.name, variants=options))
    if named is None or found:
        return found[:OFFERED], ""
    if wanted:
        return [], f"The experiment {named} does not measure {name} under a name known here."
    return [], f"The results of experiment {named} are not imported yet."
