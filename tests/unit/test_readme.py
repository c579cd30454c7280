"""The README cannot drift: settings, folders, commands and glossary are checked."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from synth.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def default_of(field):
    default = field.default
    secret = getattr(default, "get_secret_value", None)
    return str(secret() if secret else default)


def test_the_settings_table_is_the_settings():
    rows = re.findall(r"^\| `(SYNTH_\w+)` \| (.+?) \| (.+) \|$", README, re.MULTILINE)
    expected = [
        (
            f"SYNTH_{name.upper()}",
            f"`{default_of(field)}`" if default_of(field) else "empty",
            field.description,
        )
        for name, field in Settings.model_fields.items()
    ]
    assert rows == expected


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
