"""Join people who are one person, undo it, and read the files that say who is who."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.core.fingerprints import sha256_text
from synth.core.ids import new_id
from synth.errors import Conflict, InputError, NotFound
from synth.people import merge_repo, repo
from synth.people.actions import SameEmail, resolve
from synth.people.identity import stored_key
from synth.people.joining import Joining
from synth.people.types import Ground, Merge, MergeState, Reference, Role
from synth.people.uniting import combined, groups
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: What the header of a crosswalk says.
CROSSWALK = ("namespace", "value", "namespace", "value")

NAMESPACE = re.compile(r"[a-z0-9_-]{1,32}")


@dataclass(frozen=True, kw_only=True)
class ImportedCrosswalk:
    """What a crosswalk did."""

    rows: int
    joined: int
    problems: tuple[str, ...]  #: one line per row that was not used, with its line number


def join_people(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    one: str,
    other: str,
    *,
    ground: Ground = Ground.HAND,
    detail: str = "",
) -> Merge | None:
    """Make two people one, whoever each was united with before; None: they are one already.

    The lowest number stays. All that was said by or measured of either now counts for one person;
    of their consents the strictest holds.

    Raises:
        Forbidden: the actor may not manage people.
        Conflict: one of them is no participant, so that they cannot be the same person.
    """
    require(actor, Action.MANAGE_PEOPLE)
    merge = _merge(services, actor, one, other, ground, detail)
    joining = Joining(uow, [one, other])
    if not joining.join(merge):
        return None
    joining.write()
    merge_repo.add_merges(uow, joining.made)
    _note(services, uow, actor, "people.merge", merge)
    return merge


def split_people(services: Services, uow: UnitOfWork, actor: Actor, merge_id: str) -> Merge:
    """Undo a join: each side gets back what was recorded for its own ids, then and since.

    What was said of the united person meanwhile (consent, segments) holds for both.

    Raises:
        Conflict: it is no join that holds.
    """
    require(actor, Action.MANAGE_PEOPLE)
    merge_repo.lock(uow)
    merge = merge_repo.load_merge(uow, merge_id)
    if merge.state is not MergeState.JOINED:
        raise Conflict(f"nothing to undo: this one is {merge.state}")
    root = _root(uow, merge.kept_id)
    own = Joining(uow, [root]).parts(root)
    ended = _ended(services, actor, merge, MergeState.SPLIT)
    merge_repo.add_merge(uow, ended)
    holding = merge_repo.list_merges(uow, MergeState.JOINED)
    ids = {part.id for part in own}
    pairs = [(one.kept_id, one.merged_id) for one in holding if one.kept_id in ids]
    for members in groups(ids, pairs):
        parts = [part for part in own if part.id in members]
        side = combined(parts)
        merge_repo.save_groups(uow, [(side, parts)])
        if side.id != root:
            merge_repo.move_back(uow, root, side.id, members, merge_repo.sides_of(uow, merge_id))
    _note(services, uow, actor, "people.split", ended)
    return ended


def suggest_same_email(
    services: Services, uow: UnitOfWork, actor: Actor, found: Iterable[SameEmail]
) -> int:
    """Suggest people that an e-mail address and another id name as one; return how many are new.

    What a person turned down, or split, is not suggested again.
    """
    roots = repo.united(uow)
    decided = (MergeState.SUGGESTED, MergeState.DISMISSED, MergeState.SPLIT)
    known = {
        frozenset(roots.get(one, one) for one in (merge.kept_id, merge.merged_id))
        for merge in merge_repo.list_merges(uow, *decided)
    }
    new = 0
    for same in found:
        pair = frozenset(roots.get(one, one) for one in same.people)
        if pair in known or len(pair) == 1:
            continue
        known.add(pair)
        new += 1
        suggestion = Merge(
            id=new_id(),
            kept_id=same.people[0],
            merged_id=same.people[1],
            state=MergeState.SUGGESTED,
            ground=Ground.EMAIL,
            detail=same.detail,
            made_by=actor.member.id,
            made_at=services.clock(),
        )
        merge_repo.add_merge(uow, suggestion, {})
    return new


def accept(services: Services, uow: UnitOfWork, actor: Actor, merge_id: str) -> Merge:
    """Join the people of a suggestion.

    Raises:
        Conflict: it is no suggestion any more.
    """
    require(actor, Action.MANAGE_PEOPLE)
    suggestion = _suggestion(uow, merge_id)
    merge = replace(
        suggestion,
        state=MergeState.JOINED,
        made_by=actor.member.id,
        made_at=services.clock(),
    )
    joining = Joining(uow, [merge.kept_id, merge.merged_id])
    if not joining.join(merge):
        raise Conflict("they are one person already; dismiss the suggestion")
    joining.write()
    merge_repo.add_merge(uow, *joining.made[0])
    _note(services, uow, actor, "people.merge", merge)
    return merge


def dismiss(services: Services, uow: UnitOfWork, actor: Actor, merge_id: str) -> Merge:
    """Turn a suggestion down; it is not made again.

    Raises:
        Conflict: it is no suggestion any more.
    """
    require(actor, Action.MANAGE_PEOPLE)
    suggestion = _suggestion(uow, merge_id)
    ended = _ended(services, actor, suggestion, MergeState.DISMISSED)
    merge_repo.add_merge(uow, ended)
    _note(services, uow, actor, "people.dismiss", ended)
    return ended


def find_person(services: Services, uow: UnitOfWork, named: str) -> str:
    """Return the id of a person named by pseudonym (P12), by id, or as `namespace:value`.

    Raises:
        NotFound: nobody is known by it.
    """
    found = merge_repo.find_named(uow, named.strip())
    namespace, _, value = named.strip().partition(":")
    if found is None and value:
        key = stored_key(_reference(namespace, value), services.secret)
        found = repo.find(uow, [key]).get(key)
    if found is not None:
        return found
    raise NotFound("nobody is known by that; name a pseudonym (P12), user:ID or email:ADDRESS")


def import_crosswalk(
    services: Services, uow: UnitOfWork, actor: Actor, filename: str, text: str
) -> ImportedCrosswalk:
    """Join people by a CSV of pairs: `namespace,value,namespace,value`.

    Ids not known yet are kept, so that what comes later under them is the same person's.

    Raises:
        InputError: the header is another one.
    """
    require(actor, Action.MANAGE_PEOPLE)
    problems: list[str] = []
    rows = list(_crosswalk_rows(filename, text, problems))
    references = [(one, Role.PARTICIPANT) for _, pair in rows for one in pair]
    ids = resolve(services, uow, references)
    count = len(rows) + len(problems)
    joining = Joining(uow, ids.values())
    for (line, spaces), (one, other) in rows:
        detail = f"line {line}, {spaces}"
        try:
            joining.join(_merge(services, actor, ids[one], ids[other], Ground.CROSSWALK, detail))
        except Conflict as error:
            problems.append(f"{filename}:{line}: {error.message}")
    joining.write()
    merge_repo.add_merges(uow, joining.made)
    done = ImportedCrosswalk(rows=count, joined=len(joining.made), problems=tuple(problems))
    record_act(
        services,
        uow,
        actor,
        action="people.crosswalk",
        subject=("file", sha256_text(text)),
        data={"rows": done.rows, "joined": done.joined, "problems": len(done.problems)},
    )
    return done


def is_crosswalk(text: str) -> bool:
    """Return whether a CSV is a crosswalk, by its header."""
    header = next(csv.reader(io.StringIO(text.removeprefix("\ufeff"))), [])
    return tuple(name.strip().casefold() for name in header) == CROSSWALK


def _crosswalk_rows(
    filename: str, text: str, problems: list[str]
) -> Iterator[tuple[tuple[int, str], tuple[Reference, Reference]]]:
    """Yield ((line, the two namespaces as written), the two ids)."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    header = next(reader, [])
    if tuple(name.strip().casefold() for name in header) != CROSSWALK:
        raise InputError(
            "no crosswalk",
            file=filename,
            line=1,
            found=", ".join(header)[:100] or "an empty file",
            expected=",".join(CROSSWALK),
        )
    for row in reader:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        try:
            pair = _pair(cells)
            yield (reader.line_num, f"{cells[0]} and {cells[2]}"), pair
        except InputError as error:
            problems.append(f"{filename}:{reader.line_num}: {error.message}")


