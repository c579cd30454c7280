"""Find or add the people a file names, and import what is known about them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from synth.errors import InputError
from synth.people import merge_repo, repo
from synth.people.identity import stored_key, withdrawn_key
from synth.people.types import Reference, Role
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: Columns of a participants file that name a person.
ID_COLUMNS = {"user_id": "user", "participant": "user", "name": "name", "email": "email"}
CONSENT_COLUMNS = ("analyse", "quote", "llm", "contact")
#: Takes personal data out of texts, and returns as many.
Hide = Callable[[Sequence[str]], Sequence[str]]
YES, NO = {"yes", "true", "1", "y"}, {"no", "false", "0", "n"}


def resolve(
    services: Services, uow: UnitOfWork, references: Iterable[tuple[Reference, Role]]
) -> dict[Reference, str]:
    """Return the participant id of each reference; people not known yet are added.

    An id of somebody who withdrew leads to them, who agrees to nothing, and is not kept again.
    The role counts only for new people: what is known about somebody is not changed by a file.
    """
    wanted = dict(references)
    keys = {reference: stored_key(reference, services.secret) for reference in wanted}
    known = find_known(services, uow, keys.values())
    unknown: dict[repo.Key, Role] = {}
    for reference, key in keys.items():
        if key not in known:
            unknown.setdefault(key, wanted[reference])
    created = repo.create(uow, list(unknown.values()), services.clock())
    new = dict(zip(unknown, created, strict=True))
    repo.add_ids(uow, new)
    everybody = known | new
    return {reference: everybody[key] for reference, key in keys.items()}


def find_known(
    services: Services, uow: UnitOfWork, keys: Iterable[repo.Key]
) -> dict[repo.Key, str]:
    """Return the participant id of each key that is known, also of people who withdrew."""
    wanted = set(keys)
    known = repo.find(uow, wanted)
    if len(known) == len(wanted) or not merge_repo.withdrawn(uow):
        return known
    digests = {key: withdrawn_key(key, services.secret) for key in wanted - known.keys()}
    found = repo.find(uow, digests.values())
    return known | {key: found[digest] for key, digest in digests.items() if digest in found}


@dataclass(frozen=True, kw_only=True)
class ImportedPeople:
    """What a participants file did."""

    rows: int
    added: int
    problems: tuple[str, ...]  #: one line per row that was not used, with its line number
    same_email: tuple[SameEmail, ...] = ()  #: people that may be one
    redacted: int = 0  #: names and values of segments that held personal data


@dataclass(frozen=True, kw_only=True)
class SameEmail:
    """Two people whom one row names, one of them by an e-mail address."""

    people: tuple[str, str]
    detail: str  #: where they were named so


def import_people(
    services: Services, uow: UnitOfWork, filename: str, text: str, *, hide: Hide = list
) -> ImportedPeople:
    """Read a participants CSV: ids (user_id, name, email), role, segment.*, and consent.

    Consent is to analyse, quote, llm and contact: yes or no; empty leaves it as it is known.
    A row joins all its ids to one participant. A row whose ids already belong to two people is
    reported and left out; the others are kept. `hide` takes personal data out of segments.

    Raises:
        InputError: no column names a person.
    """
    given, problems = _read_rows(services, filename, text)
    rows = _hide_segments(given, hide)
    owners = find_known(services, uow, (key for row in rows for key in row.keys))
    gone = merge_repo.withdrawn(uow, owners.values())
    roots = repo.united(uow, owners.values())
    placed: list[tuple[PersonRow, str]] = []
    added: set[str] = set()
    doubtful: list[PersonRow] = []
    for row in rows:
        known = [owners[key] for key in row.keys if key in owners]
        if gone & set(known):
            problems.append(f"{filename}:{row.line}: {LEFT}")
            continue
        if len({roots.get(owner, owner) for owner in known}) > 1:
            problems.append(f"{filename}:{row.line}: {TWO_PEOPLE}")
            doubtful.append(row)
            continue
        owner = known[0] if known else f"new {row.line}"
        if owner.startswith("new "):
            added.add(owner)
        owners.update(dict.fromkeys(row.keys, owner))
        placed.append((row, owner))
    made = repo.create(uow, [Role.PARTICIPANT] * len(added), services.clock())
    ids = dict(zip(sorted(added, key=_line), made, strict=True))
    kept = {key: owner for key, owner in owners.items() if owner not in gone}
    repo.add_ids(uow, {key: ids.get(owner, owner) for key, owner in kept.items()})
    named = [(row, ids.get(owner, owner)) for row, owner in placed]
    _describe(uow, [(row, roots.get(owner, owner)) for row, owner in named])
    return ImportedPeople(
        rows=len(placed) + len(problems),
        added=len(added),
        problems=tuple(problems),
        same_email=tuple(_same_email(doubtful, owners)),
        redacted=_count_hidden(given, rows),
    )


LEFT = "this person withdrew and is left out"
TWO_PEOPLE = "its ids already belong to different people; join them if they are one person"


def _same_email(
    doubtful: Iterable[PersonRow], owners: Mapping[repo.Key, str]
) -> Iterator[SameEmail]:
    """Yield the people whom an e-mail address and another id of a row lead to; a name is none."""
    for row in doubtful:
        by_email = [owners[key] for key in row.keys if key[0] == "email" and key in owners]
        by_id = [owners[key] for key in row.keys if key[0] == "user" and key in owners]
        for one, other in product(by_email, by_id):
            yield SameEmail(people=(one, other), detail=f"line {row.line} of people imported")


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One row of a participants file; None: the file says nothing about it."""

    line: int
    keys: tuple[repo.Key, ...]
    role: Role | None
    consent: Mapping[str, bool]  #: only the scopes the file speaks about
    segments: Mapping[str, str]


