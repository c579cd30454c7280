"""The README cannot drift: settings, folders, commands and glossary are checked."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from evals.settings import EvalSettings
from synth.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def described(settings, prefix):
    """Return (variable, default, help) of each field as the README writes them."""
    for name, field in settings.model_fields.items():
        secret = getattr(field.default, "get_secret_value", None)
        default = str(secret() if secret else field.default or "")
        yield prefix + name.upper(), f"`{default}`" if default else "empty", field.description


def test_the_settings_table_is_the_settings():
    rows = re.findall(r"^\| `(SYNTH_\w+)` \| (.+?) \| (.+) \|$", README, re.MULTILINE)
    assert rows == [*described(Settings, "SYNTH_"), *described(EvalSettings, "SYNTH_EVAL_")]


def test_every_folder_of_synth_is_in_the_tree_and_every_entry_exists():
    tree = README.split("## Where things are")[1].split("```")[1]
    named = set(re.findall(r"(?:^  |  )([a-z]+)/ ", tree, re.MULTILINE))
    present = {path.parent.name for path in (ROOT / "synth").glob("*/__init__.py")}
    assert named == present


@pytest.mark.parametrize("line", re.findall(r"^(?:SYNTH\S+ )?synth (.+)$", README, re.MULTILINE))
def test_every_command_shown_exists(line):
    from synth.cli.main import app

    for part in re.split(r"&& synth ", line.split("#")[0]):
        command = get_command(app)
        for word in part.split():
            if not hasattr(command, "commands"):
                break
            assert word in command.commands, part
            command = command.commands[word]


def test_the_pictures_exist():
    for picture in re.findall(r"!\[.*?\]\((.+?)\)", README):
        assert (ROOT / picture).is_file(), picture
