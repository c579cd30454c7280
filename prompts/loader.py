"""Loads released prompts: strict placeholders, and the hash that is stored with every answer."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
#: A released file holds two parts under these lines.
SYSTEM, USER = "# System\n", "\n# User\n"


class PromptError(ValueError):
    """A prompt that is not there, is malformed, or was given the wrong values."""


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One released prompt."""

    name: str
    version: str
    sha256: str  #: of the file's bytes
    system: str
    user: str

    @property
    def reference(self) -> str:
        """Return for example "draft_hypothesis/v1"."""
        return f"{self.name}/{self.version}"

    @property
    def placeholders(self) -> frozenset[str]:
        """Return the names that `render` needs, all of them."""
        return frozenset(PLACEHOLDER.findall(self.system + self.user))

    def render(self, **values: str) -> tuple[str, str]:
        """Return (system, user) filled in; raises PromptError naming what is missing or unknown."""
        missing = sorted(self.placeholders - set(values))
        unknown = sorted(set(values) - self.placeholders)
        if missing or unknown:
            raise PromptError(
                f"{self.reference}: missing {', '.join(missing) or 'nothing'}; "
                f"unknown {', '.join(unknown) or 'nothing'}"
            )
        return _fill(self.system, values), _fill(self.user, values)


def load(name: str, version: str | None = None) -> Prompt:
    """Return a prompt; without a version, the one `active.toml` names. Raises PromptError."""
    chosen = version or active().get(name)
    if chosen is None:
        raise PromptError(f"no active version of prompt {name}; name one in prompts/active.toml")
    path = FOLDER / name / f"{chosen}.md"
    if not path.is_file():
        raise PromptError(f"no prompt {name}/{chosen}; released are {', '.join(released())}")
    data = path.read_bytes()
    system, user = _parts(data.decode("utf-8"), f"{name}/{chosen}")
    digest = hashlib.sha256(data).hexdigest()
    return Prompt(name=name, version=chosen, sha256=digest, system=system, user=user)


def active() -> dict[str, str]:
    """Return the version in use of each prompt."""
    return _read_table("active.toml")


def lock() -> dict[str, str]:
    """Return the SHA-256 each released file had when it was released."""
    return _read_table("lock.toml")


def released() -> list[str]:
    """Return "name/version.md" of every prompt file."""
    return sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/v*.md"))


def _parts(text: str, reference: str) -> tuple[str, str]:
    before, found, rest = text.partition(SYSTEM)
    system, found_user, user = rest.partition(USER)
    if before.strip() or not found or not found_user:
        raise PromptError(f"{reference} needs the parts '# System' and '# User', in this order")
    return system.strip(), user.strip()


def _fill(template: str, values: dict[str, str]) -> str:
    # One pass: braces inside a value are never taken for a placeholder.
    return PLACEHOLDER.sub(lambda match: values[match[1]], template)


def _read_table(filename: str) -> dict[str, str]:
    table = tomllib.loads((FOLDER / filename).read_text(encoding="utf-8"))
    return {str(key): str(value) for key, value in table.items()}
