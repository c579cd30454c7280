import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.themes.labelling import Candidate, choose_exemplars, label_themes
from synth.themes.sharing import Part

UPLOAD = [
    "The dashboard stays empty after I uploaded our cost file",
    "Uploaded the file yesterday and the empty dashboard is still there",
    "My dashboard is blank although the upload finished",
    "Why is there an empty dashboard once the file is in?",
]
RIGHTS = [
    "It wants admin rights before I can connect the directory",
    "I do not have admin rights so the integration is stuck",
    "Connecting the directory asks for admin rights",
    "Only an administrator may approve the integration",
]
PIN = [
    "How do I change my PIN?",
    "I want to change my PIN at a machine",
    "Where can I change the PIN of this card",
    "um, you know, I would like to change my PIN",
]
CARD = [
    "My card has not arrived yet",
    "The new card still hasn't arrived",
    "Card not arrived after two weeks, where is it?",
    "Still waiting: the card has not arrived",
]


def titles(*themes, **options):
    return [label.title for label in label_themes(themes, [], **options)]


def test_a_title_is_the_phrase_people_used():
    assert titles(UPLOAD, RIGHTS, PIN, CARD) == [
        "Empty dashboard",
        "Admin rights",
        "Change my PIN",
        "Card has not arrived",
    ]


def test_a_label_says_what_sets_a_theme_apart_and_what_it_is_not():
    pin, card, rights = label_themes([PIN, [*CARD, "Card lost, where is it?"], RIGHTS], [])
    assert {"pin", "change"} <= set(pin.keywords)
    assert not set(pin.keywords) & set(card.keywords)
    assert pin.contrast.other == 1  # both speak of a card; nobody there speaks of rights
    assert "PIN" in pin.contrast.ours
    assert "arrived" in pin.contrast.theirs
    assert pin.contrast.describe(card.title).startswith(f"Not “{card.title}”, which has more of ")
    assert "directory" in rights.description  # beside the words of its title


@pytest.mark.parametrize(
    ("themes", "expected"),
    [
        pytest.param(
            [
                [
                    "Ich kann die Rechnung nicht herunterladen",
                    "Wo kann ich meine Rechnung herunterladen?",
                    "Bitte, wie soll man die Rechnung herunterladen",
                ],
                [
                    "Der Export der Tabelle bricht immer ab",
                    "Beim Export der Tabelle passiert nichts",
                    "Export der Tabelle dauert sehr lange",
                ],
            ],
            ["Rechnung herunterladen", "Export der Tabelle"],
            id="German",
        ),
        pytest.param(
            [
                [
                    "No puedo cambiar la contraseña de mi cuenta",
                    "¿Cómo puedo cambiar la contraseña?",
                    "Quiero cambiar la contraseña pero no me deja",
                ],
                [
                    "El pago con tarjeta fue rechazado otra vez",
                    "¿Por qué mi pago con tarjeta no pasa?",
                    "Mi pago con tarjeta sigue pendiente",
                ],
            ],
            ["Cambiar la contraseña", "Pago con tarjeta"],
            id="Spanish",
        ),
    ],
)
def test_titles_in_other_languages(themes, expected):
    assert titles(*themes) == expected


def test_two_words_are_named_as_people_say_them_side_by_side():
    said = [
        "The password reset ends in spam",
        "I forgot my password, where is the reset?",
        "password: no reset link at all",
        "A reset, please, of the old password",
    ]
    [label] = label_themes([said], PIN)
    assert label.title == "Password reset"
    apart = [text.replace("password reset", "password or the reset") for text in said]
    [label] = label_themes([apart], PIN)
    assert sorted(label.title.lower().split()) == ["and", "password", "reset"]


def test_a_title_has_a_word_that_is_in_much_of_the_theme():
    often = [f"delivery photo {word}" for word in ("black", "blurred")]
    rare = ["the signal test failed", "signal test"]
    more = [f"photo of the {word} parcel" for word in ("first", "late", "small", "wet")]
    elsewhere = [f"a photo album number {number}" for number in range(6)]
    [label] = label_themes([[*often, *rare, *more]], elsewhere)
    assert label.title == "Delivery photo"


def test_a_theme_without_phrases_is_described_by_its_words_once():
    said = ["Roster? Shift! Office", "shift, roster", "office: shift", "roster; office; depot"]
    [label] = label_themes([said], PIN)
    assert label.title not in label.description
    assert {"roster", "shift", "office"} <= set(
        label.description.rstrip(".").replace(",", "").split()
    )


