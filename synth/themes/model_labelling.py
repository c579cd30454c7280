"""Asks the language model for better labels; whatever goes wrong, the offline one stays."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from prompts import loader
from synth.backends.chat_model import ChatModel
from synth.backends.recorded_calls import Question, RecordedModel
from synth.errors import BackendError
from synth.people import repo as people
from synth.segments.types import Chunk
from synth.services import Services
from synth.themes.labelling import label_themes
from synth.themes.model_labels import (
    PASSAGES,
    PURPOSE,
    Brief,
    LabelRefused,
    Proposal,
    ask,
    read_answer,
)
from synth.themes.planning import Written
from synth.themes.types import Background, Member

#: Seconds after which no further question is put in one run; the answers kept make the next
#: run go on where this one stopped.
LONGEST = 120.0
#: After so many unanswered questions in a row the endpoint is left alone for this run.
GIVE_UP = 2


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A theme as a model is told about it."""

    theme_id: str
    brief: Brief
    chunk_ids: Mapping[str, str]  #: by alias


def label_by_model(
    services: Services,
    workspace_id: str,
    written: Mapping[str, Written],
    members: Sequence[Member],
    chunks: Sequence[Chunk],
    backgrounds: Mapping[str, Background],
    *,
    reserved: Iterable[str],
) -> dict[str, Written]:
    """Return labels with those of themes that the model answered for and whose words are proved.

    Only passages of people who allow both the quote and the model are sent, and keywords made of
    them alone. Answers are kept by their question's content. `reserved` are titles that people
    gave. Without a model nothing changes.
    """
    improved = dict(written)
    if services.chat_model is None or not services.settings.llm_labels:
        return improved
    model = _recorded(services, services.chat_model, workspace_id)
    if model is None:
        return improved
    allowed = _allowed(services, workspace_id, backgrounds)
    texts = {chunk.id: chunk.text for chunk in chunks if chunk.id in allowed}
    given = {title.casefold() for title in reserved}
    unanswered, begun = 0, time.monotonic()
    for shown in islice(
        _themes(written, members, texts, backgrounds), services.settings.llm_labels
    ):
        if unanswered == GIVE_UP or time.monotonic() - begun > LONGEST:
            break
        question = ask(
            shown.brief, loader.load(PURPOSE), model=model.name, seed=services.settings.seed
        )
        others = {one.title.casefold() for key, one in improved.items() if key != shown.theme_id}
        try:
            proposal = read_answer(shown.brief, model.ask(question), taken=others | given)
        except LabelRefused:
            unanswered = 0
        except BackendError:
            unanswered += 1
        else:
            unanswered = 0
            improved = _take(improved, shown, proposal, model.name, question)
    return improved


def _recorded(services: Services, model: ChatModel, workspace_id: str) -> RecordedModel | None:
    try:
        name = model.name
    except BackendError:
        return None
    return RecordedModel(
        model=model,
        name=name,
        workspace_id=workspace_id,
        engine=services.engine,
        settings=services.settings,
        clock=services.clock,
    )


def _allowed(
    services: Services, workspace_id: str, backgrounds: Mapping[str, Background]
) -> set[str]:
    with services.reading(workspace_id) as uow:
        known = people.load(uow)
    agreed = {
        one.id
        for one in known.values()
        if one.consent.analyse and one.consent.quote and one.consent.llm
    }
    return {chunk_id for chunk_id, one in backgrounds.items() if one.participant_id in agreed}


def _themes(
    written: Mapping[str, Written],
    members: Sequence[Member],
    texts: Mapping[str, str],
    backgrounds: Mapping[str, Background],
) -> Iterator[Shown]:
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        theme_id = member.kept_theme_id or member.found.theme_id
        if theme_id in written and member.chunk_id in texts:
            groups[str(theme_id)].append(member)
    for group in groups.values():
        group.sort(key=lambda one: (_rank(one), -one.strength, one.chunk_id))
    order = sorted(groups, key=lambda theme_id: (-len(groups[theme_id]), theme_id))
    labels = label_themes(
        [[texts[one.chunk_id] for one in groups[theme_id]] for theme_id in order],
        [],
        speakers=[
            [backgrounds[one.chunk_id].speaker for one in groups[theme_id]] for theme_id in order
        ],
    )
    for theme_id, label in zip(order, labels, strict=True):
        chosen = _one_each(groups[theme_id], backgrounds)[:PASSAGES]
        chunk_ids = {f"p{place}": one.chunk_id for place, one in enumerate(chosen, start=1)}
        brief = Brief(
            passages={alias: texts[chunk_id] for alias, chunk_id in chunk_ids.items()},
            keywords=label.keywords,
            neighbour=labels[label.contrast.other].title if label.contrast else "",
        )
        yield Shown(theme_id=theme_id, brief=brief, chunk_ids=chunk_ids)


def _rank(member: Member) -> int:
    rank = member.found.exemplar_rank
    return PASSAGES if rank is None else rank


def _one_each(group: Sequence[Member], backgrounds: Mapping[str, Background]) -> list[Member]:
    """Return the first passage of each speaker, then the rest."""
    first: dict[str, str] = {}
    for member in group:
        first.setdefault(backgrounds[member.chunk_id].speaker, member.chunk_id)
    fresh = set(first.values())
    return sorted(group, key=lambda member: member.chunk_id not in fresh)


def _take(
    written: Mapping[str, Written], shown: Shown, proposal: Proposal, model: str, question: Question
) -> dict[str, Written]:
    """Return labels with the proposal, and its title where other themes are set against it."""
    old = written[shown.theme_id]
    renamed = {
        key: replace(one, contrast=one.contrast.replace(f"“{old.title}”", f"“{proposal.title}”"))
        for key, one in written.items()
    }
    new = replace(
        old,
        title=proposal.title,
        description=proposal.description,
        contrast=proposal.not_this or renamed[shown.theme_id].contrast,
        source="llm",
        provenance={
            "model": model,
            "prompt": question.prompt,
            "prompt_sha256": question.prompt_sha256,
            "call_key": question.key,
            "passages": " ".join(shown.chunk_ids[alias] for alias in proposal.passages),
        },
    )
    return {**renamed, shown.theme_id: new}
