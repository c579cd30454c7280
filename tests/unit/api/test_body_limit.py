"""The limit stops reading as soon as it is passed."""

import anyio
import pytest
from starlette.exceptions import HTTPException

from api.middleware import BodyLimit


def run(sizes, limit):
    """Send a body in parts; return the sizes the application got."""
    waiting, got = list(sizes), []

    async def receive():
        size = waiting.pop(0)
        return {"type": "http.request", "body": b"x" * size, "more_body": bool(waiting)}

    async def application(scope, receive, send):
        more = True
        while more:
            message = await receive()
            got.append(len(message["body"]))
            more = message["more_body"]

    async def send(message):
        raise AssertionError("nothing is answered here")

    scope = {"type": "http", "headers": [], "method": "POST", "path": "/"}
    anyio.run(BodyLimit(application, limit), scope, receive, send)
    return got


def test_a_body_of_exactly_the_limit_passes():
    assert run([4, 6], limit=10) == [4, 6]


@pytest.mark.parametrize("sizes", [[11], [10, 1], [5, 5, 5, 5]], ids=str)
def test_one_byte_more_stops_the_reading(sizes):
    with pytest.raises(HTTPException) as caught:
        run(sizes, limit=10)
    assert caught.value.status_code == 413
