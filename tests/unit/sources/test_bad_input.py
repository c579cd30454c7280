"""Every bad file gives a clear error or a partial reading, never a traceback."""

import io
import time
import zipfile

import pytest

from evals.datasets.intake_golden import cases, docx, odt, zipped
from synth.errors import InputError, SynthError, TooLarge, UnsupportedFormat
from synth.sources.cleaning import clean
from synth.sources.decoding import decode
from synth.sources.readers.registry import read_file
from synth.sources.types import ReadOptions, SourceKind

OPTIONS = ReadOptions()


@pytest.mark.parametrize(
    ("filename", "data", "error", "says"),
    [
        ("a.vtt", b"", InputError, "empty"),
        ("a.txt", b" \n\n ", InputError, "no text"),
        ("a.vtt", b"WEBVTT\n\n", InputError, "no cue with text"),
        ("a.vtt", b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n", InputError, "no cue with text"),
        ("a.bin", bytes(range(256)) * 8, UnsupportedFormat, "binary"),
        ("a.pdf", b"%PDF-1.7 ...", UnsupportedFormat, "PDF"),
        ("a.csv", b"ts,value\n2026-01-01,3\n", InputError, "no column holds the text"),
        ("a.tsv", b"original\tcorrected\na\tb\n", InputError, "no column holds the text"),
        ("a.json", b'{"meeting":"x","items":[]}', UnsupportedFormat, "JSON of another shape"),
        ("a.json", b"[1,2,3]", UnsupportedFormat, "JSON of another shape"),
        ("a.json", b"[" * 100_000, InputError, "no reader"),
        ("a.md", b"# Title\n\nOnly prose here.\n", UnsupportedFormat, "names no speakers"),
        ("LICENSE", b"Permission is granted\n", UnsupportedFormat, "names no speakers"),
        ("a.gz", b"\x1f\x8bnot gzip", UnsupportedFormat, "gzip"),
        ("a.docx", b"PK\x03\x04broken", UnsupportedFormat, "damaged archive"),
        ("a.zip", zipped(a_txt="x"), UnsupportedFormat, "no document"),
        ("a.json", b'{"external_id":"1","turns":[{"text":"x","role":"king"}]}', InputError, "role"),
        ("a.json", b'{"external_id":"1","text":"x","occurred_at":"soon"}', InputError, "date"),
        ("a.json", b'{"external_id":"1","kind":"poem","text":"x"}', InputError, "unknown kind"),
        ("a.json", b'{"external_id":"1","turns":[]}', InputError, "no text"),
    ],
)
def test_what_cannot_be_read_says_why(filename, data, error, says):
    with pytest.raises(error) as raised:
        read_file(filename, data, OPTIONS)
    assert says in str(raised.value)
    assert raised.value.data["file"] == filename.removesuffix(".gz") or filename.endswith("gz")


@pytest.mark.parametrize("golden", cases(), ids=lambda golden: golden.name)
def test_a_file_cut_off_anywhere_is_read_in_part_or_refused(golden):
    for cut in range(1, len(golden.data), max(1, len(golden.data) // 12)):
        try:
            reading = read_file(golden.filename, golden.data[:cut], OPTIONS)
        except InputError:
            continue
        assert all(turn.text.strip() for one in reading.documents for turn in one.turns)


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nAna: " + b"word " * 2_000_000),
        ("a.txt", b"Ana: " + b"a" * 10_000_000 + b"\nBen: b\nAna: c\n"),
        ("a.csv", b"id,text\n1," + b"word " * 2_000_000 + b"\n"),
        ("a.jsonl", b'{"session_id":"s","text":"' + b"a" * 10_000_000 + b'"}\n'),
    ],
    ids=["vtt", "txt", "csv", "jsonl"],
)
def test_a_line_of_ten_megabytes_is_read(filename, data):
    start = time.perf_counter()
    reading = read_file(filename, data, OPTIONS)
    assert sum(len(turn.text) for one in reading.documents for turn in one.turns) > 9_000_000
    assert time.perf_counter() - start < 10


def test_declared_entities_are_refused():
    xml = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'
    with pytest.raises(UnsupportedFormat, match="entities"):
        read_file("a.docx", zipped(word__document_xml=xml), OPTIONS)


def test_a_member_that_unpacks_too_large_is_refused():
    with pytest.raises(TooLarge, match="unpacks"):
        read_file("a.docx", zipped(word__document_xml="a" * 5_000_000), OPTIONS)


def test_a_name_given_twice_in_an_archive_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("word/document.xml", "<b/>")
    with pytest.raises(UnsupportedFormat, match="twice"):
        read_file("a.docx", buffer.getvalue(), OPTIONS)


@pytest.mark.parametrize(("make", "filename"), [(odt, "a.odt"), (docx, "a.docx")])
def test_a_document_with_a_damaged_part_is_refused(make, filename):
    data = bytearray(make(["Ana: one", "Ben: two", "Ana: three"]))
    for position in range(200, len(data), 97):
        data[position] ^= 0xFF
    with pytest.raises(SynthError):
        read_file(filename, bytes(data), OPTIONS)


def test_utf8_with_one_broken_byte_counts_it():
    decoded = decode("größer über älter öfter".encode() + b"\xff")
    assert (decoded.encoding, decoded.replaced) == ("utf-8", 1)
    assert "1 characters could not be decoded" in decoded.notices[0]


def test_nul_and_lone_surrogates_are_counted():
    cleaned = clean("a\0b\ud800c")
    assert (cleaned.text, cleaned.count) == ("ab\ufffdc", 2)


def test_a_kind_that_is_given_reads_text_without_other_signs():
    options = ReadOptions(kind=SourceKind.TRANSCRIPT)
    reading = read_file("a.txt", b"It hangs.\n\nThen it stops.\n", options)
    assert reading.format == "speaker_text"
    assert "name no speaker" in " ".join(reading.notices)


def test_a_quotation_mark_that_is_never_closed_is_noticed():
    reading = read_file("a.csv", b'id,text\n1,"open\n2,b\n', OPTIONS)
    assert "never closed" in reading.notices[0]
