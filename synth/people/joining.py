"""People being joined: read once, joined in memory one after the other, written once."""

from __future__ import annotations

from collections.abc import Iterable

from synth.errors import Conflict
from synth.people import merge_repo, repo
from synth.people.merge_repo import Sides
from synth.people.types import Merge, Participant, Role
from synth.people.uniting import combined, said_since, with_said
from synth.store.unit_of_work import UnitOfWork


class Joining:
    """Joins of one transaction; other joins and splits wait for its end."""

    def __init__(self, uow: UnitOfWork, ids: Iterable[str]) -> None:
        """Read the people that `ids` lead to."""
        merge_repo.lock(uow)
        self._uow = uow
        wanted = set(ids)
        self._roots = repo.united(uow, wanted)
        roots = {self._root(one) for one in wanted}
        self._people = repo.load(uow, roots)
        self._parts = merge_repo.load_parts(uow, roots)
        self._with_rows = merge_repo.with_rows(uow, roots)
        self._withdrawn = merge_repo.withdrawn(uow, roots)
        self._changed: set[str] = set()
        self.made: list[tuple[Merge, Sides]] = []  #: with whom the anomalies had hit before

    def join(self, merge: Merge) -> bool:
        """Make two people one; False: they are one already.

        Raises:
            Conflict: one of them is no participant, or withdrew.
        """
        first, second = self._root(merge.kept_id), self._root(merge.merged_id)
        if first == second:
            return False
        pair = [self._people[first], self._people[second]]
        _check_participants(*pair)
        if self._withdrawn & {first, second}:
            raise Conflict("one of them withdrew, and is joined with nobody")
        parts = [*self._folded(first), *self._folded(second)]
        united = combined(pair)
        other = second if united.id == first else first
        self._people[united.id], self._parts[united.id] = united, parts
        self._roots |= {part.id: united.id for part in parts if part.id != united.id}
        self._changed = (self._changed | {united.id}) - {other}
        self.made.append((merge, self._move(other, united.id)))
        return True

    def write(self) -> None:
        """Write who is whom now."""
        merge_repo.save_groups(
            self._uow, [(self._people[root], self._parts[root]) for root in sorted(self._changed)]
        )

    def parts(self, person_id: str) -> list[Participant]:
        """Return the parts of a person, each with what was said while they were one."""
        return self._folded(self._root(person_id))

    def _root(self, person_id: str) -> str:
        return self._roots.get(person_id, person_id)

    def _folded(self, root: str) -> list[Participant]:
        own = self._parts[root]
        said = said_since(own, self._people[root])
        return [with_said(part, said) for part in own]

    def _move(self, other: str, root: str) -> Sides:
        if other not in self._with_rows:
            return {}
        self._with_rows.add(root)
        return merge_repo.move_all(self._uow, other, root)


def _check_participants(one: Participant, other: Participant) -> None:
    if one.role is not Role.PARTICIPANT or other.role is not Role.PARTICIPANT:
        raise Conflict(
            f"{one.pseudonym} is {one.role} and {other.pseudonym} is {other.role}: "
            "only participants can be joined"
        )
