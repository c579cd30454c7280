import pytest

from synth.themes.stance import Stance, read_stance

READ = [
    ("The export keeps failing and I lose an hour every week.", Stance.TROUBLE),
    ("It was easy, I was done in two minutes.", Stance.FINE),
    ("It was not easy at all.", Stance.TROUBLE),
    ("I had no problem with the setup.", Stance.FINE),
    ("That isn’t a problem for us.", Stance.FINE),
    ("I would love a dark theme.", Stance.TROUBLE),
    ("It would be nice to see the total.", Stance.TROUBLE),
    ("Please add a way to sort the list.", Stance.TROUBLE),
    ("We don't need single sign-on.", Stance.FINE),
    ("I couldn't find the button.", Stance.TROUBLE),
    ("It could not be easier.", Stance.FINE),
    ("The import is quick, but the result is wrong and half of it is missing.", Stance.TROUBLE),
    ("It took long to find, but it works great and I love it.", Stance.FINE),
    ("I clicked on the third tab and then on the name of the file.", Stance.UNCLEAR),
    ("It is fast. It is confusing.", Stance.UNCLEAR),
    ("", Stance.UNCLEAR),
    ("[problem] [error 2]", Stance.UNCLEAR),
    ("Die Einrichtung war ein Albtraum", Stance.UNCLEAR),
]


@pytest.mark.parametrize(("text", "stance"), READ, ids=[text[:40] for text, _ in READ])
def test_words_read_as_trouble_as_fine_or_as_nothing(text, stance):
    assert read_stance(text) is stance


def test_a_long_passage_is_read_in_time():
    import time

    start = time.process_time()
    read_stance("it was not " * 3000 + "no " * 3000 + "easy")
    assert time.process_time() - start < 1.0
