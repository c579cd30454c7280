from __future__ import annotations

import hashlib

import pytest
from pydantic import ValidationError

from prompts.contracts import DraftAnswer, draft_answer_for
from prompts.loader import FOLDER, Prompt, PromptError, active, load, lock, released

PROMPT = Prompt(name="p", version="v1", sha256="", system="Hello {{name}}", user="{{what}}!")


def test_a_released_file_never_changes():
    found = {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in released()}
    assert found == lock(), "released wording changed: write a new version and its lock line"


def test_every_active_version_is_released():
    for name, version in active().items():
        assert load(name) == load(name, version)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"name": "a"}, "missing what; unknown nothing"),
        ({}, "missing name, what"),
        ({"name": "a", "what": "b", "why": "c"}, "missing nothing; unknown why"),
    ],
)
def test_placeholders_are_strict(values, named):
    with pytest.raises(PromptError, match=named):
        PROMPT.render(**values)


def test_braces_in_a_value_stay_text():
    assert PROMPT.render(name="{{what}}", what="x") == ("Hello {{what}}", "x!")


@pytest.mark.parametrize(("name", "version"), [("nothing", None), ("draft_hypothesis", "v0")])
def test_what_is_not_released_is_refused(name, version):
    with pytest.raises(PromptError):
        load(name, version)


def test_the_schema_binds_each_passage_to_its_speaker():
    answer = draft_answer_for({"p1": "P7", "p2": "P9"})
    words = "these people wait for somebody else to go on"
    good = {"side": "for", "passage": "p1", "speaker": "P7", "quote": "we waited for them"}
    draft = {"because": words, "solution": words, "title": "Setup waits"}
    answer.model_validate({**draft, "quotes": [good, {**good, "passage": "p2", "speaker": "P9"}]})
    for wrong in ({**good, "speaker": "P9"}, {**good, "passage": "p3"}, {**good, "more": 1}):
        with pytest.raises(ValidationError):
            answer.model_validate({**draft, "quotes": [good, wrong]})
    # What is accepted is wider: a fabricated id is found out by the proof, and named.
    DraftAnswer.model_validate({**draft, "quotes": [{**good, "passage": "p99"}]})
