"""What many documents repeat word for word is told from what many people say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.themes.boilerplate import find_boilerplate, without

SUBJECTS = ("export", "invoice", "login", "seat", "map", "colour", "printer", "menu")
SIGNATURE = "Kind regards,\nThe Accounts Desk of Larkfield"
CARD = "Best,\nJo Falk | Accounts | Tel. [phone 1]"
NOTICE = "This message is meant only for those it names."


def by_subject(texts):
    """Embed texts by their subject's word: the same for equal subjects, at right angles else."""
    rows = np.zeros((len(texts), len(SUBJECTS)), dtype=np.float32)
    for row, text in enumerate(texts):
        rows[row, [subject in text for subject in SUBJECTS].index(True)] = 1
    return rows


def find(texts, documents=None):
    return find_boilerplate(texts, documents or [str(n) for n in range(len(texts))], by_subject)


def messages(n=80, tail="", every=2):
    return [
        f"In the case of {name(one)} the {SUBJECTS[one % 8]} gives us trouble."
        f"{tail if one % every == 0 else ''}"
        for one in range(n)
    ]


def name(number):
    return "x" + "".join("abcdefghij"[int(digit)] for digit in str(number))


@pytest.mark.parametrize("tail", [f"\n\n{SIGNATURE}", f"\n{CARD}", f"\n{NOTICE}", f" {NOTICE}"])
def test_what_is_repeated_beside_every_subject_is_left_out(tail):
    texts = messages(tail=tail, every=3)
    boilerplate = find(texts)
    assert [without(text, boilerplate) for text in texts] == messages()


@pytest.mark.parametrize(
    "said",
    [
        "I cannot open the export at all and that stops my work.",
        "We waited for the export the whole of last week!",
    ],
)
def test_a_complaint_that_many_repeat_stays(said):
    texts = messages()
    for row in range(0, 80, 8):  # those about the export
        texts[row] = f"{texts[row]} {said}"
    assert find(texts) == frozenset()


def test_a_short_opinion_stays_unless_it_is_a_line_of_its_own_in_one_of_twenty():
    inline = [f"{text} Far too slow." for text in messages()]
    assert find(inline) == frozenset()
    assert len(find(messages(tail="\nSent from a phone", every=2))) == 1
    assert find(messages(n=240, tail="\nSent from a phone", every=40)) == frozenset()


def test_short_lines_that_stand_with_longer_ones_go_with_them():
    texts = messages(n=240, tail=f"\nHarbour Street 5\n{NOTICE}\nLarkfield", every=37)
    alone = [f"{text}\nToo slow" if n % 37 == 1 else text for n, text in enumerate(texts)]
    freed = [without(text, find(alone)) for text in texts]
    assert freed == messages(n=240)
    assert [without(text, find(alone)) for text in alone if "slow" in text] == [
        text for text in alone if "slow" in text
    ]


def test_four_documents_make_no_boilerplate_and_one_document_repeats_for_itself():
    assert find(messages(n=80, tail=f"\n{NOTICE}", every=20)) == frozenset()
    assert len(find(messages(n=80, tail=f"\n{NOTICE}", every=19))) == 1
    texts = messages(tail=f"\n{NOTICE}")
    assert find(texts, ["the same"] * len(texts)) == frozenset()


def test_a_passage_of_nothing_else_stays_whole():
    texts = messages(tail=f"\n{NOTICE}")
    boilerplate = find(texts)
    assert without(NOTICE, boilerplate) == NOTICE
    assert without(f"[PERSON_1]\n{NOTICE.upper()}\nSeat 4", boilerplate) == "Seat 4"


def test_marks_of_redaction_digits_and_links_make_no_difference():
    texts = [
        f"{text}\nWrite to [PERSON_{n}] or call {n}{n} or see https://larkfield.example/{n} today."
        for n, text in enumerate(messages())
    ]
    boilerplate = find(texts)
    assert [without(text, boilerplate) for text in texts] == messages()


@given(st.lists(st.text(alphabet="aB .!?\n\t12-é", max_size=40), max_size=30))
def test_a_text_only_loses_whole_pieces_and_never_all_its_words(texts):
    full = [f"{text}\n{NOTICE}\nThe {SUBJECTS[n % 8]}" for n, text in enumerate(texts)]
    boilerplate = find(full)
    for text in full:
        rest = without(text, boilerplate)
        assert SUBJECTS[full.index(text) % 8] in rest
        assert without(rest, boilerplate) in rest
        left = iter(text.split())
        assert all(word in left for word in rest.split())  # in order, nothing new
    assert [without(text, ()) for text in full] == full
