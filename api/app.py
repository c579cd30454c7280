"""The application: routes under /v1, pages at /, and the worker beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, nullcontext

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api import errors, web
from api.middleware import BodyLimit, SafeAnswers
from api.openapi import describe_errors
from api.routes import ROUTERS
from api.web import pages
from synth.bootstrap import build_services
from synth.services import Services
from synth.settings import Settings
from synth.store.lock import owning

#: Beside the largest file: form fields and boundaries.
ROOM_FOR_FIELDS = 2**20


def create_app(services: Services, *, worker: bool = True) -> FastAPI:
    """Return the application over `services`; with `worker` it also runs their jobs."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        work = _work(services) if worker else nullcontext()
        await run_in_threadpool(work.__enter__)
        try:
            yield
        finally:
            await run_in_threadpool(work.__exit__, None, None, None)

    app = FastAPI(
        title="Synth",
        version="1",
        summary="Themes with exact citations, tested links, hypotheses behind a human review.",
        lifespan=lifespan,
        docs_url=None,  # the usual pages load scripts from another host
        redoc_url=None,
    )
    app.state.services = services
    errors.install(app)
    limit = services.settings.max_upload_mb * 2**20 + ROOM_FOR_FIELDS
    app.add_middleware(BodyLimit, limit=limit)
    app.add_middleware(SafeAnswers)
    for router in (*ROUTERS, *pages.ROUTERS):
        # Not `include_router`: it analyses every route anew, at the first request to its section.
        app.router.routes.extend(router.routes)
    web.mount(app)
    describe_errors(app)
    return app


def _work(services: Services) -> AbstractContextManager[object]:
    from synth.pipeline import work  # its libraries take a second; `--no-worker` never needs them

    return work(services)


def create_app_from_settings() -> FastAPI:
    """Return the application of the environment's settings, for `uvicorn --factory`.

    Raises:
        Conflict: another process owns the data folder.
    """
    settings = Settings()
    owner = ExitStack()
    owner.enter_context(owning(settings.data_dir))
    app = create_app(build_services(settings))
    app.state.owner = owner  # held as long as the application lives
    return app
