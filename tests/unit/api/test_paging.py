"""Cursors go round, and only ours are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from api.paging import Paging, read_cursor, write_cursor
from synth.errors import InputError


def page_through(items, limit):
    """Return every page's items, by following the cursors."""
    seen, cursor = [], None
    while True:
        scope = {"type": "http", "path": "/v1/x", "query_string": b"a=b", "headers": []}
        scope |= {"server": ("h", 80), "scheme": "http"}
        response = Response()
        paging = Paging(
            limit=limit,
            after=None if cursor is None else read_cursor(cursor),
            request=Request(scope),
            response=response,
        )
        page = paging.cut(items, lambda item: item)
        assert len(page.items) <= limit
        seen.append(page.items)
        if page.next_cursor is None:
            assert "link" not in response.headers
            return seen
        assert f'cursor={page.next_cursor}>; rel="next"' in response.headers["link"]
        cursor = page.next_cursor


@given(items=st.lists(st.text(), unique=True, max_size=30), limit=st.integers(1, 10))
def test_pages_hold_every_item_once_in_order(items, limit):
    pages = page_through(items, limit)
    assert [item for page in pages for item in page] == items
    assert len(pages) == max(1, -(-len(items) // limit))


@given(st.one_of(st.text(), st.integers(-(10**12), 10**12)))
def test_a_cursor_goes_round(position):
    assert read_cursor(write_cursor(position)) == position


@given(st.text(max_size=40))
def test_any_other_text_is_an_input_error_or_a_position(text):
    try:
        position = read_cursor(text)
    except InputError:
        return
    assert isinstance(position, str | int | float)


@pytest.mark.parametrize("text", ["", "W10", "bnVsbA", "é", "e30"], ids=str)
def test_what_is_no_position_is_refused(text):
    with pytest.raises(InputError):
        read_cursor(text)
