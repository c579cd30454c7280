"""What is replaced, and what is not."""

import time

import pytest

from synth.sources.redaction import redact

PEOPLE = {"Ana Ruiz": "P1", "Dr. Will Stone": "P2", "Ben Okoro (he/him)": "Interviewer"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail ana.ruiz+x@mail.example.org now", "mail [email 1] now"),
        ("ana (at) example.org", "[email 1]"),
        ("it is ana dot ruiz at example dot com, yes", "it is [email 1], yes"),
        ("jürgen@müller.example", "[email 1]"),
        ("a@x.test b@x.test A@X.test", "[email 1] [email 2] [email 1]"),
        ("call +1 (415) 555-2671 today", "call [phone 1] today"),
        ("call 415-555-2671 or 030 1234567", "call [phone 1] or [phone 2]"),
        ("my card 4111 1111 1111 1111.", "my card [card 1]."),
        ("4111-1111-1111-1112", "[card 1]"),
        ("IBAN DE89 3704 0044 0532 0130 00 is mine", "IBAN [iban 1] is mine"),
        ("gb82west12345698765432", "[iban 1]"),
        ("from 10.0.0.1, not v1.2.3.4", "from [ip 1], not v1.2.3.4"),
        ("2001:db8::8a2e:370:7334 and 00:12:30", "[ip 1] and 00:12:30"),
        ("https://bob:hunter2@x.test/a", "https://[secret 1]/a"),
        ("https://x.test/?token=abc123&b=1", "https://x.test/?[secret 1]&b=1"),
        ("key sk-abcdefghijklmnop1234", "key [secret 1]"),
        ("AKIAIOSFODNN7EXAMPLE", "[secret 1]"),
        ("password is hunter2!", "password is [secret 1]"),
        ("ssn 078-05-1120", "ssn [id number 1]"),
        ("Ana Ruiz said, and ANA agreed with Ruiz", "P1 said, and P1 agreed with P1"),
        (
            "Will Stone will move the stone; ask Will's team",
            "P2 will move the stone; ask P2's team",
        ),
        (
            "Ben asked; Benjamin and Anastasia did not",
            "Interviewer asked; Benjamin and Anastasia did not",
        ),
    ],
)
def test_personal_data_is_replaced(text, expected):
    assert redact([text], PEOPLE).texts[0].text == expected


@pytest.mark.parametrize(
    "text",
    [
        "On 2026-05-20 at 10:30 we had 1 000 000 rows",
        "ticket 1234567890 and order 99887766",
        "step 3 of 12, 55 % of 120 users, $12 500",
        "00:12:30.500 --> 00:12:31.000",
        "std::vector<int> and a::b",
        "commit 9f2c1d4e is in release 10.2.1",
        "she said @home, not at home",
        "the password is wrong",
    ],
)
def test_what_is_no_personal_data_stays(text):
    assert redact([text], PEOPLE).texts[0].text == text


def test_one_value_has_one_number_in_every_text_of_a_document():
    texts = redact(["a@x.test", "b@x.test and a@x.test"]).texts
    assert [one.text for one in texts] == ["[email 1]", "[email 2] and [email 1]"]


def test_two_people_of_one_first_name_are_not_mixed_up():
    people = {"Ana Ruiz": "P1", "Ana Berg": "P2"}
    text = redact(["Ana Berg told Ana"], people).texts[0].text
    assert text == "P2 told [person]"


def test_labels_that_name_nobody_are_no_names():
    people = {"Speaker 1": "P1", "Q": "Interviewer", "Participant": "P2"}
    text = "Q: the participant and speaker 1 answered A"
    assert redact([text], people).texts[0].text == text


@pytest.mark.parametrize(
    "text",
    [
        "a" * 500_000,
        "1 " * 250_000,
        "a.b@" * 125_000,
        ":" * 500_000,
        "(+1" * 160_000,
        "A1-" * 160_000,
    ],
    ids=["letters", "digits", "at", "colons", "plus", "keys"],
)
def test_hostile_text_takes_linear_time(text):
    start = time.perf_counter()
    redact([text], PEOPLE)
    assert time.perf_counter() - start < 6
