"""What people do with an insight by forms: label, decide, test, record, close, reopen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from api.web.format import sentence
from api.web.insight_parts import values_of
from api.web.pages.insight import show
from api.web.session import Sending, Serving, Visitor
from synth.errors import Conflict, InputError
from synth.hypotheses.types import Side
from synth.insights import actions
from synth.insights.recording import (
    InsightTestGiven,
    MeasuredGiven,
    OutcomeGiven,
    QuoteGiven,
    ResultsGiven,
)
from synth.insights.types import Choice, FlagCode, InsightTestKind, LabelKind
from synth.segments import repo as segments
from synth.services import Services

router = APIRouter()

Text = Annotated[str, Form(max_length=4000)]
Word = Annotated[str, Form(max_length=400)]


async def _form(request: Request) -> FormData:
    return await request.form()


@router.post("/insights/{insight_id}/labels")
def label(
    request: Request,
    sender: Sending,
    services: Serving,
    insight_id: str,
    form: Annotated[FormData, Depends(_form)],
) -> Response:
    """Set every kind of label to what its field holds."""
    given = {kind.value: values_of([str(form.get(kind.value, ""))]) for kind in LabelKind}
    return _do(
        request, sender, services, insight_id, "labelled",
        lambda: actions.label(services, sender.actor, insight_id, given),
    )  # fmt: skip


@router.post("/insights/{insight_id}/decision")
def decide(
    request: Request,
    sender: Sending,
    services: Serving,
    insight_id: str,
    choice: Word = "",
    owner_id: Word = "",
    deadline: Word = "",
    note: Text = "",
) -> Response:
    """Decide what is done, by whom and until when."""

    def act() -> object:
        chosen = read_choice(choice)
        until = None if chosen is Choice.DROP else read_day(deadline)
        return actions.decide(
            services,
            sender.actor,
            insight_id,
            chosen,
            owner_id=owner_id or None,
            deadline=until,
            note=note,
        )

    return _do(request, sender, services, insight_id, "decided", act)


@router.post("/insights/{insight_id}/test")
def start_test(
    request: Request,
    sender: Sending,
    services: Serving,
    insight_id: str,
    kind: Word = "",
    name: Word = "",
    change: Text = "",
    split: Word = "",
    starts_on: Word = "",
    ends_on: Word = "",
    experiment_id: Word = "",
) -> Response:
    """Record what is tried."""

    def act() -> object:
        if kind not in set(InsightTestKind):
            raise InputError("choose how it is tried", expected=", ".join(InsightTestKind))
        starts = read_day(starts_on)
        if starts is None:
            raise InputError("the first day of the test is missing")
        given = InsightTestGiven(
            kind=InsightTestKind(kind),
            name=name,
            change=change,
            split={arm: read_number(share, "a share") for arm, share in _arms(split).items()},
            starts_on=starts,
            ends_on=read_day(ends_on),
            experiment_id=experiment_id or None,
        )
        return actions.start_test(services, sender.actor, insight_id, given)

    return _do(request, sender, services, insight_id, "testing", act)


@router.post("/insights/{insight_id}/outcome")
def record_outcome(
    request: Request,
    sender: Sending,
    services: Serving,
    insight_id: str,
    metric: Word = "",
    segment: Word = "",
    before: Word = "",
    after: Word = "",
    counts: Word = "",
    measured_on: Word = "",
    quote: Text = "",
    chunk_id: Word = "",
    side: Word = "for",
    finding: Word = "",
    experiment_id: Word = "",
    variant: Word = "",
) -> Response:
    """Record a number, typed or of an experiment, a quote after launch, or what was found."""

    def act() -> object:
        measured = []
        if after or counts:
            measured = [read_measured(metric, segment, before, after, counts, measured_on)]
        quotes = []
        if quote.strip() or chunk_id:
            words = quote.strip() or _words_of(services, sender, chunk_id)
            quotes = [QuoteGiven(quote=words, side=Side(side), chunk_id=chunk_id or None)]
        findings = [finding] if finding.strip() else []
        results = None
        if experiment_id:
            results = ResultsGiven(experiment_id=experiment_id, variant=variant or None)
        given = OutcomeGiven(measured=measured, results=results, quotes=quotes, findings=findings)
        return actions.record_outcome(services, sender.actor, insight_id, given)

    return _do(request, sender, services, insight_id, "recorded", act)


@router.post("/insights/{insight_id}/close")
def close(
    request: Request, sender: Sending, services: Serving, insight_id: str, learning: Text = ""
) -> Response:
    """Close the loop: with a number, a voice after launch and what was learnt."""
    given = OutcomeGiven(learning=learning, close=True)
    return _do(
        request, sender, services, insight_id, "closed",
        lambda: actions.record_outcome(services, sender.actor, insight_id, given),
    )  # fmt: skip


@router.post("/insights/{insight_id}/reopen")
def reopen(
    request: Request,
    sender: Sending,
    services: Serving,
    insight_id: str,
    reason: Word = "",
    note: Text = "",
) -> Response:
    """Take a closed or dropped insight up again."""
    code = FlagCode(reason) if reason in set(FlagCode) else None
    return _do(
        request, sender, services, insight_id, "reopened",
        lambda: actions.reopen(services, sender.actor, insight_id, code, note),
    )  # fmt: skip


def _do(
    request: Request,
    sender: Visitor,
    services: Services,
    insight_id: str,
    done: str,
    act: Callable[[], object],
) -> Response:
    """Do it and lead back, or show the page again with why it was refused."""
    try:
        act()
    except (InputError, Conflict) as error:
        missing = error.data.get("missing")
        told = [sentence(text) for text in missing] if isinstance(missing, tuple) else []
        lines = [(text, "") for text in told or [sentence(error.message)]]
        head = [("It cannot be closed yet. Missing:", "")] if told else []
        status = 409 if isinstance(error, Conflict) else 422
        return show(request, sender, services, insight_id, errors=[*head, *lines], status=status)
    return RedirectResponse(f"/insights/{insight_id}?done=insight-{done}", status_code=303)


def _words_of(services: Services, sender: Visitor, chunk_id: str) -> str:
    with services.reading(sender.workspace_id) as uow:
        found = segments.load_chunks(uow, [chunk_id])
    if not found:
        raise InputError("no such passage", found=chunk_id[:64])
    return found[chunk_id].text


def read_choice(text: str) -> Choice:
    """Return what was chosen; raises InputError."""
    if text not in set(Choice):
        raise InputError("choose what to do", expected=", ".join(Choice))
    return Choice(text)


def read_day(text: str) -> date | None:
    """Return the day typed; None where the field is empty; raises InputError."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise InputError("no day", found=text[:40], expected="for example 2026-03-20") from None


