"""The drafter behind a language model: a prompt out, an untrusted answer in, every quote proved."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from prompts.contracts import DraftAnswer, draft_answer_for
from prompts.datamarks import render_marked, unmark
from prompts.loader import Prompt
from synth.backends.recorded_calls import Question
from synth.core.fingerprints import fingerprint
from synth.hypotheses.citations import Cited, Passage, locate, prove_all
from synth.hypotheses.composing import (
    Case,
    Wording,
    compose,
    excerpts_by_alias,
    movement,
    one_line,
)
from synth.hypotheses.evidence import Excerpt
from synth.hypotheses.phrasing import metric_words
from synth.hypotheses.rejections import code_words
from synth.hypotheses.template import Draft
from synth.hypotheses.types import Citation, Provenance, Side

PURPOSE = "draft_hypothesis"
#: What a model writes where it names the theme; the title itself is customers' words, and data.
PLACEHOLDER = re.compile(r"\bTHEME\b")

#: No title has these: a small model that goes on after its end writes them.
MARKUP = re.compile(r"[{}<>]")

NOTHING = Wording(title="", solution="", because="")


def ask(case: Case, prompt: Prompt, *, model: str, seed: int) -> Question:
    """Return the question about `case`; passages and names stand as data on marked lines.

    Why reviewers rejected earlier drafts is told in our own words, never in theirs.
    """
    excerpts = excerpts_by_alias(case.pack)
    values = {
        "metric": one_line(metric_words(case.anomaly.metric)),
        "movement": one_line(movement(case.anomaly), 200),
        "theme": one_line(case.theme),
        "passages": "\n".join(_line(alias, excerpt) for alias, excerpt in excerpts.items()),
    }
    if case.rejected:
        values["rejected"] = "; ".join(code_words(one.codes) for one in case.rejected)
    system, user = render_marked(prompt, values, untrusted=("passages",))
    return Question(
        key=fingerprint([PURPOSE, model, prompt.sha256, seed, values]),
        purpose=PURPOSE,
        prompt=prompt.reference,
        prompt_sha256=prompt.sha256,
        system=system,
        user=user,
        schema=draft_answer_for(
            {alias: excerpt.passage.speaker for alias, excerpt in excerpts.items()}
        ),
        seed=seed,
    )


def read_answer(case: Case, text: str, provenance: Provenance) -> Draft:
    """Return the draft in a model's answer; one that cannot be read has its `problem` named."""
    try:
        answer = DraftAnswer.model_validate_json(text)
    except ValidationError as error:
        return unanswered(case, _what_is_wrong(error), provenance)
    excerpts = excerpts_by_alias(case.pack)
    passages = {excerpt.passage.chunk.id: excerpt.passage for excerpt in excerpts.values()}
    proved, failed = prove_all(_cited(answer, excerpts), passages)
    proved += _left_out(case, proved, passages)
    wording = Wording(
        title=one_line(_title(case, answer.title)),
        solution=one_line(_named(case, answer.solution), 400),
        because=one_line(_named(case, answer.because), 400),
    )
    return Draft(
        content=compose(case, wording, proved), unproved=tuple(failed), provenance=provenance
    )


def unanswered(case: Case, problem: str, provenance: Provenance) -> Draft:
    """Return a draft with numbers only: there is no usable answer, and nothing stands in for it."""
    title = one_line(f"No usable draft: {case.theme} and {metric_words(case.anomaly.metric)}")
    wording = Wording(title=title, solution="", because="")
    return Draft(
        content=compose(case, wording, ()), unproved=(), provenance=provenance, problem=problem
    )


def _title(case: Case, words: str) -> str:
    """Return a model's title, or the theme's where it is no title."""
    if MARKUP.search(words):
        return case.theme[:1].upper() + case.theme[1:]
    return _named(case, words)


def _named(case: Case, words: str) -> str:
    """Return a model's words without marks, with the theme's title where it is to stand."""
    return PLACEHOLDER.sub(lambda _: case.theme, unmark(words))


def _line(alias: str, excerpt: Excerpt) -> str:
    words = " ".join(excerpt.words.split())
    return json.dumps(
        {"passage": alias, "speaker": excerpt.passage.speaker, "quote": words}, ensure_ascii=False
    )


def _cited(answer: DraftAnswer, excerpts: Mapping[str, Excerpt]) -> list[Cited]:
    return [
        Cited(
            # A name that was never given stays as it is: no passage is found under it.
            chunk_id=excerpts[quote.passage].passage.chunk.id
            if quote.passage in excerpts
            else quote.passage,
            quote=_without_marks(quote.quote, excerpts.get(quote.passage)),
            side=Side(quote.side),
            speaker=quote.speaker,
        )
        for quote in answer.quotes
    ]


def _without_marks(quote: str, excerpt: Excerpt | None) -> str:
    """Return a quote without marks copied with it; who said such a mark is quoted with it."""
    if excerpt is not None and locate(quote, excerpt.passage.chunk.text) is not None:
        return quote
    return unmark(quote)


def _left_out(
    case: Case, cited: Sequence[Citation], passages: Mapping[str, Passage]
) -> list[Citation]:
    """Return the counter-evidence a model was given and did not cite: a reviewer sees it too."""
    used = {citation.chunk_id for citation in cited}
    offered = [
        excerpt.cited()
        for excerpt in case.pack.excerpts
        if excerpt.side is Side.AGAINST and excerpt.passage.chunk.id not in used
    ]
    return prove_all(offered, passages)[0]


def _what_is_wrong(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole answer"
    return f"the model's answer is not of the agreed form: {place}: {first['msg']}"
