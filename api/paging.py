"""Pages of lists: an opaque cursor in the body and in the `Link` header."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request, Response

from api.schemas.base import Page
from synth.errors import InputError

T = TypeVar("T")
LARGEST_PAGE = 200
#: Of a list that has no cursor of its own, this many are looked at.
LARGEST_LIST = 10_000
Position = str | int | float


@dataclass(frozen=True, kw_only=True)
class Paging:
    """Which page is asked for, and where its `Link` header goes."""

    limit: int
    after: Position | None  #: where the page before ended
    request: Request
    response: Response

    def number(self) -> int:
        """Return where the page before ended in a list ordered by number; 0 at its beginning."""
        if self.after is not None and not (isinstance(self.after, int) and 0 <= self.after < 2**31):
            raise InputError("this cursor belongs to another list; start again without it")
        return self.after or 0

    def text(self) -> str | None:
        """Return where the page before ended in a list ordered by id; None at its beginning."""
        if self.after is not None and not isinstance(self.after, str):
            raise InputError("this cursor belongs to another list; start again without it")
        return self.after

    def page(self, items: Sequence[T], *, end: Position | None) -> Page[T]:
        """Return a page of `items`; `end` is where the next one begins, None at the end."""
        if end is None:
            return Page(items=list(items), next_cursor=None)
        cursor = write_cursor(end)
        address = self.request.url.include_query_params(cursor=cursor)
        self.response.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
        return Page(items=list(items), next_cursor=cursor)

    def cut(self, items: Sequence[T], position: Callable[[T], Position]) -> Page[T]:
        """Return the page of a whole list; `position` is what tells its items apart."""
        start = self._start([position(item) for item in items])
        part = items[start : start + self.limit]
        more = start + self.limit < len(items)
        return self.page(part, end=position(part[-1]) if more else None)

    def fetched(self, items: Sequence[T], position: Callable[[T], Position]) -> Page[T]:
        """Return the page of items read with a limit of one more than the page holds."""
        part = items[: self.limit]
        return self.page(part, end=position(part[-1]) if len(items) > self.limit else None)

    def counted(self, items: Sequence[T], start: int) -> Page[T]:
        """Return the page of items read from the `start`-th on, one more than the page holds."""
        more = len(items) > self.limit
        return self.page(items[: self.limit], end=start + self.limit if more else None)

    def _start(self, positions: Sequence[Position]) -> int:
        if self.after is None:
            return 0
        try:
            return positions.index(self.after) + 1
        except ValueError:
            raise InputError("this cursor's list has changed; start again without it") from None


def write_cursor(position: Position) -> str:
    """Return an opaque text for `position`."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Position:
    """Return the position in a cursor of ours; raises InputError for any other text."""
    try:
        position: object = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, UnicodeError, ValueError):
        position = None
    if isinstance(position, bool) or not isinstance(position, str | int | float):
        raise InputError("this is no cursor of ours; send `next_cursor` as it was given")
    return position


def paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Paging:
    """Return which page is asked for."""
    after = None if cursor is None else read_cursor(cursor)
    return Paging(limit=limit, after=after, request=request, response=response)


PagingOf = Annotated[Paging, Depends(paging)]
