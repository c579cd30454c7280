import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.themes.keywords import phrases_of, rank_terms, stem, words_of
from synth.themes.labelling import Candidate, choose_exemplars, label_themes

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


def test_titles_are_made_of_the_themes_own_words():
    upload, rights = label_themes([UPLOAD, RIGHTS], ["We met at the conference in the autumn"])
    assert "dashboard" in upload.title.lower()
    assert rights.title.startswith("Admin rights")
    assert "admin rights" in rights.description
    assert {"dashboard", "empty"} <= set(upload.keywords)
    assert not set(upload.keywords) & set(rights.keywords)


def test_the_order_of_texts_changes_no_label():
    labels = label_themes([UPLOAD, RIGHTS], [])
    assert label_themes([UPLOAD[::-1], RIGHTS[::-1]], []) == labels


def test_no_two_titles_are_equal_and_none_is_reserved():
    labels = label_themes([UPLOAD, UPLOAD, UPLOAD], [])
    titles = {label.title.casefold() for label in labels}
    assert len(titles) == 3
    again = label_themes([UPLOAD], [], reserved=[labels[0].title])
    assert again[0].title.casefold() != labels[0].title.casefold()


words = st.lists(st.text("abcdef ", min_size=1, max_size=20), min_size=1, max_size=6)


@given(st.lists(words, max_size=5), words)
def test_every_theme_gets_a_title_of_its_own(themes, rest):
    labels = label_themes(themes, rest)
    titles = [label.title.casefold() for label in labels]
    assert len(titles) == len(set(titles)) == len(themes)
    assert all(label.title.strip() and label.description for label in labels)


def test_words_leave_out_marks_pseudonyms_and_talk():
    assert words_of("Well, P12 wrote [EMAIL] from https://a.example/x: Exports fail") == {
        "wrote",
        "exports",
        "fail",
    }


def test_phrases_stay_within_a_clause():
    assert phrases_of("Admin rights. Directory list") == {"admin rights", "directory list"}
    assert "list of roles" in phrases_of("The list of roles")


@pytest.mark.parametrize(
    ("first", "second"),
    [("upload", "uploads"), ("uploaded", "uploading"), ("integration", "integrations")],
)
def test_forms_of_a_word_share_a_stem(first, second):
    assert stem(first) == stem(second)


def test_terms_are_ranked_by_what_sets_a_theme_apart():
    first, second = rank_terms([[{"a", "x"}, {"a", "x"}], [{"a", "y"}, {"a"}]], [{"a"}])
    assert first[0].text == "x"
    assert second[0].text == "y"
    assert (first[0].texts, second[0].texts) == (2, 1)


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