def _pair(cells: Sequence[str]) -> tuple[Reference, Reference]:
    if len(cells) != len(CROSSWALK) or not all(cells):
        raise InputError(
            "a row names two ids", found=f"{len(cells)} cells", expected="4, none empty"
        )
    return _reference(*cells[:2]), _reference(*cells[2:])


def _reference(namespace: str, value: str) -> Reference:
    """Return how somebody is named: an e-mail address, or an id whatever system it is of."""
    space = namespace.strip().casefold()
    if not NAMESPACE.fullmatch(space):
        raise InputError(
            "a namespace is one word", found=f"{len(space)} characters", expected="crm"
        )
    if space == "name":
        raise InputError(
            "a name is no id: two people may share it", expected="user, email, crm, ..."
        )
    return Reference(namespace="email" if space == "email" else "user", value=value)


def _merge(
    services: Services, actor: Actor, one: str, other: str, ground: Ground, detail: str
) -> Merge:
    return Merge(
        id=new_id(),
        kept_id=one,
        merged_id=other,
        state=MergeState.JOINED,
        ground=ground,
        detail=detail,
        made_by=actor.member.id,
        made_at=services.clock(),
    )


def _root(uow: UnitOfWork, person_id: str) -> str:
    return repo.united(uow, [person_id]).get(person_id, person_id)


def _suggestion(uow: UnitOfWork, merge_id: str) -> Merge:
    merge = merge_repo.load_merge(uow, merge_id)
    if merge.state is not MergeState.SUGGESTED:
        raise Conflict(f"this is no open suggestion: it is {merge.state}")
    return merge


def _ended(services: Services, actor: Actor, merge: Merge, state: MergeState) -> Merge:
    return replace(merge, state=state, ended_by=actor.member.id, ended_at=services.clock())


def _note(services: Services, uow: UnitOfWork, actor: Actor, action: str, merge: Merge) -> None:
    record_act(
        services,
        uow,
        actor,
        action=action,
        subject=("participant_merge", merge.id),
        data={"one": merge.kept_id, "other": merge.merged_id, "ground": merge.ground},
    )
