"""Labelled personal data: the public set `pii_synthetic`, and templates of our own by seed."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from synth.core.spans import Span
from synth.errors import InputError

NAME = "pii_synthetic"
#: Types of the set that rules and checksums can find, by our kind.
STRUCTURED = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip",
    "US_SSN": "national_id",
}
TEMPLATES = (
    "Hi, I am locked out. Write to {email} or call {phone}, please.",
    "The invoice went to {email}, but {card} was charged twice.",
    "Refund to {iban} has not arrived.",
    "Our server {ip} gets a timeout; the key is {credentials}.",
    "I pasted https://{credentials_pair}@repo.example.com/x into the form.",
    "Ring me at {phone} after nine, or at {phone} before.",
    "{email}\n{phone}\nsent from my phone",
    "My card ({card}) and my account {iban} are both in the profile.",
    "see https://app.example.com/reset?token={credentials}&step=3 from {ip}",
    "It asks for my SSN, {national_id}, again and again.",
)
FILLER = ("The page loads for ever.", "Step 3 of 12 hangs.", "We are 40 people in 2 offices.", "")


@dataclass(frozen=True, kw_only=True)
class PiiItem:
    """A text and where its structured personal data stands."""

    id: str
    text: str
    spans: tuple[tuple[Span, str], ...]  #: (range, our kind)
    others: tuple[Span, ...] = ()  #: personal data of types that no rule looks for


def load(folder: Path) -> list[PiiItem]:
    """Return the sentences of the public set, in the set's order.

    Raises:
        InputError: the folder does not hold it.
    """
    path = next(iter(sorted(folder.glob("*.json"))), None)
    if path is None:
        raise InputError("no JSON file", file=str(folder), expected="synth_dataset_v2.json")
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [_item(number, row) for number, row in enumerate(rows)]


def _item(number: int, row: dict[str, object]) -> PiiItem:
    spans, others = [], []
    found = row["spans"]
    for span in found if isinstance(found, list) else []:
        place = Span(span["start_position"], span["end_position"])
        kind = STRUCTURED.get(span["entity_type"])
        if kind is None:
            others.append(place)
        else:
            spans.append((place, kind))
    return PiiItem(
        id=f"row-{number}", text=str(row["full_text"]), spans=tuple(spans), others=tuple(others)
    )


def generate(seed: int, count: int) -> list[PiiItem]:
    """Return `count` texts from our templates, each value drawn anew."""
    draw = random.Random(seed)
    return [_generated(draw, number) for number in range(count)]


def _generated(draw: random.Random, number: int) -> PiiItem:
    text, spans = draw.choice(FILLER) + " ", []
    rest = draw.choice(TEMPLATES)
    while "{" in rest:
        before, _, after = rest.partition("{")
        field, _, rest = after.partition("}")
        value = _value(draw, field)
        text += before
        spans.append((Span(len(text), len(text) + len(value)), field.removesuffix("_pair")))
        text += value
    return PiiItem(id=f"own-{number}", text=text + rest, spans=tuple(spans))


def _value(draw: random.Random, field: str) -> str:
    word = "".join(draw.choices("abcdefghjkmnpqrstuvw", k=draw.randint(4, 9)))
    digits = "".join(draw.choices("0123456789", k=12))
    secret = "".join(draw.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijk23456789", k=34)) + "a7Z"
    makers = {
        "email": lambda: f"{word}.{digits[:2]}@{draw.choice(('mail', 'post'))}.example.org",
        "phone": lambda: draw.choice(
            (
                f"+49 30 {digits[:7]}",
                f"+1 (415) 55{digits[0]}-{digits[1:5]}",
                f"0{draw.randint(20, 99)} {digits[:4]} {digits[4:8]}",
                f"{draw.randint(201, 989)}-{draw.randint(201, 989)}-{digits[:4]}",
            )
        ),
        "card": lambda: _card(draw),
        "iban": lambda: _iban(draw),
        "ip": lambda: ".".join(str(draw.randint(1, 254)) for _ in range(4)),
        "credentials": lambda: secret,
        "credentials_pair": lambda: f"{word}:{secret[:12]}",
        "national_id": lambda: (
            f"{draw.randint(100, 665)}-{draw.randint(10, 99)}-{9999 - int(digits[:3])}"
        ),
    }
    return makers[field]()


def _card(draw: random.Random) -> str:
    body = draw.choice(("4", "51", "37")) + "".join(draw.choices("0123456789", k=13))
    body = body[:14] if body.startswith("37") else body.ljust(15, "0")[:15]
    total = 0
    for position, character in enumerate(reversed(body)):
        value = int(character) * (2 - position % 2)
        total += value - 9 if value > 9 else value
    number = body + str(-total % 10)
    if len(number) == 16 and draw.random() < 0.5:
        return " ".join(number[start : start + 4] for start in range(0, 16, 4))
    return number


def _iban(draw: random.Random) -> str:
    body = "".join(draw.choices("0123456789", k=18))
    check = 98 - int(body + "131400") % 97
    number = f"DE{check:02d}{body}"
    if draw.random() < 0.5:
        return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    return number