def test_a_german_title_of_two_words_joins_nouns():
    said = ["Rechnung zu hoch, abgebucht", "abgebucht, dann die Rechnung", "Rechnung? Betrag!"]
    [label] = label_themes([[*said, "Der Betrag auf der Rechnung wurde schon abgebucht"]], [])
    assert label.title == "Rechnung und Betrag"


def test_marks_of_redaction_and_pseudonyms_are_no_words():
    redacted = [f"[name {n}] said to P{n + 100} that [email {n}] sync fails" for n in range(4)]
    [label] = label_themes([redacted], [])
    assert label.title == "Sync fails"
    assert not {"name", "email", "p101"} & set(label.keywords)


def test_what_one_person_repeats_is_no_title():
    loud = [*(f"purple elephant alarm number {n} again" for n in range(9)), *PIN]
    speakers = [*(["loud"] * 9), "a", "b", "c", "d"]
    [by_text] = label_themes([loud], [])
    [by_person] = label_themes([loud], [], speakers=[speakers])
    assert by_text.title == "Purple elephant alarm number"
    assert by_person.title == "Change my PIN"


def test_a_text_that_many_say_is_one_text():
    often = [*["purple elephant alarm"] * 9, *PIN]
    [label] = label_themes([often], [], speakers=[[str(number) for number in range(len(often))]])
    assert label.title == "Change my PIN"


def test_shouting_and_hesitation_change_no_label():
    loud = [CARD[0].upper(), *CARD[1:]]
    slow = [text.replace(" not ", " kind of not uhm ") for text in CARD]
    labels = label_themes([CARD], PIN)
    assert label_themes([loud], PIN) == labels
    assert label_themes([slow], PIN) == labels


def test_the_order_of_texts_changes_no_label():
    labels = label_themes([UPLOAD, RIGHTS], PIN)
    turned = label_themes([UPLOAD[::-1], RIGHTS[2:] + RIGHTS[:2]], PIN[::-1])
    assert turned == labels
    doubled = label_themes([UPLOAD * 3, RIGHTS], PIN)
    assert doubled == labels


def test_no_two_titles_are_equal_and_none_is_reserved():
    found = titles(UPLOAD, UPLOAD, UPLOAD)
    assert len({title.casefold() for title in found}) == 3
    [again] = titles(UPLOAD, reserved=[found[0].upper()])
    assert again.casefold() != found[0].casefold()


SENT = [
    "I want to transfer money",
    "Can I transfer money today?",
    "Where do I transfer money, on the app?",
    "Transfer money with the app",
]
SENDING = [
    "I transferred money and a delay was shown",
    "She transferred money: what a delay",
    "Who transferred money? The delay is long",
    "We transferred money",
]


def test_no_two_titles_are_the_same_words_in_other_forms():
    first, second = titles(SENT, SENDING)
    assert first == "Transfer money"
    assert second == "Transferred money, delay"
    [title] = titles(SENDING, reserved=["Money to transfer"])
    assert title == "Transferred money, delay"


@pytest.mark.parametrize("given", ["Topped up the card", "Card top-ups", "Card to top up"])
def test_a_hyphen_or_a_particle_makes_no_other_title(given):
    said = ["top-up of the card", "A top-up of the card: limit", "Limit? top-up of the card"]
    assert titles(said) == ["Top-up of the card"]
    assert titles(said, reserved=[given]) == ["Top-up of the card, limit"]


def test_a_negation_and_a_turned_word_make_another_title():
    said = ["We were logged out", "logged out today", "I was logged out"]
    assert titles(said, reserved=["Log in", "Logged in"]) == ["Logged out"]
    assert titles(CARD, PIN, reserved=["Card has arrived"])[0] == "Card has not arrived"


@pytest.mark.parametrize("other", ["Mastercard", "carding", "cardholder"])
def test_a_word_is_not_joined_with_a_form_of_itself(other):
    said = [f"card? {other}! shop", f"{other}, card", f"card: {other}", f"shop; card, {other}"]
    [title] = titles(said)
    assert set(title.lower().split()) in ({"card", "and", "shop"}, {other.lower(), "and", "shop"})


def test_a_broad_theme_is_not_called_by_two_titles_that_share_a_word():
    parts = parts_of(
        [("Admin rights", RIGHTS), ("Dashboard of an admin", UPLOAD), ("Change my PIN", PIN[:3])]
    )
    texts = [[text for part in theme for text in part.texts] for theme in parts]
    [label] = label_themes(texts, CARD, parts=parts)
    assert label.title == "Admin rights and change my PIN"


words = st.lists(st.text("abcdef ßé-'[]19 .", max_size=20), min_size=1, max_size=6)


