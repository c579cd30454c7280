"""Every error is a problem that says what to do; no answer comes without its safe headers."""

import pytest
from starlette.testclient import TestClient

from api.app import create_app, create_app_from_settings
from api.middleware import CONTENT_SECURITY_POLICY
from synth.access.actions import start_workspace
from synth.errors import Conflict
from tests.integration.api.conftest import is_problem

BAD_REQUESTS = [
    pytest.param("GET", "/v1/nothing-here", {}, 404, "not_found", id="unknown address"),
    pytest.param("GET", "/nothing-here", {}, 404, "not_found", id="unknown page, no browser"),
    pytest.param("DELETE", "/v1/me", {}, 405, "method_not_allowed", id="wrong method"),
    pytest.param("GET", "/v1/audit?limit=0", {}, 422, "invalid_input", id="page too small"),
    pytest.param("GET", "/v1/audit?limit=201", {}, 422, "invalid_input", id="page too large"),
    pytest.param("GET", "/v1/audit?cursor=@@", {}, 422, "invalid_input", id="no cursor of ours"),
    pytest.param("GET", "/v1/audit?cursor=InNvIg", {}, 422, "invalid_input", id="other cursor"),
    pytest.param("GET", "/v1/audit?cursor=LTU", {}, 422, "invalid_input", id="negative cursor"),
    pytest.param("GET", "/v1/search", {}, 422, "invalid_input", id="search for nothing"),
    pytest.param("GET", "/v1/search?q=a&segment=x", {}, 422, "invalid_input", id="bad segment"),
    pytest.param("GET", "/v1/sources/x", {}, 404, "not_found", id="no such source"),
    pytest.param("GET", "/v1/documents/x", {}, 404, "not_found", id="no such document"),
    pytest.param("GET", "/v1/jobs/x", {}, 404, "not_found", id="no such job"),
    pytest.param("GET", "/v1/jobs/x/events", {}, 404, "not_found", id="no such stream"),
    pytest.param("GET", "/v1/metrics/x/series", {}, 404, "not_found", id="no such metric"),
    pytest.param(
        "PUT", "/v1/metrics/x", {"content": b"{", "headers": {"content-type": "application/json"}},
        400, "malformed", id="no JSON",
    ),
    pytest.param("PUT", "/v1/metrics/x", {"json": {"god": "up"}}, 422, "invalid_input", id="typo"),
    pytest.param(
        "PUT", "/v1/metrics/x",
        {"content": b'{"target": NaN}', "headers": {"content-type": "application/json"}},
        422, "invalid_input", id="NaN target",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "more", "status", "code"), BAD_REQUESTS)
def test_errors_are_problems(shared_api, method, path, more, status, code):
    answer = shared_api.send(method, path, role="researcher", **more)
    assert is_problem(answer, status, code)


def test_an_unexpected_error_shows_no_traceback(services, started):
    app = create_app(services, worker=False)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken")
    assert is_problem(answer, 500, "error")
    assert "secret detail" not in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_not_ready_when_the_database_is_gone(api, services):
    services.engine.dispose()
    (services.settings.data_dir / "synth.db").unlink()
    assert is_problem(api.get("/readyz"), 503, "backend_failed")


@pytest.mark.parametrize("path", ["/healthz", "/v1/me", "/v1/nothing"])
def test_answers_carry_safe_headers(shared_api, path):
    headers = shared_api.get(path, role="pm").headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["x-request-id"]


def test_a_declared_large_body_is_refused_before_it_is_read(make_services):
    small = make_services(max_upload_mb=1)
    app = create_app(small, worker=False)
    with TestClient(app) as client:
        answer = client.post("/v1/sources", content=b"x" * (3 * 2**20))
    assert is_problem(answer, 413, "too_large")


def test_a_large_body_of_undeclared_length_is_refused(make_services):
    small = make_services(max_upload_mb=1)
    key = start_workspace(small, "Small").keys["researcher"]

    def parts():
        for _ in range(64):
            yield b"x" * 2**18

    with TestClient(create_app(small, worker=False)) as client:
        answer = client.post(
            "/v1/sources",
            content=parts(),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "text/plain"},
        )
    assert is_problem(answer, 413, "too_large")


def test_openapi_is_3_1_and_nothing_loads_from_elsewhere(shared_api):
    schema = shared_api.get("/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert "application/problem+json" in str(schema["paths"]["/v1/me"])
    assert shared_api.get("/docs").status_code == 404
    assert shared_api.get("/redoc").status_code == 404


def test_a_browser_gets_a_page_and_a_program_a_problem(shared_api):
    page = shared_api.get("/nothing-here", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    program = shared_api.get("/v1/nothing-here", headers={"Accept": "text/html"})
    assert is_problem(program, 404, "not_found")
    assert shared_api.get("/", headers={"Accept": "text/html"}).status_code == 303


def test_one_process_owns_a_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTH_DATA_DIR", str(tmp_path / "data"))
    first = create_app_from_settings()
    with pytest.raises(Conflict):
        create_app_from_settings()
    first.state.owner.close()
    first.state.services.engine.dispose()