def _hide_segments(rows: Sequence[PersonRow], hide: Hide) -> list[PersonRow]:
    """Return the rows with each name and value of a segment as `hide` leaves it."""
    texts = sorted({text for row in rows for pair in row.segments.items() for text in pair})
    left = dict(zip(texts, hide(texts), strict=True))
    return [
        replace(row, segments={left[name]: left[value] for name, value in row.segments.items()})
        for row in rows
    ]


def _count_hidden(given: Sequence[PersonRow], rows: Sequence[PersonRow]) -> int:
    return sum(
        (name != left_name) + (value != left_value)
        for before, after in zip(given, rows, strict=True)
        for (name, value), (left_name, left_value) in zip(
            before.segments.items(), after.segments.items(), strict=False
        )
    )


def _line(owner: str) -> int:
    return int(owner.removeprefix("new "))


def _describe(uow: UnitOfWork, placed: Sequence[tuple[PersonRow, str]]) -> None:
    people = repo.load(uow, (owner for _, owner in placed))
    for row, owner in placed:
        person = people[owner]
        people[owner] = replace(
            person,
            role=row.role or person.role,
            consent=replace(person.consent, **row.consent),
            segments={**person.segments, **row.segments},
        )
    repo.save(uow, people.values())


def _read_rows(services: Services, filename: str, text: str) -> tuple[list[PersonRow], list[str]]:
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
    rows: list[PersonRow] = []
    problems: list[str] = []
    for row in table:
        values = {key: value.strip() for key, value in row.items() if key and value}
        try:
            rows.append(_read_row(services, table.line_num, values))
        except InputError as error:
            problems.append(f"{filename}:{table.line_num}: {error.message}")
    return rows, problems


def _read_row(services: Services, line: int, row: Mapping[str, str]) -> PersonRow:
    references = [
        Reference(namespace=namespace, value=row[column])
        for column, namespace in ID_COLUMNS.items()
        if row.get(column)
    ]
    if not references:
        raise InputError("row names nobody")
    return PersonRow(
        line=line,
        keys=tuple(stored_key(reference, services.secret) for reference in references),
        role=_role(row),
        consent=_consent(row),
        segments={
            key.removeprefix("segment."): value
            for key, value in row.items()
            if key.startswith("segment.")
        },
    )


def _role(row: Mapping[str, str]) -> Role | None:
    if not row.get("role"):
        return None
    try:
        return Role(row["role"].lower())
    except ValueError:
        raise InputError("unknown role", found=row["role"], expected=", ".join(Role)) from None


def _consent(row: Mapping[str, str]) -> dict[str, bool]:
    """Return the scopes the row answers; what it leaves open stays as it is known."""
    answers = {}
    for column in CONSENT_COLUMNS:
        value = row.get(column, "").lower()
        if value and value not in YES | NO:
            raise InputError(f"consent {column} unclear", found=value, expected="yes or no")
        if value:
            answers[column] = value in YES
    return answers
