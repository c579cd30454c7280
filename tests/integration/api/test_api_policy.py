"""Every route x who asks: the answer comes from the permissions table and nowhere else."""

import pytest

from api.app import create_app
from api.permissions import PERMISSIONS
from synth.access.actions import start_workspace
from synth.access.policy import POLICY
from synth.access.types import MemberRole

ROUTES = sorted(PERMISSIONS)
OPEN = [route for route in ROUTES if PERMISSIONS[route] is None]
GUARDED = [route for route in ROUTES if PERMISSIONS[route] is not None]


def address(route):
    """Return method and path with an id that exists nowhere."""
    method, template = route.split(" ")
    names = [part.partition("}")[0] for part in template.split("{")[1:]]
    path = template
    for name in names:
        path = path.replace("{" + name + "}", "no-such-thing")
    return method, path


def send(api, route, **who):
    method, path = address(route)
    return api.send(method, path, **who)


@pytest.fixture
def foreign_key(services):
    return start_workspace(services, "Other").keys[MemberRole.ADMIN]


def test_every_route_has_a_permission_and_every_permission_a_route(services):
    app = create_app(services, worker=False)
    paths = app.openapi()["paths"]
    described = {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/v1") or path in ("/healthz", "/readyz")
    }
    assert described == {route.replace(":path", "") for route in ROUTES}


@pytest.mark.parametrize("route", GUARDED)
def test_nobody_and_a_revoked_key_get_401(shared_api, route):
    answers = [send(shared_api, route), send(shared_api, route, key="synth_revoked")]
    for answer in answers:
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("route", OPEN)
def test_open_routes_need_no_key(shared_api, route):
    assert send(shared_api, route).status_code == 200


@pytest.mark.parametrize("route", GUARDED)
def test_each_role_passes_or_gets_403(shared_api, route):
    allowed = POLICY[PERMISSIONS[route]]
    for role in MemberRole:
        status = send(shared_api, route, role=role).status_code
        assert (status == 403) == (role not in allowed), (role, status)
        assert status != 401
        assert status < 500


def test_an_admin_of_another_workspace_sees_the_same_404(api, foreign_key, started):
    keys = api.get("/v1/keys", role="admin").json()["items"]
    foreign = api.delete(f"/v1/keys/{keys[0]['id']}", key=foreign_key)
    absent = api.delete("/v1/keys/no-such-key", key=foreign_key)
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["code"] == absent.json()["code"] == "not_found"
    assert api.get("/v1/me", key=foreign_key).json()["workspace_id"] != started.workspace_id
