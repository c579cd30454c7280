"""Whatever a passage says, none of it is left in a reason after its words were taken out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.hypotheses.citations import Cited, Failure, Unproved
from synth.hypotheses.forgetting import without_words
from synth.hypotheses.types import Side

SAID = st.text(alphabet="ab “”\n…", max_size=12)


@given(st.sampled_from(Failure), st.tuples(SAID, SAID), st.tuples(SAID, SAID))
def test_no_word_of_a_quote_or_passage_is_left(failure, quote, text):
    first, second = (f"{before}SECRET{after}" for before, after in (quote, text))
    cited = Cited(chunk_id="c1", quote=first, side=Side.FOR)
    reason = Unproved(failure=failure, cited=cited, passage_text=second).reason
    [left] = without_words([reason])
    assert "SECRET" not in left
    assert without_words([left]) == [left]


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("a person rejected the tag", "a person rejected the tag"),
        ("quote “a” is not in “b”, it says", "quote “[left out]” is not in “[left out]”, it says"),
        ("quote “he said “no” twice” joins", "quote “[left out]” joins"),
        ("quote “he said no” twice” joins", "quote “[left out]” joins"),
        ("quote “he said “no twice", "quote “[left out]”"),
    ],
    ids=["none", "two", "nested", "closed too often", "never closed"],
)
def test_reasons_read_on_without_the_words(reason, left):
    assert without_words([reason]) == [left]
