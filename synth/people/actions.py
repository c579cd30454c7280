"""Find or add the people a file names, and import what is known about them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from synth.errors import InputError
from synth.people import repo
from synth.people.identity import stored_value
from synth.people.types import Consent, Reference, Role
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: Columns of a participants file that name a person.
ID_COLUMNS = {"user_id": "user", "participant": "user", "name": "name", "email": "email"}
CONSENT_COLUMNS = ("analyse", "quote", "llm")
YES, NO = {"yes", "true", "1", "y"}, {"no", "false", "0", "n"}


def resolve(
    services: Services, uow: UnitOfWork, references: Iterable[tuple[Reference, Role]]
) -> dict[Reference, str]:
    """Return the participant id of each reference; people not known yet are added.

    The role counts only for new people: what is known about somebody is not changed by a file.
    """
    wanted = {reference: role for reference, role in references}
    keys = {
        reference: (reference.namespace, stored_value(reference, services.secret))
        for reference in wanted
    }
    known = repo.find(uow, keys.values())
    unknown: dict[repo.Key, Role] = {}
    for reference, key in keys.items():
        if key not in known:
            unknown.setdefault(key, wanted[reference])
    created = repo.create(uow, list(unknown.values()), services.clock())
    new = dict(zip(unknown, created, strict=True))
    repo.add_ids(uow, new)
    return {reference: (known | new)[key] for reference, key in keys.items()}


@dataclass(frozen=True, kw_only=True)
class ImportedPeople:
    """What a participants file did."""

    rows: int
    added: int
    problems: tuple[str, ...]  #: one line per row that was not used, with its line number


def import_people(services: Services, uow: UnitOfWork, filename: str, text: str) -> ImportedPeople:
    """Read a participants CSV: ids (user_id, name, email), role, segment.*, analyse, quote, llm.

    A row joins all its ids to one participant. A row whose ids already belong to two people is
    reported and left out; the others are kept.

    Raises:
        InputError: no column names a person.
    """
    table = csv.DictReader(io.StringIO(text))
    header = [name.strip() for name in table.fieldnames or []]
    table.fieldnames = header
    if not set(header) & set(ID_COLUMNS):
        raise InputError(
            "no column names a person",
            file=filename,
            line=1,
            found=", ".join(header) or "an empty file",
            expected="one of " + ", ".join(ID_COLUMNS),
        )
    before = len(repo.load(uow))
    problems: list[str] = []
    rows = 0
    for row in table:
        rows += 1
        try:
            _import_row(services, uow, {key: (value or "").strip() for key, value in row.items()})
        except InputError as error:
            problems.append(f"{filename}:{table.line_num}: {error.message}")
    added = len(repo.load(uow)) - before
    return ImportedPeople(rows=rows, added=added, problems=tuple(problems))


def _import_row(services: Services, uow: UnitOfWork, row: Mapping[str, str]) -> None:
    references = [
        Reference(namespace=namespace, value=row[column])
        for column, namespace in ID_COLUMNS.items()
        if row.get(column)
    ]
    if not references:
        raise InputError("row names nobody")
    role, consent = _role(row), _consent(row)
    keys = [(ref.namespace, stored_value(ref, services.secret)) for ref in references]
    owners = set(repo.find(uow, keys).values())
    if len(owners) > 1:
        raise InputError("its ids already belong to different people; import participants first")
    owner = owners.pop() if owners else repo.create(uow, [Role.PARTICIPANT], services.clock())[0]
    repo.add_ids(uow, dict.fromkeys(keys, owner))
    segments = {
        key.removeprefix("segment."): value
        for key, value in row.items()
        if key.startswith("segment.") and value
    }
    repo.describe(uow, owner, role=role, segments=segments, consent=consent)


def _role(row: Mapping[str, str]) -> Role | None:
    if not row.get("role"):
        return None
    try:
        return Role(row["role"].lower())
    except ValueError:
        raise InputError("unknown role", found=row["role"], expected=", ".join(Role)) from None


def _consent(row: Mapping[str, str]) -> Consent | None:
    if not any(row.get(column) for column in CONSENT_COLUMNS):
        return None
    answers = {}
    for column in CONSENT_COLUMNS:
        value = row.get(column, "").lower()
        if value and value not in YES | NO:
            raise InputError(f"consent {column} unclear", found=value, expected="yes or no")
        answers[column] = value not in NO
    return Consent(**answers)
