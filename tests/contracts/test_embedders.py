"""What every embedder keeps to: the packaged model, the endpoint, and the fake of the tests."""

from __future__ import annotations

import json
import shutil
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import run
from threading import Thread

import numpy as np
import pytest

from synth.backends.openai_embedder import BATCH, OpenAIEmbedder
from synth.backends.sentence_transformer import WEIGHTS_SHA256, MiniLM
from synth.errors import BackendError
from tests.fakes import HashEmbedder

SAID = [
    "The dashboard stays empty after the upload.",
    "Nothing shows on my dashboard when the file is in.",
    "Please add a dark mode.",
    "ok",
    "Ünïcödé – 数据 \U0001f600",
]


class Endpoint:
    """A server that speaks the OpenAI embeddings API and can be told to misbehave."""

    def __init__(self):
        self.requests, self.failures, self.change = [], 0, None
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.requests.append((self.path, self.headers.get("Authorization"), body))
                if endpoint.failures > 0:
                    endpoint.failures -= 1
                    self.send_response(500)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                rows = [
                    {"object": "embedding", "index": place, "embedding": (3 * vector).tolist()}
                    for place, vector in enumerate(HashEmbedder().embed(body["input"]))
                ]
                rows.reverse()  # the index counts, not the order
                if endpoint.change:
                    rows = endpoint.change(rows)
                usage = {"prompt_tokens": 1, "total_tokens": 1}
                answer = {"object": "list", "data": rows, "model": "m", "usage": usage}
                payload = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def endpoint():
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture(scope="module")
def minilm():
    return MiniLM()


@pytest.fixture(params=["minilm", "openai", "fake"])
def embedder(request):
    if request.param == "minilm":
        return request.getfixturevalue("minilm")
    if request.param == "openai":
        url = request.getfixturevalue("endpoint").url
        return OpenAIEmbedder(base_url=url, model="m", api_key="k")
    return HashEmbedder()


def test_rows_are_unit_float32_in_the_order_given(embedder):
    vectors = embedder.embed(SAID)
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == len(SAID)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(embedder.embed(SAID[::-1]), vectors[::-1], atol=1e-5)


def test_a_text_has_one_vector_whatever_is_beside_it(embedder):
    alone = np.vstack([embedder.embed([text]) for text in SAID])
    beside = embedder.embed(SAID + [f"{text} {n}" for n in range(40) for text in SAID])
    assert np.allclose(alone, beside[: len(SAID)], atol=1e-5)
    twice = embedder.embed([SAID[0], SAID[1], SAID[0]])
    assert np.array_equal(twice[0], twice[2])


def test_no_texts_give_no_rows(embedder):
    assert len(embedder.embed([])) == 0
    assert embedder.count_tokens([]) == []


def test_tokens_are_counted_with_the_special_ones(embedder):
    counts = embedder.count_tokens(["", "one", "one two three four five six seven"])
    assert counts[0] == 2
    assert counts == sorted(set(counts))
    assert embedder.max_tokens >= 128


def test_nearness_means_likeness(minilm):
    first, second, other = minilm.embed(SAID[:3])
    assert first @ second > first @ other + 0.3


def test_the_tokenizer_counts_what_the_model_would_read(minilm):
    counts = minilm.count_tokens(["word " * 1000, "Onboarding"])
    assert counts[0] == 1002  # more than the model reads: the caller must see that
    assert counts[1] >= 3


def test_counting_tokens_does_not_load_torch():
    code = (
        "import sys; from synth.backends.sentence_transformer import MiniLM; "
        "assert MiniLM().count_tokens(['a b']) == [4]; "
        "assert not {'torch', 'sentence_transformers'} & set(sys.modules)"
    )
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_other_weights_are_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(BackendError, match="reinstall"):
        MiniLM(tmp_path).embed(["text"])
    shutil.rmtree(tmp_path)
    with pytest.raises(BackendError, match="no file"):
        MiniLM(tmp_path).embed(["text"])


