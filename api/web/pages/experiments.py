"""Experiments: what each did, whether it swung, and the talks a follow-up waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.web.experiment_contexts import EffectRow, ExperimentCard, ExperimentsPage
from api.web.format import counted, day, number, people, sentence
from api.web.framing import make_frame
from api.web.part_contexts import Notice, Option, StateTag
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from api.web.uploading import problem_lines, read_text
from synth.access.policy import Action
from synth.core.proportions import SMALL_N, wilson
from synth.errors import Conflict, InputError, NotFound
from synth.metrics import experiment_actions, experiment_repo
from synth.metrics.experiment_actions import Spoken
from synth.metrics.experiments import (
    LEAST_TALKS,
    MOST_TALKS,
    SWING,
    Arm,
    Effect,
    Experiment,
    effects_of,
    swings,
)
from synth.services import Services

router = APIRouter()

ABOVE = (("Metrics", "/metrics"),)
#: Interviews offered to be tagged.
OFFERED = 200
CALM = StateTag(word="no swing", icon="○")
READY = StateTag(word="people were spoken with", tone="approved", icon="✓")
WAITS = StateTag(word=f"{LEAST_TALKS}-{MOST_TALKS} conversations needed", tone="held", icon="!")


@router.get("/experiments")
def list_experiments(request: Request, visitor: Visiting, services: Serving) -> Response:
    """List experiments, the latest first."""
    return _list(request, visitor, services)


@router.post("/experiments")
def import_experiments(
    request: Request,
    sender: Sending,
    services: Serving,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Import a file of experiments; what cannot be used, or has to wait, is said on the page."""
    try:
        filename, text = read_text(file)
        done = experiment_actions.import_experiments(
            services, sender.actor, filename=filename, text=text
        )
    except (InputError, Conflict) as error:
        return _list(request, sender, services, errors=(error.message,))
    if done.problems:
        return _list(request, sender, services, errors=problem_lines(done.problems))
    return RedirectResponse("/experiments?done=imported", status_code=303)


@router.post("/experiments/talks")
def tag_talk(
    request: Request,
    sender: Sending,
    services: Serving,
    experiment_id: Annotated[str, Form(max_length=200)],
    document_id: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Say that an interview is about an experiment."""
    try:
        experiment_actions.tag_talks(services, sender.actor, experiment_id, [document_id])
    except NotFound as error:
        return _list(request, sender, services, errors=(error.message,))
    return RedirectResponse("/experiments?done=tagged", status_code=303)


@router.post("/experiments/talks/drop")
def untag_talk(
    request: Request,
    sender: Sending,
    services: Serving,
    experiment_id: Annotated[str, Form(max_length=200)],
    document_id: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Take back that an interview is about an experiment."""
    try:
        experiment_actions.untag_talk(services, sender.actor, experiment_id, document_id)
    except NotFound as error:
        return _list(request, sender, services, errors=(error.message,))
    return RedirectResponse("/experiments?done=undone", status_code=303)


def _list(
    request: Request, visitor: Visitor, services: Services, *, errors: Sequence[str] = ()
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        found = experiment_actions.list_spoken(services, uow)
        titles = experiment_repo.interviews(uow) if found else {}
        frame = make_frame(
            request, uow, visitor, title="Experiments", section="metrics", crumbs=ABOVE
        )
    page = ExperimentsPage(
        experiments=[_card(spoken, titles) for spoken in found],
        may_import=visitor.may(Action.IMPORT_METRICS),
        may_tag=visitor.may(Action.TAG),
        empty=None if found else EMPTY,
        errors=[sentence(error) for error in errors],
    )
    return render(request, "experiments.html", page, frame, status=422 if errors else 200)


EMPTY = Notice(
    title="No experiment yet",
    text="A CSV with the columns experiment, metric, variant, n and conversions (or mean and sd) "
    "shows what each variant did. One that moves a metric by more than "
    f"{SWING * 100:.0f}\N{NARROW NO-BREAK SPACE}% either way needs {LEAST_TALKS}-{MOST_TALKS} "
    "conversations before a follow-up.",
)


def _card(spoken: Spoken, titles: Mapping[str, str]) -> ExperimentCard:
    experiment = spoken.experiment
    swung, count = swings(experiment), len(spoken.people)
    return ExperimentCard(
        id=experiment.id,
        name=experiment.name,
        when=_when(experiment),
        follows=experiment.follows or "",
        effects=[_effect_row(effect) for effect in effects_of(experiment)],
        state=(WAITS if spoken.waits else READY) if swung else CALM,
        talks=f"{counted(count, 'person', 'people')} spoken with.",
        waits=sentence(spoken.waits),
        filled=min(count, LEAST_TALKS),
        needed=LEAST_TALKS if swung else 0,
        interviews=[(titles[one], one) for one in sorted(spoken.tagged) if one in titles],
        offered=[
            Option(value=one, label=title)
            for one, title in titles.items()
            if one not in spoken.tagged
        ][:OFFERED],
    )


def _when(experiment: Experiment) -> str:
    if experiment.starts_at is None and experiment.ends_at is None:
        return "no dates"
    begun = day(experiment.starts_at, year=True)
    return f"{begun} to {day(experiment.ends_at, year=True)}"


def _effect_row(effect: Effect) -> EffectRow:
    return EffectRow(
        metric=effect.arm.metric,
        variant=effect.arm.variant,
        control=_value(effect.control),
        value=_value(effect.arm),
        change=_change(effect),
        swings=effect.swings,
    )


def _value(arm: Arm) -> str:
    if arm.conversions is not None:
        return people(wilson(arm.conversions, arm.n))
    return f"{number(arm.value)} (n = {arm.n:,})"


def _change(effect: Effect) -> str:
    """Return the change against the control with its interval; of few people, only its way."""
    if effect.relative is None:
        return "from nothing" if effect.swings else "none"
    if min(effect.arm.n, effect.control.n) < SMALL_N:
        return f"too few for a percentage: n < {SMALL_N}"
    head = _percent(effect.relative)
    if effect.low is None or effect.high is None:
        return head
    return f"{head} ({_percent(effect.low)} to {_percent(effect.high)})"


def _percent(change: float) -> str:
    sign = "+" if change > 0 else ""
    return f"{sign}{number(round(change * 100, 1))}\N{NARROW NO-BREAK SPACE}%"