def read_number(text: str, what: str) -> float:
    """Return the number typed; raises InputError."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise InputError(what, found=text[:40], expected="a number such as 0.42") from None


def _arms(split: str) -> dict[str, str]:
    return read_pairs(
        split, "the split names each arm with its share", "control=0.5, treatment=0.5"
    )


def read_pairs(text: str, what: str, example: str) -> dict[str, str]:
    """Return NAME=VALUE pairs with commas between them; raises InputError, which says `what`."""
    pairs = {}
    for part in values_of([text]):
        name, equals, value = part.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise InputError(what, found=part[:40], expected=f"for example {example}")
        pairs[name.strip()] = value.strip()
    return pairs


def read_measured(
    metric: str, segment: str, before: str, after: str, counts: str, measured_on: str
) -> MeasuredGiven:
    """Return one outcome in numbers as it was typed; counts win over values; raises InputError."""
    numbers = counts.replace("/", ",").replace(" ", "").split(",") if counts.strip() else []
    if numbers and (len(numbers) != 4 or not all(number.isdigit() for number in numbers)):
        raise InputError("no counts", found=counts[:40], expected="k/n, k/n such as 80/100, 28/100")
    k1, n1, k2, n2 = (int(number) for number in numbers) if numbers else (None,) * 4
    return MeasuredGiven(
        metric=metric.strip() or None,
        segment=read_pairs(segment, "the segment is a name and its value", "plan=enterprise"),
        before=read_number(before, "the value before") if before.strip() and not numbers else None,
        after=read_number(after, "the value after") if after.strip() and not numbers else None,
        before_k=k1,
        before_n=n1,
        after_k=k2,
        after_n=n2,
        measured_on=read_day(measured_on),
    )
