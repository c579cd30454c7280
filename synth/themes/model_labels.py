"""The labels a language model proposes: a prompt out, an untrusted answer in, its words proved."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from prompts.contracts import LabelAnswer, label_answer_for
from prompts.datamarks import render_marked, unmark
from prompts.loader import Prompt
from synth.backends.recorded_calls import Question
from synth.core.fingerprints import fingerprint
from synth.themes.function_words import lexicon_for
from synth.themes.keywords import MARKS, TOKEN, stem
from synth.themes.running import run_on
from synth.themes.titling import is_generic, sentence_case

PURPOSE = "label_theme"
#: Passages shown to a model, and characters of each.
PASSAGES, EXCERPT = 8, 400
MOST_TITLE_WORDS, LONGEST_TITLE = 8, 60
#: Part of a title's telling words that the cited passages must have.
SUPPORT = 0.5
#: Part of a description's telling words that the passages shown must have.
DESCRIBED = 0.3
#: Words that claim how many people say something: only our own counts may.
AMOUNT = re.compile(
    r"[%٪⁒]|\b(?:most|many|all|every(?:body|one)?|majority|few|several|nobody|always|never)\b",
    re.IGNORECASE,
)
UNWANTED = re.compile(r"[\[\]<>{}|`\"“”„«»]|https?:|www\.")


class LabelRefused(ValueError):
    """A model's label that may not be shown; the offline one stays."""


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a model is told about a theme; only words of people who allow it."""

    passages: Mapping[str, str]  #: text by alias ("p1"), the most typical first
    keywords: Sequence[str]
    neighbour: str  #: title of the nearest other theme; empty: there is none


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A label that passed."""

    title: str
    description: str
    not_this: str  #: empty: what the model said of it is in nobody's words
    passages: tuple[str, ...]  #: aliases the title rests on


def ask(brief: Brief, prompt: Prompt, *, model: str, seed: int) -> Question:
    """Return the question about a theme; its passages stand as data on lines marked at random."""
    values = {
        "passages": "\n".join(
            json.dumps({"passage": alias, "text": _one_line(text)}, ensure_ascii=False)
            for alias, text in brief.passages.items()
        ),
        "words": _one_line(", ".join(brief.keywords)) or "none",
        "neighbour": _one_line(brief.neighbour) or "none",
    }
    system, user = render_marked(prompt, values, untrusted=("passages",))
    return Question(
        key=fingerprint([PURPOSE, model, prompt.sha256, seed, values]),
        purpose=PURPOSE,
        prompt=prompt.reference,
        prompt_sha256=prompt.sha256,
        system=system,
        user=user,
        schema=label_answer_for(list(brief.passages)),
        seed=seed,
    )


def read_answer(brief: Brief, text: str, *, taken: Collection[str]) -> Proposal:
    """Return the label in a model's answer; `taken` are titles of other themes, casefolded.

    Raises:
        LabelRefused: the answer has another form, rests on passages that were not given or do
            not have its words, or its title is generic, another theme's, or unfit to be shown.
    """
    try:
        answer = LabelAnswer.model_validate_json(text)
    except ValidationError as error:
        raise LabelRefused("the answer is not of the agreed form") from error
    cited = tuple(dict.fromkeys(answer.passages))
    if unknown := [alias for alias in cited if alias not in brief.passages]:
        raise LabelRefused(f"it cites passages nobody gave: {len(unknown)}")
    if len(cited) < min(2, len(brief.passages)):
        raise LabelRefused("its title rests on one passage only")
    title = sentence_case(_shown(answer.title.rstrip(". ")))
    description, not_this = _shown(answer.description), _shown(answer.not_this)
    _check_numbers(f"{title} {description} {not_this}", brief)
    _check_title(title, [brief.passages[alias] for alias in cited], taken)
    if _support(description, brief.passages.values()) < DESCRIBED:
        raise LabelRefused("its description is not in the passages' words")
    beside = [*brief.passages.values(), brief.neighbour, *brief.keywords]
    is_near = _support(not_this, beside) >= DESCRIBED
    return Proposal(
        title=title,
        description=description,
        not_this=not_this if is_near else "",
        passages=cited,
    )


def _check_numbers(text: str, brief: Brief) -> None:
    """Let through a number only as people said it ("step 3", "2FA")."""
    said = {word for passage in brief.passages.values() for word in TOKEN.findall(passage)}
    if any(any(map(str.isdigit, word)) and word not in said for word in TOKEN.findall(text)):
        raise LabelRefused("it holds a number that nobody said")


def _check_title(title: str, cited: Sequence[str], taken: Collection[str]) -> None:
    words = TOKEN.findall(title)
    if not 1 <= len(words) <= MOST_TITLE_WORDS or len(title) > LONGEST_TITLE:
        raise LabelRefused("its title is empty or too long")
    if is_generic(title):
        raise LabelRefused("its title fits every theme")
    if title.casefold() in taken:
        raise LabelRefused("another theme has its title")
    if _support(title, cited) < SUPPORT:
        raise LabelRefused("its title is not in the words of the passages it cites")


def _support(words: str, passages: Collection[str]) -> float:
    """Return which part of the telling words stand in the passages."""
    wanted = _stems([words])
    return len(wanted & _stems(passages)) / len(wanted) if wanted else 0.0


def _stems(texts: Collection[str]) -> set[str]:
    said = [[word.lower() for word in TOKEN.findall(MARKS.sub(" ", text))] for text in texts]
    lexicon = lexicon_for(run_on(said))
    return {stem(word) for words in said for word in words if lexicon.is_telling(word)}


def _shown(text: str) -> str:
    """Return a model's words as one line; raises LabelRefused if they may not be shown."""
    line = " ".join(unmark(text).split())
    if any(unicodedata.category(one)[0] == "C" for one in line):
        raise LabelRefused("it holds characters that cannot be seen")
    if UNWANTED.search(line) or MARKS.search(line):
        raise LabelRefused("it holds quotations, marks or links")
    if AMOUNT.search(line):
        raise LabelRefused("it says how many, which only counts may")
    return line


def _one_line(text: str) -> str:
    return " ".join(text.split())[:EXCERPT]
