"""What the vector index keeps to, in memory, in a folder, and on a real Chroma server."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import numpy as np
import pytest

from synth.backends.vectors import VectorIndex
from synth.errors import BackendError

MODEL = "hash-64"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def chroma_server(tmp_path_factory):
    """Start `chroma run` as a real process; give its URL."""
    folder, port = tmp_path_factory.mktemp("chroma"), free_port()
    command = Path(sys.executable).with_name("chroma")
    process = subprocess.Popen(
        [command, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(params=["memory", "folder", "server"])
def vectors(request, tmp_path):
    if request.param == "memory":
        index = VectorIndex()
    elif request.param == "folder":
        index = VectorIndex(folder=tmp_path / "chroma")
    else:
        index = VectorIndex(url=request.getfixturevalue("chroma_server"))
    yield index
    index.close()


@pytest.fixture
def workspace():
    return uuid.uuid4().hex


def unit(*rows):
    array = np.asarray(rows, dtype=np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def test_nearest_first_with_cosines(vectors, workspace):
    stored = unit([1, 0, 0], [1, 1, 0], [0, 0, 1])
    vectors.upsert(workspace, MODEL, ["a", "b", "c"], stored)
    found = vectors.query(workspace, MODEL, unit([1, 0.1, 0])[0], 5)
    assert [chunk_id for chunk_id, _ in found] == ["a", "b", "c"]
    expected = stored @ unit([1, 0.1, 0])[0]
    assert np.allclose([cosine for _, cosine in found], expected, atol=1e-4)


def test_a_repeated_id_is_overwritten_the_last_wins(vectors, workspace):
    vectors.upsert(workspace, MODEL, ["a", "b"], unit([1, 0], [0, 1]))
    vectors.upsert(workspace, MODEL, ["a", "a"], unit([1, 0], [0, -1]))
    assert vectors.ids(workspace, MODEL) == {"a", "b"}
    assert vectors.query(workspace, MODEL, unit([0, -1])[0], 1)[0][0] == "a"


def test_more_rows_than_one_call_takes(vectors, workspace):
    rng = np.random.default_rng(7)
    stored = unit(*rng.normal(size=(1203, 8)))
    ids = [f"c{number}" for number in range(len(stored))]
    vectors.upsert(workspace, MODEL, ids, stored)
    assert vectors.ids(workspace, MODEL) == set(ids)
    hits = [vectors.query(workspace, MODEL, stored[n], 1)[0][0] for n in range(0, 1203, 171)]
    assert hits == ids[::171]
    vectors.delete(workspace, MODEL, ids[:1100])
    assert vectors.ids(workspace, MODEL) == set(ids[1100:])


def test_workspaces_and_models_do_not_see_each_other(vectors, workspace):
    vectors.upsert(workspace, MODEL, ["a"], unit([1, 0]))
    vectors.upsert(workspace, "other model", ["b"], unit([1, 0, 0]))
    assert vectors.ids(workspace, MODEL) == {"a"}
    assert vectors.ids(f"{workspace}2", MODEL) == set()
    assert vectors.query(f"{workspace}2", MODEL, unit([1, 0])[0], 3) == []


def test_a_query_can_be_kept_to_some_ids(vectors, workspace):
    vectors.upsert(workspace, MODEL, ["a", "b", "c"], unit([1, 0], [1, 1], [0, 1]))
    near = unit([1, 0])[0]
    kept = vectors.query(workspace, MODEL, near, 3, among=["c", "b", "unknown"])
    assert [chunk_id for chunk_id, _ in kept] == ["b", "c"]
    assert vectors.query(workspace, MODEL, near, 3, among=[]) == []
    assert vectors.query(workspace, MODEL, near, 0) == []


def test_delete_and_drop_pass_over_what_is_not_there(vectors, workspace):
    vectors.drop(workspace, MODEL)
    vectors.delete(workspace, MODEL, ["nothing"])
    vectors.upsert(workspace, MODEL, [], np.zeros((0, 2), dtype=np.float32))
    vectors.upsert(workspace, MODEL, ["a"], unit([1, 0]))
    vectors.delete(workspace, MODEL, ["a", "nothing"])
    assert vectors.ids(workspace, MODEL) == set()
    vectors.drop(workspace, MODEL)
    assert vectors.query(workspace, MODEL, unit([1, 0])[0], 1) == []


def test_a_folder_keeps_its_vectors(tmp_path, workspace):
    VectorIndex(folder=tmp_path).upsert(workspace, MODEL, ["a"], unit([1, 0]))
    assert VectorIndex(folder=tmp_path).ids(workspace, MODEL) == {"a"}


def test_no_server_is_a_backend_error(workspace):
    with pytest.raises(BackendError, match="does not answer"):
        VectorIndex(url="http://127.0.0.1:9").ids(workspace, MODEL)


def test_another_size_of_vector_is_a_backend_error(vectors, workspace):
    vectors.upsert(workspace, MODEL, ["a"], unit([1, 0]))
    with pytest.raises(BackendError):
        vectors.upsert(workspace, MODEL, ["b"], unit([1, 0, 0]))
