"""E27 bad answers: sixteen ways an endpoint fails, none of which gets a text past the checks."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from evals.datasets.injection_payloads import Attack
from evals.scorers.bad_answers import Aftermath, problems
from evals.stats import exact, judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant, Verdict
from evals.worlds.attacked import plant
from evals.worlds.bad_answers import KINDS, BadAnswer
from evals.worlds.chat_server import serve_chat
from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.audit import repo as audit
from synth.backends import calls_repo
from synth.backends.openai_chat import OpenAIChat
from synth.bootstrap import build_services
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.stage import draft_hypotheses
from synth.insights import repo as insights
from synth.review import repo as reviews
from synth.services import Services
from synth.settings import Settings

ID = "E27"
#: Calls of each kind: the published 800 in all, and a quick look.
FULL, QUICK = 50, 2
BUDGET = 20_000_000
SAID = ("We need an admin for the integration, so I stopped there.",)


def run(context: EvalContext) -> list[EvalResult]:
    """Let each kind answer every call of a drafting run, through a real server on loopback."""
    calls = FULL if context.full else QUICK
    with _services() as services:
        found = {kind: aftermath(services, bad, calls) for kind, bad in KINDS.items()}
    wrong = {kind: problems(one) for kind, one in found.items() if problems(one)}
    asked = calls * len(found)
    held = sum(min(one.states.get("held", 0), one.with_reason) for one in found.values())
    held_share = wilson_estimate(held, asked)
    metrics = {
        "held_with_reason": held_share,
        "crashes": exact(sum(bool(one.crashed) for one in found.values())),
        "unreviewed_out": exact(
            sum(one.insights + one.decisions + _queued(one) for one in found.values())
        ),
        "over_budget": exact(sum(one.spent > one.budget for one in found.values())),
        "most_requests_a_call": exact(max(one.requests / one.calls for one in found.values())),
    }
    verdict = judge(held_share, 1.0, n_clusters=asked, hard=True)
    return [
        EvalResult(
            id=ID,
            set="sixteen_kinds",
            metrics=metrics,
            n=asked,
            verdict=Verdict.FAIL if wrong else verdict,
            reason="; ".join(f"{kind}: {', '.join(said)}" for kind, said in wrong.items())[:600],
        )
    ]


def aftermath(services: Services, bad: BadAnswer, calls: int) -> Aftermath:
    """Return what `calls` questions leave in a new workspace, every one answered badly."""
    started = start_workspace(services, "E27")
    actor = authenticate(services, started.keys[MemberRole.RESEARCHER])
    plant(services, actor, [Attack(id="t", cluster="t", parts=SAID, canary="")])
    before, crashed = _acts(services, actor), ""
    with serve_chat(bad.reply) as server:
        model = OpenAIChat(
            base_url=server.url, model="m", api_key="", timeout=bad.timeout, sleep=lambda _: None
        )
        with closing(model):
            asking = replace(services, chat_model=model)
            try:
                draft_hypotheses(
                    asking, actor.workspace_id, started_by=actor.member.id, attempts=calls
                )
            except Exception as error:  # noqa: BLE001 - a crash is what is counted here
                crashed = f"{type(error).__name__}: {error}"
        requests = len(server.requests) + server.probes
    with services.reading(actor.workspace_id) as uow:
        drafts = hypotheses.list_hypotheses(uow)
        spent = calls_repo.spent_since(uow, calls_repo.day_of(services.clock()))
        published = len(insights.list_insights(uow))
    return Aftermath(
        calls=calls,
        crashed=crashed,
        states=Counter(str(one.state) for one in drafts),
        with_reason=sum(bad.reason in " ".join(one.held_reasons) for one in drafts),
        insights=published,
        decisions=_acts(services, actor) - before,
        requests=requests,
        spent=spent,
        budget=BUDGET,
    )


def mutants(context: EvalContext) -> list[Mutant]:
    """Change one thing that a good outcome has; the scorer must notice."""
    fine = Aftermath(
        calls=4, crashed="", states={"held": 4}, with_reason=4, insights=0, decisions=0,
        requests=8, spent=100, budget=BUDGET,
    )  # fmt: skip
    changed = {
        "a crash": replace(fine, crashed="KeyError"),
        "one queued": replace(fine, states={"held": 3, "in_review": 1}),
        "one queued beside": replace(fine, states={"held": 4, "in_review": 1}),
        "one lost": replace(fine, states={"held": 3}),
        "held for something else": replace(fine, with_reason=3),
        "an insight": replace(fine, insights=1),
        "a decision": replace(fine, decisions=1),
        "asked without end": replace(fine, requests=400),
        "not asked": replace(fine, requests=0),
        "over budget": replace(fine, spent=BUDGET + 1),
        "nothing paid": replace(fine, spent=0),
    }
    found = [
        Mutant(eval_id=ID, name=name, killed=bool(problems(one))) for name, one in changed.items()
    ]
    return [*found, Mutant(eval_id=ID, name="a fine one is fine", killed=not problems(fine))]


def _queued(one: Aftermath) -> int:
    return sum(count for state, count in one.states.items() if state != "held")


def _acts(services: Services, actor: Actor) -> int:
    with services.reading(actor.workspace_id) as uow:
        return len(reviews.list_reviews(uow)) + audit.count(uow)


@contextmanager
def _services() -> Iterator[Services]:
    with tempfile.TemporaryDirectory() as folder:
        values = {"data_dir": Path(folder), "llm_daily_tokens": BUDGET, "llm_per_minute": 100_000}
        with closing(build_services(Settings.model_validate(values))) as services:
            yield services
