"""Redaction on arbitrary Unicode: the map leads back to exactly the text as read."""

from hypothesis import given
from hypothesis import strategies as st

from synth.sources.preparing import SEPARATOR
from synth.sources.redaction import join_redacted, redact, restore

PIECES = st.sampled_from(
    [
        "ana@example.org", "+49 30 1234567", "4111 1111 1111 1111", "DE89370400440532013000",
        "10.0.0.1", "2001:db8::8a2e:370:7334", "Ana Ruiz", "Ana", "ANA", "https://u:pw@x.test/",
        "[email 1]",
        "👩‍👩‍👧", "\u0301", "\u202e", " ", "\n", ", ", "é", "0", "@", ":",
        "sk-" + "a1" * 12,
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=20).map("".join))
PEOPLE = {"Ana Ruiz": "P1", "Will Ng": "Interviewer"}


@given(TEXTS)
def test_applying_the_map_backwards_gives_the_text_as_read(text):
    one = redact([text], PEOPLE).texts[0]
    assert restore(one.text, one.redactions, text) == text
    ends = [0, *(redaction.span.end for redaction in one.redactions)]
    starts = [*(redaction.span.start for redaction in one.redactions), len(one.text)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_the_map_of_joined_turns_leads_back_to_the_joined_original(texts):
    joined = join_redacted(redact(texts, PEOPLE).texts, SEPARATOR)
    assert restore(joined.text, joined.redactions, SEPARATOR.join(texts)) == SEPARATOR.join(texts)
    assert all(one.span.of(joined.text) for one in joined.redactions)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_no_known_name_or_address_survives(texts):
    for one in redact([*texts, " ana@example.org Ana Ruiz "], PEOPLE).texts[-1:]:
        assert "ana@example.org" not in one.text
        assert "Ruiz" not in one.text
