"""Public sets, read and stored without a crash, with every word accounted for.

The words of each file are extracted here a second time by other means: all of them, less time
codes and cue numbers, are in turns, speaker labels or reported skips.
"""

import csv
import gzip
import html
import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from evals.datasets.real_input import meeting_documents, ticket_csv
from evals.settings import EvalSettings
from synth.access.types import MemberRole
from synth.errors import InputError
from synth.segments import repo as chunks
from synth.segments.stage import chunk_source
from synth.sources import repo
from synth.sources.actions import put_document, upload
from synth.sources.readers.registry import read_file
from synth.sources.stage import read_source
from synth.sources.types import ReadOptions, SourceKind, SourceState
from tests.acceptance.real_data import needs_data

DATA = EvalSettings().data or Path("absent")
pytestmark = needs_data
INLINE_TIME = re.compile(r"\[\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\]")


def words(text):
    return Counter(INLINE_TIME.sub(" ", text).split())


def vtt_words(data):
    lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    said = [
        line
        for line in lines
        if "-->" not in line and not line.strip().isdigit() and line.strip() != "WEBVTT"
    ]
    return html.unescape("\n".join(said)), re.compile(r"(?m)^([^:\n]{1,60}): ")


def chat_words(data):
    return data.decode(), re.compile(r"(?m)^\d\d:\d\d:\d\d\t([^\t\n]+):\t")


def markdown_words(data):
    text = re.sub(r"\\([^\w\s])", r"\1", html.unescape(data.decode()))
    return text, re.compile(r"(?m)^\*\*([^*\n:]+)(?::\*\*|\*\*:)")


def odt_words(data):
    xml = zipfile.ZipFile(io.BytesIO(data)).read("content.xml").decode()
    body = xml[xml.index("<office:text") :]
    spaced = re.sub(r"<text:(?:tab|s|line-break)\b[^>]*/>|</text:(?:p|h)>", "\n", body)
    return html.unescape(re.sub(r"<[^>]+>", "", spaced)), re.compile(r"(?m)^\s*(MODERATOR):")


def plain_words(data):
    return data.decode(), re.compile(r"(?!)")


def without_labels(text, label, speakers):
    """Take out labels: known speakers, and in Markdown whatever is bold before a colon."""

    def blank(match):
        is_label = match[1].strip() in speakers or match[0].startswith("**")
        return " " if is_label else match[0]

    return label.sub(blank, text)


SETS = [
    ("serdif_usability/transcripts/*.odt", odt_words, "odt"),
    ("serdif_usability/PSSUQ/comments/*.odt", odt_words, "odt"),
    ("serdif_usability/notes/*.txt", plain_words, "plain_notes"),
    ("zoom_vtt/**/*.vtt", vtt_words, "vtt"),
    ("zoom_vtt/**/chat.txt", chat_words, "zoom_chat"),
    ("podcast_vtt_no_speakers/*.vtt", vtt_words, "vtt"),
    ("founder_interviews/founders-*.md", markdown_words, "speaker_text"),
]


@pytest.mark.parametrize(("pattern", "extract", "format"), SETS, ids=[row[0] for row in SETS])
def test_every_word_of_a_file_is_in_turns_labels_or_skips(pattern, extract, format):
    paths = sorted(DATA.glob(pattern))
    assert paths
    for path in paths:
        reading = read_file(path.name, path.read_bytes(), ReadOptions())
        turns = [turn for one in reading.documents for turn in one.turns]
        speakers = {turn.speaker for turn in turns if turn.speaker}
        text, label = extract(path.read_bytes())
        text = without_labels(text, label, speakers)
        kept = words(" ".join(turn.text for turn in turns))
        lost = words(text) - kept
        assert reading.format == format
        assert not kept - words(text), f"{path.name}: words that are not in the file"
        assert lost.total() == sum(skip.words for skip in reading.skips), path.name


def test_every_other_file_beside_the_calls_is_refused_with_a_reason():
    others = [
        path
        for path in sorted((DATA / "zoom_vtt").rglob("*"))
        if path.is_file() and path.suffix != ".vtt" and path.name != "chat.txt"
    ]
    assert others
    for path in others:
        with pytest.raises(InputError) as raised:
            read_file(path.name, path.read_bytes(), ReadOptions())
        assert raised.value.data["found"]
        assert raised.value.data["expected"]


def test_the_tickets_are_all_there_word_by_word():
    path = next((DATA / "it_tickets").glob("*.csv.gz"))
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode("utf-8-sig"))))
    reading = read_file(path.name, path.read_bytes(), ReadOptions())
    assert len(reading.documents) == len(rows) == 10_000
    assert not reading.skips
    found = words(" ".join(turn.text for one in reading.documents for turn in one.turns))
    assert found == words(" ".join(row["Document"] for row in rows))


def host_of_the_show():
    """Return the speaker who is in every episode."""
    label = re.compile(r"(?m)^\*\*(\w+ \w+)(?::\*\*|\*\*:)")
    episodes = [path.read_text() for path in (DATA / "founder_interviews").glob("founders*.md")]
    return set.intersection(*(set(label.findall(episode)) for episode in episodes)).pop()


@pytest.fixture
def researcher(services, actors):
    return actors[MemberRole.RESEARCHER]


def ingest(services, actor, sent):
    read_source(services, actor.workspace_id, sent.source.id)
    chunk_source(services, actor.workspace_id, sent.source.id)
    with services.reading(actor.workspace_id) as uow:
        return repo.load_source(uow, sent.source.id)


def test_the_study_and_the_calls_are_stored_and_chunks_tile_every_turn(services, researcher):
    files = [path for pattern, _, _ in SETS for path in sorted(DATA.glob(pattern))]
    host = host_of_the_show()
    for path in files:
        name = str(path.relative_to(DATA))
        sent = upload(
            services,
            researcher,
            filename=name,
            data=path.read_bytes(),
            options=ReadOptions(interviewers=(host,)),
        )
        source = ingest(services, researcher, sent)
        assert source.state in (SourceState.READ, SourceState.PARTIAL), (name, source.error)
        with services.reading(researcher.workspace_id) as uow:
            for one in repo.documents_of_source(uow, source.id):
                found = chunks.chunks_of_document(uow, one.document.id)
                for turn in one.turns:
                    pieces = [chunk for chunk in found if chunk.turn == turn.ordinal]
                    said = "".join(chunk.text[chunk.overlap :] for chunk in pieces)
                    assert said == turn.span.of(one.document.text)
    with services.reading(researcher.workspace_id) as uow:
        assert repo.count_documents(uow) == len(files)
        evidence = chunks.eligible_chunks(uow)
    assert evidence
    assert host not in " ".join(chunk.text for chunk in evidence)


def test_meetings_and_tickets_are_stored(services, researcher):
    for document in list(meeting_documents(DATA / "qmsum"))[:6]:
        sent = put_document(services, researcher, str(document["external_id"]), document)
        assert ingest(services, researcher, sent).state is SourceState.READ
        with services.reading(researcher.workspace_id) as uow:
            both = repo.documents_of_source(uow, sent.source.id)[0]
        assert len(both.turns) == len(json.loads(json.dumps(document))["turns"])
    sent = upload(
        services,
        researcher,
        filename="tickets.csv",
        data=ticket_csv(DATA / "it_tickets").encode(),
        options=ReadOptions(kind=SourceKind.TICKET),
    )
    assert ingest(services, researcher, sent).state is SourceState.READ
    with services.reading(researcher.workspace_id) as uow:
        assert repo.count_documents(uow, sent.source.id) == 2_000
