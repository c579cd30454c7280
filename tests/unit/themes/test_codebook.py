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
    pricing, support = read_codebook("codes.csv", text)
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
    "no name": ("code,description\nA,x\n ,y\n", 3, "'y' without a name", ""),
    "a comma too many": ("code,description\nA,x,y\n", 2, "3 cells", "2"),
    "two descriptions": ("code,description\nA,x\na,y\n", 3, "y", "'x'"),
    "long": (f"code\n{'x' * (MAX_NAME + 1)}\n", 2, f"{MAX_NAME + 1} characters", f"{MAX_NAME}"),
    "an open quote": ('code\n"A\n', 2, "unexpected end", ""),
    "too many": ("code\n" + "\n".join(f"c{n}" for n in range(201)), 202, "200", "200"),
}


@pytest.mark.parametrize(("text", "line", "found", "expected"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_its_place(text, line, found, expected):
    with pytest.raises(InputError) as refused:
        read_codebook("codes.csv", text)
    assert refused.value.message.startswith(f"codes.csv:{line}: ")
    assert found in str(refused.value.data["found"])
    assert expected in str(refused.value.data["expected"] or "")
