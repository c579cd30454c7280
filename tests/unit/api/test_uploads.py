"""Bodies become files: named by a label, decoded by their first bytes, or refused in words."""

import pytest

from api.uploads import SentFile
from synth.errors import InputError


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"a,b", "a,b", id="utf-8"),
        pytest.param(b"\xef\xbb\xbfa,b", "a,b", id="utf-8 with mark"),
        pytest.param("a,é".encode("utf-16"), "a,é", id="utf-16"),
        pytest.param(b"\xfe\xff" + "a,é".encode("utf-16-be"), "a,é", id="utf-16 big end first"),
    ],
)
def test_text_is_decoded(data, text):
    assert SentFile(name="a.csv", data=data).text == text


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"", None), (b" \n", None), (b"a\nb\xe9\n", 2), (b"\x89PNG\r\n", 1), (b"\xff\xfea", 1)],
    ids=["empty", "blank", "latin-1", "binary", "half a character"],
)
def test_what_is_no_text_is_an_input_error_with_its_place(data, line):
    with pytest.raises(InputError) as caught:
        _ = SentFile(name="a.csv", data=data).text
    assert caught.value.data["file"] == "a.csv"
    assert caught.value.data["line"] == line