def test_the_model_name_carries_the_weights(minilm):
    assert minilm.model.endswith(WEIGHTS_SHA256[:8])


def test_the_endpoint_gets_batches_each_text_once_and_the_key(endpoint):
    embedder = OpenAIEmbedder(base_url=endpoint.url, model="big", api_key="secret")
    texts = [f"text {number}" for number in range(BATCH + 5)]
    vectors = embedder.embed(texts + texts)
    assert np.allclose(vectors, HashEmbedder().embed(texts + texts), atol=1e-5)
    sizes = [len(body["input"]) for _, _, body in endpoint.requests]
    assert sizes == [BATCH, 5]
    path, key, body = endpoint.requests[0]
    assert (path, key, body["model"]) == ("/v1/embeddings", "Bearer secret", "big")


def test_a_passing_failure_is_retried_and_a_lasting_one_is_not_for_ever(endpoint):
    embedder = OpenAIEmbedder(base_url=endpoint.url, model="m", api_key="", retries=1)
    endpoint.failures = 1
    assert len(embedder.embed(["text"])) == 1
    endpoint.failures = 10
    with pytest.raises(BackendError, match="SYNTH_EMBEDDING_BASE_URL"):
        embedder.embed(["text"])
    assert endpoint.failures == 8


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda rows: rows[:-1], id="a vector missing"),
        pytest.param(lambda rows: rows + rows, id="vectors doubled"),
        pytest.param(lambda rows: [], id="nothing"),
        pytest.param(
            lambda rows: [{**row, "embedding": [0.0] * 64} for row in rows], id="zero vectors"
        ),
        pytest.param(
            lambda rows: [{**row, "embedding": [float("nan")] * 64} for row in rows], id="NaN"
        ),
        pytest.param(
            lambda rows: [{**row, "embedding": [1.0] * (1 + row["index"])} for row in rows],
            id="uneven",
        ),
    ],
)
def test_an_answer_that_is_no_vectors_is_refused(endpoint, change):
    endpoint.change = change
    with pytest.raises(BackendError, match="embeddings model"):
        OpenAIEmbedder(base_url=endpoint.url, model="m", api_key="").embed(["one", "two"])


def test_no_server_is_a_backend_error():
    embedder = OpenAIEmbedder(base_url="http://127.0.0.1:9/v1", model="m", api_key="", retries=0)
    with pytest.raises(BackendError, match="try again"):
        embedder.embed(["text"])


def test_company_and_order_change_no_bit_of_a_vector():
    """Not even the last one: themes of the same texts must be the same themes."""
    embedder = MiniLM()
    sentence = "the role list never loads when our admin picks a field on the second step"
    words = sentence.split()
    texts = [" ".join(words[start:end]) for start in range(6) for end in range(start + 1, 15)]
    texts += [" ".join(words * times) for times in (2, 3, 5, 9, 30)]
    together = embedder.embed(texts)
    order = np.random.default_rng(1).permutation(len(texts))
    shuffled = np.empty_like(together)
    shuffled[order] = np.concatenate(
        [
            embedder.embed([texts[row] for row in order[start : start + 7]])
            for start in range(0, len(texts), 7)
        ]
    )
    assert shuffled.tobytes() == together.tobytes()
    assert embedder.embed([texts[40]]).tobytes() == together[40].tobytes()


def test_vectors_are_those_of_the_library():
    from sentence_transformers import SentenceTransformer

    embedder = MiniLM()
    texts = [*SAID, " ".join(SAID * 20)]
    library = SentenceTransformer(str(embedder._path()), device="cpu", local_files_only=True)
    library.max_seq_length = embedder.max_tokens
    expected = library.encode(texts, normalize_embeddings=True)
    cosines = (embedder.embed(texts) * expected).sum(axis=1)
    assert cosines.min() > 0.999999