@given(st.lists(words, max_size=5), words)
def test_every_theme_gets_a_title_of_its_own(themes, rest):
    labels = label_themes(themes, rest)
    found = [label.title.casefold() for label in labels]
    assert len(found) == len(set(found)) == len(themes)
    assert all(label.title.strip() and label.description for label in labels)
    assert all(
        label.contrast is None or label.contrast.other != n for n, label in enumerate(labels)
    )


def test_a_thousand_themes_are_labelled_in_seconds():
    themes = [
        [f"topic{n} problem{n} with machine{n % 40} number {k} today" for k in range(10)]
        for n in range(1000)
    ]
    begun = time.process_time()
    labels = label_themes(themes, [])
    assert time.process_time() - begun < 20
    assert len({label.title for label in labels}) == 1000


def candidate(name, speaker, strength, words=20):
    return Candidate(chunk_id=name, speaker=speaker, words=words, strength=strength)


def test_exemplars_come_from_different_people_strongest_first():
    chosen = choose_exemplars(
        [
            candidate("a", "ann", 0.9),
            candidate("b", "ann", 0.8),
            candidate("c", "bob", 0.7),
            candidate("d", "cem", 0.95, words=3),
            *[candidate(f"e{n}", f"p{n}", 0.1) for n in range(9)],
        ]
    )
    assert chosen[:2] == ["a", "c"]
    assert "b" not in chosen
    assert len(chosen) == 5
    assert choose_exemplars([candidate("d", "cem", 0.9, words=3)]) == ["d"]
    assert choose_exemplars([]) == []


def test_a_sub_theme_is_called_by_what_sets_it_apart_from_its_siblings():
    late = [
        "My new card has not arrived by post",
        "The card should come by post and has not arrived",
        "Card not here: nothing came by post",
    ]
    refused = [
        "My card was refused at the till",
        "The till refused my card again",
        "Card refused at the till of a shop",
    ]
    alone = [label.title for label in label_themes([late, refused, PIN], RIGHTS)]
    parts = [
        label.title
        for label in label_themes(
            [late, refused, PIN], RIGHTS, wholes=["Card trouble", "Card trouble", "Other"]
        )
    ]
    assert parts[2] == alone[2]
    assert "post" in parts[0].lower()
    assert "refused" in parts[1].lower()
    for title in parts[:2]:
        assert set(title.lower().split()) - {"card", "trouble", "my", "and"}


def test_words_that_siblings_share_are_no_keywords_of_either():
    late = [f"The card came late {word}" for word in ("twice", "today", "again")]
    lost = [f"The card was lost {word}" for word in ("abroad", "once", "before")]
    first, second = label_themes([late, lost], [*PIN, *RIGHTS], wholes=["Card", "Card"])
    assert (first.keywords[0], second.keywords[0]) == ("late", "lost")


def parts_of(*themes):
    return [[Part(title=title, texts=texts) for title, texts in theme] for theme in themes]


def test_a_broad_theme_is_called_by_what_most_of_its_themes_share():
    lost = ["I lost my card", "My card is lost", "Where is my lost card?"]
    late = ["My card is late", "The card did not come", "Why is the card late?"]
    broken = ["The card has a crack", "My card broke", "A broken card"]
    parts = parts_of(
        [("Lost my card", lost), ("Card is late", late), ("Broken card", broken)],
        [("Admin rights", RIGHTS), ("Empty dashboard", UPLOAD)],
    )
    texts = [[text for part in theme for text in part.texts] for theme in parts]
    card, mixed = label_themes(texts, PIN, parts=parts)
    assert card.title == "Card"
    assert mixed.title == "Admin rights and empty dashboard"
    [alone] = label_themes(
        [UPLOAD], PIN, parts=parts_of([("Empty dashboard", UPLOAD)]), reserved=["Empty dashboard"]
    )
    assert alone.title.startswith("Empty dashboard, ")
    assert "(" not in alone.title
    named = label_themes(texts, PIN, parts=parts, reserved=["Card", mixed.title])
    assert len({"Card", mixed.title, *(label.title for label in named)}) == 4


@given(
    themes=st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=5), max_size=5),
    size=st.integers(1, 3),
)
def test_every_part_and_every_whole_gets_a_title_of_its_own(themes, size):
    families = [f"Whole {number // size}" for number in range(len(themes))]
    labels = label_themes(themes, [], wholes=families)
    parts = [[Part(title="Whole", texts=texts)] for texts in themes]
    labels += label_themes(themes, [], parts=parts, reserved=[label.title for label in labels])
    found = {label.title.casefold() for label in labels}
    assert len(found) == len(labels) == 2 * len(themes)
    assert all(found)
