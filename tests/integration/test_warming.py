"""The model is loaded before the first search, where there is something to search."""

from __future__ import annotations

from dataclasses import replace

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.cli.server import warm_up
from synth.errors import BackendError
from tests.factories import add_document
from tests.fakes import HashEmbedder


class Watched(HashEmbedder):
    """Counts its calls; may fail as a broken installation does."""

    def __init__(self, *, broken: bool = False):
        self.calls, self.broken = 0, broken

    def embed(self, texts):
        self.calls += 1
        if self.broken:
            raise BackendError("the weights are other ones")
        return super().embed(texts)


def heard(services):
    pm = authenticate(services, start_workspace(services, "Test").keys[MemberRole.PM])
    with services.writing(pm.workspace_id) as uow:
        add_document(uow, [(None, "I cannot find the rights.")], created_by=pm.member.id)


def test_the_model_is_loaded_where_there_is_a_document(both_services):
    services = replace(both_services, embedder=Watched())
    assert warm_up(services) is None
    heard(services)
    warm_up(services).join()
    assert services.embedder.calls == 1


def test_an_endpoint_is_never_asked_without_need(make_services):
    services = make_services(embedding_base_url="http://localhost:9/v1")
    heard(services)
    assert warm_up(services) is None


def test_a_model_that_cannot_be_loaded_stops_nothing(services, capfd):
    services = replace(services, embedder=Watched(broken=True))
    heard(services)
    warm_up(services).join()
    assert (services.embedder.calls, capfd.readouterr().err) == (1, "")
