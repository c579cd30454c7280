import pytest

from synth.errors import InputError
from synth.themes.codebook import MAX_NAME, code_id, read_codebook


def test_rows_of_one_code_are_one_theme_and_cells_hold_several_examples():
    text = (
        "\ufeffCode, Definition ,Examples\r\n"
        '"Pricing","What it costs, and why",too dear | cheaper elsewhere\r\n'
        "\r\n"
        "pricing,,the bill was a surprise\r\n"
        "Support\r\n"
    )
    pricing, support = read_codebook("codes.csv", text).codes
    assert (pricing.name, pricing.description) == ("Pricing", "What it costs, and why")
    assert pricing.examples == ("too dear", "cheaper elsewhere", "the bill was a surprise")
    assert pricing.seeds()[0] == "Pricing. What it costs, and why"
    assert (support.name, support.seeds()) == ("Support", ["Support"])
    assert pricing.theme_id == code_id("PRICING") != support.theme_id


BAD = {
    "empty": ("", 1, "an empty file", "code, description, example"),
    "another header": ("a,b\n1,2\n", 1, "a, b", "code, description"),
    "twice": ("code,name\nA,B\n", 1, "code, name", "code, description"),
    "no rows": ("code\n", 1, "a header alone", "one code per row"),
    "no name": ("code,description\n ,y\n", 2, "'y' without a name", "a cell"),
    "a comma too many": ("code,description\nA,x,y\n", 2, "3 cells", "2"),
    "long": (f"code\n{'x' * (MAX_NAME + 1)}\n", 2, f"{MAX_NAME + 1} characters", f"{MAX_NAME}"),
    "an open quote": ('code\n"A\n', 2, "unexpected end", ""),
}


@pytest.mark.parametrize(("text", "line", "found", "expected"), BAD.values(), ids=BAD)
def test_a_file_of_which_nothing_can_be_used_is_refused_with_its_place(text, line, found, expected):
    with pytest.raises(InputError) as refused:
        read_codebook("codes.csv", text)
    assert refused.value.message.startswith(f"codes.csv:{line}: ")
    assert found in str(refused.value.data["found"])
    assert expected in str(refused.value.data["expected"] or "")


HALF = {
    "no name": ("code,description\nA,x\n ,y\nB\n", 3, "'y' without a name; expected a cell"),
    "a comma too many": ("code,description\nA,x\nC,x,y\nB\n", 3, "3 cells; expected 2"),
    "two descriptions": ("code,description\nA,x\na,y\nB\n", 3, "found y; expected no other"),
    "a long example": (f"code,example\nA\nA,{'x' * 2001}\nB\n", 3, "2001 characters; expected"),
    "an open quote": ('code\nA\nB\n"C\n', 4, "found unexpected end"),
}


@pytest.mark.parametrize(("text", "line", "says"), HALF.values(), ids=HALF)
def test_a_row_that_cannot_be_used_is_left_out_and_said_and_the_others_are_kept(text, line, says):
    book = read_codebook("codes.csv", text)
    assert [code.name for code in book.codes] == ["A", "B"]
    [problem] = book.problems
    assert problem.startswith(f"codes.csv:{line}: ")
    assert says in problem


def test_codes_beyond_the_most_are_left_out():
    book = read_codebook("codes.csv", "code\n" + "\n".join(f"c{n % 202}" for n in range(404)))
    assert len(book.codes) == 200
    assert [one.split(":")[1] for one in book.problems] == ["202", "203", "404", "405"]
