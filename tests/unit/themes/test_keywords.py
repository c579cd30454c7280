import pytest

from synth.themes.keywords import Counted, choose_keywords, compare, stem


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("upload", "uploads"),
        ("uploaded", "uploading"),
        ("integration", "integrations"),
        ("card's", "cards"),
        ("transfer", "transferred"),
        ("transfers", "transferring"),
        ("topped", "topping"),
        ("top", "topped"),
        ("order", "ordered"),
        ("access", "accessing"),
        ("deliver", "delivery"),
        ("canceled", "cancelled"),
        ("cancel", "cancellation"),
        ("plan", "planner"),
        ("play", "player"),
        ("submit", "submitted"),
        ("Modell", "Modelle"),
    ],
)
def test_forms_of_a_word_share_a_stem(first, second):
    assert stem(first) == stem(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("settings", "set"), ("summer", "sum"), ("fill", "file"), ("loss", "lose"), ("bill", "bile")],
)
def test_other_words_have_another_stem(first, second):
    assert stem(first) != stem(second)


def test_keywords_beside_its_own_are_those_a_theme_has_nearly_most_of():
    counts = [{"late": 4, "card": 5, "post": 9}, {"card": 10, "post": 10, "till": 3}, {"x": 1}]
    groups = [Counted(texts=one, read=10, size=10) for one in counts]
    shares = compare(groups, Counted(texts={}, read=0, size=0), near=0.0)
    assert choose_keywords(shares, ["card", "late", "post"], 0) == ["late", "post"]
