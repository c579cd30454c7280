from __future__ import annotations

from dataclasses import replace

import pytest

from synth.hypotheses.flags import Flag, find_flags
from synth.hypotheses.nudges import find_nudges
from synth.hypotheses.types import Claim
from tests.unit.hypotheses.cases import passage
from tests.unit.hypotheses.test_honest_wording import content


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("Oh great, another spinner on the page.", (Flag.SARCASM,)),
        ("I love how it forgets my filter each morning.", (Flag.SARCASM,)),
        ("Surely that isn't how it is meant to work.", (Flag.SARCASM,)),
        ("The SCIM token of our IDP ran out.", (Flag.JARGON,)),
        ("It wants a user_id and calls getToken() then.", (Flag.JARGON,)),
        ("That page is a nightmare to fill in.", (Flag.TRANSLATION_RISK,)),
        ("Ich kann das nicht öffnen und der Export ist weg.", (Flag.TRANSLATION_RISK,)),
        ("The export works, and the pages are great.", ()),
        ("I saved the PDF to my PC, which is OK.", ()),
        ("I love the new pages, they are great.", ()),
    ],
)
def test_passages_to_look_at_twice(text, flags):
    assert find_flags(text) == flags


SEEN = passage("I could not find the button for the role.")
RULE = passage("I could not go on because I am no admin.")


def test_a_screen_is_no_answer_to_a_rule():
    [nudge] = find_nudges(content(quote=RULE, solution="a bigger button on the page"))
    assert "“button”" in nudge
    assert find_nudges(content(quote=SEEN, solution="a bigger button on the page")) == []
    assert find_nudges(content(quote=RULE, solution="a role that teams give themselves")) == []


def test_a_claim_that_its_quote_does_not_bear_out_is_named():
    claims = (Claim(text="P1 waited 12 days in Berlin", kind="qual", cites=(0,)),)
    nudges = find_nudges(replace(content(quote=RULE), claims=claims))
    assert [nudge.split(" in a claim")[0] for nudge in nudges] == ["“12”", "“Berlin”"]


def test_flags_of_quotes_are_said_with_their_speaker():
    ironic = passage("Oh great, another page to wait for.")
    [nudge] = find_nudges(content(quote=ironic))
    assert nudge.startswith("P1: the quote may be meant ironically")
