"""Whatever the text: a proved quote is the document's own text, and a changed one is not proved."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from synth.hypotheses.citations import TYPOGRAPHIC, Unproved, locate, prove
from tests.unit.hypotheses.cases import by_id, cited, passage

WORDS = st.lists(
    st.sampled_from(
        ["wir", "go", "go", "don’t", "Ärger", "3", "18", "no", "«ja»", "日本", "e-mail"]
    ),
    min_size=4,
    max_size=30,
)
GAPS = st.sampled_from([" ", "  ", "\n", "\t ", "\u00a0"])
PLAIN = re.compile(r"\s+")


def plain(text):
    return PLAIN.sub(" ", text.translate(TYPOGRAPHIC)).strip()


@st.composite
def spaced(draw):
    words = draw(WORDS)
    return "".join(word + draw(GAPS) for word in words).strip()


@given(text=spaced(), before=st.text(max_size=20), data=st.data())
def test_a_stretch_of_whole_words_is_proved_in_place(text, before, data):
    words = text.split()
    start = data.draw(st.integers(0, len(words) - 4))
    end = data.draw(st.integers(start + 4, len(words)))
    quote = " ".join(words[start:end])
    one = passage(text, before=before + " ", after=" end")
    result = prove(cited(quote), by_id(one))
    if isinstance(result, Unproved):
        # Only a stretch that leaves out the "no" or "don't" before it is refused.
        assert result.failure == "cut_negation"
        return
    assert result.quote == one.document.text[result.start : result.end]
    assert plain(result.quote) == plain(quote)


@given(text=spaced(), quote=spaced())
def test_what_is_not_in_the_text_is_not_proved(text, quote):
    assume(plain(quote) not in plain(text))
    assert isinstance(prove(cited(quote), by_id(passage(text))), Unproved)


@given(text=st.text(max_size=60), quote=st.text(max_size=12))
def test_finding_never_raises_and_never_lies(text, quote):
    found = locate(quote, text)
    if found is not None:
        assert plain(found.of(text)) == plain(quote)


@given(text=spaced(), data=st.data())
def test_one_changed_character_is_not_proved(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    assume(not text[at].isspace())
    altered = text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]
    assert isinstance(prove(cited(altered), by_id(passage(text))), Unproved)
