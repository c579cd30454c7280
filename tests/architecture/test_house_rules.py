"""Rules of the house that no linter knows; each failure names the file and what to do.

Import contracts are `lint-imports`' own (`make check`).
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from evals.settings import EvalSettings

ROOT = Path(__file__).parents[2]
PRODUCT = ("synth", "api", "prompts", "evals")
DATA = EvalSettings().data

MAX_FILE, MAX_FUNCTION = 350, 50
#: Released migrations never change; the golden files of intake are data, written as Python.
AS_THEY_ARE = ("synth/store/migrations/versions/", "evals/datasets/intake_golden.py")
#: These import late as a rule: commands must start fast, one backend of several is chosen, and a
#: benchmark measures what it imports.
LATE_AS_A_RULE = ("synth/cli/", "synth/bootstrap.py", "evals/")
MACHINE_PATH = re.compile(r"/(?:work|root|home|Users|tmp)/[A-Za-z0-9_.-]+/")
WRITTEN = (".py", ".md", ".html", ".css", ".js", ".toml", ".txt", ".csv", ".json", ".vtt")
#: Words in a row that nobody writes twice by chance.
WORDS = 12


def sources(*tops, suffixes=(".py",)):
    """Return (name, text) of every file below `tops`."""
    paths = sorted(path for top in tops for path in (ROOT / top).rglob("*"))
    return [
        (str(path.relative_to(ROOT)), path.read_text())
        for path in paths
        if path.suffix in suffixes and path.is_file() and "__pycache__" not in path.parts
    ]


@cache
def modules():
    """Return (name, text, syntax tree) of every Python file of the product."""
    return [(name, text, ast.parse(text)) for name, text in sources(*PRODUCT)]


def functions(tree):
    """Return every function in a file."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def length(function):
    """Return the lines of a function without its docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    said = first.end_lineno - first.lineno + 1 if documented else 0
    return function.end_lineno - function.lineno + 1 - said


def test_files_are_short():
    long = {
        name: lines
        for name, text in sources(*PRODUCT)
        if (lines := len(text.splitlines())) > MAX_FILE and not name.startswith(AS_THEY_ARE)
    }
    assert not long, f"split these files, {MAX_FILE} lines is the limit: {long}"


def test_functions_are_short():
    long = {
        f"{name}:{function.lineno} {function.name}": lines
        for name, _, tree in modules()
        for function in functions(tree)
        if (lines := length(function)) > MAX_FUNCTION and not name.startswith(AS_THEY_ARE)
    }
    assert not long, f"peel these functions, {MAX_FUNCTION} lines is the limit: {long}"


def test_own_modules_are_imported_at_the_top_or_the_reason_is_given():
    late = []
    for name, text, tree in modules():
        if name.startswith(LATE_AS_A_RULE):
            continue
        lines = text.splitlines()
        late += [
            f"{name}:{node.lineno}"
            for function in functions(tree)
            for node in ast.walk(function)
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").split(".")[0] in PRODUCT
            and "  # " not in lines[node.lineno - 1]
        ]
    assert not late, f"import at the top, or say why not in a comment on the line: {late}"


def test_nothing_names_a_place_on_somebodys_machine():
    found = [
        f"{name}: {match[0]}"
        for name, text in sources(*PRODUCT, "tests", suffixes=WRITTEN)
        for match in MACHINE_PATH.finditer(text)
    ]
    for name in ("Makefile", "README.md", "pyproject.toml", ".ci/run"):
        found += [
            f"{name}: {match[0]}" for match in MACHINE_PATH.finditer((ROOT / name).read_text())
        ]
    assert not found, f"take the path from a setting or a fixture: {found}"


def windows(words, step):
    """Return runs of WORDS words, those with hardly any letters left out."""
    rows = (words[at : at + WORDS] for at in range(0, len(words) - WORDS + 1, step))
    return (" ".join(row) for row in rows if sum(map(str.isalpha, row)) > WORDS // 2)


def words_of(text):
    return re.findall(r"\w+", text.casefold())


@pytest.mark.skipif(DATA is None, reason="set SYNTH_EVAL_DATA to the public data folder")
def test_no_text_of_a_public_set_was_copied_into_the_repository():
    ours = {
        run: name
        for name, text in sources(*PRODUCT, "tests", suffixes=WRITTEN)
        for run in windows(words_of(text), WORDS)
    }
    copied = {
        f"{ours[run]} has text of {path.relative_to(DATA)}"
        for path in sorted(DATA.rglob("*"))
        if path.suffix in (".md", ".txt", ".vtt", ".csv", ".json", ".jsonl", ".tsv")
        and path.name not in ("README.md", "DATASETS.md")
        for run in windows(words_of(path.read_text(errors="replace")), 1)
        if run in ours
    }
    assert not copied, f"data is read in place and never copied: {sorted(copied)}"
