"""Golden files: what each format looks like, and exactly what is in it. All text is ours.

A case is the bytes of a file and the turns expected of it: (speaker, role, start_ms, end_ms, text)
by external id, and the skips as (reason, words).
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

#: (speaker, role, start_ms, end_ms, text)
GoldenTurn: TypeAlias = tuple[str, str, int | None, int | None, str]
GoldenTurns: TypeAlias = Mapping[str, Sequence[GoldenTurn]]
P, Q, S = "participant", "interviewer", "staff"


@dataclass(frozen=True, kw_only=True)
class Golden:
    """One file and exactly what is in it."""

    name: str
    filename: str
    data: bytes
    format: str
    turns: GoldenTurns
    skips: Sequence[tuple[str, int]] = ()
    interviewers: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the id of the item."""
        return self.name


def one(filename: str, *turns: GoldenTurn) -> GoldenTurns:
    """Return the turns of a file that is one document."""
    return {filename: list(turns)}


ZOOM = """WEBVTT

1
00:00:03.120 --> 00:00:07.480
Ana Ruiz: I never saw the import button.

2
00:00:07.480 --> 00:00:09.000
Ana Ruiz: Then I gave up: twice.

3
00:00:10.000 --> 00:00:12.500
Moderator: What did you expect?

4
01:00:00.005 --> 01:00:02.000
Ana Ruiz: A list &amp; a search.
"""
ZOOM_TURNS = one(
    "call.vtt",
    ("Ana Ruiz", P, 3120, 9000, "I never saw the import button. Then I gave up: twice."),
    ("Moderator", Q, 10000, 12500, "What did you expect?"),
    ("Ana Ruiz", P, 3600005, 3602000, "A list & a search."),
)
TEAMS = """WEBVTT

0:0:5.100 --> 0:0:8.25
<v Ana Ruiz>It hangs.</v>

0:9.5 --> 0:11.0
<v Ben Okoro>Where?</v><v Ana Ruiz>On step three.</v>
<v Ana Ruiz>Always.</v>
"""
OTTER = """Ana Ruiz  0:03
It hangs.
On the third page.

Ben Okoro  1:02:05
Since when?

Transcribed by https://otter.ai
"""
MARKDOWN = """**Ben Okoro:** How did you set it up?

**Ana Ruiz:** \\[00:18\\] I didn&#39;t. \\[laughs\\]

My admin did.

**Ben Okoro:** And then?
"""
CHAT = (
    "00:05:01\tAna Ruiz:\tGood morning\n"
    "00:06:00\tBen:\tSee https://x.test/a\n\nand the second part\n"
)
CSV = (
    "Ticket ID;Subject;Description;Requester ID;Created At;Plan\n"
    '7;SSO fails;"Stuck at step 3;\nno error";u1;2026-05-20T14:00:00Z;pro\n'
    "8;;Import is slow;u2;2026-05-21;free\n"
    "9;;;u3;2026-05-21;free\n"
    "10;a;b;c;d;e;f\n"
)
CSV_TURNS: GoldenTurns = {
    "7": [("", P, None, None, "SSO fails\nStuck at step 3;\nno error")],
    "8": [("", P, None, None, "Import is slow")],
}
CSV_SKIPS = [("row without text", 4), ("row has 7 fields, the header has 6", 7)]
ZENDESK = """{"tickets": [{"id": 35436, "subject": "SSO setup fails",
"description": "Stuck at step 3",
"requester_id": 1, "created_at": "2026-05-20T14:00:00Z", "tags": ["sso"], "comments": [
{"author_id": 1, "plain_body": "Stuck at step 3", "public": true},
{"author_id": 9, "plain_body": "Which step?", "public": true},
{"author_id": 9, "plain_body": "internal only words", "public": false},
{"author_id": 1, "plain_body": "The third", "public": true}]}]}"""
ZENDESK_TURNS: GoldenTurns = {
    "35436": [
        ("", P, None, None, "SSO setup fails\nStuck at step 3"),
        ("", S, None, None, "Which step?"),
        ("", P, None, None, "The third"),
    ]
}
REPLAY = (
    '{"session_id":"u1:s9","url":"https://x.test/s9","at_ms":73250,"text":"rage clicks on Role",'
    '"metric_tags":["provisioning"],"user_id":"u1"}\n'
    "not json at all\n"
    '{"session_id":"u2:s1","at_ms":10,"text":"waits, then reloads","user_id":"u2"}\n'
    '{"session_id":"u2:s1","at_ms":11,"text":""}\n'
)
REPLAY_TURNS: GoldenTurns = {
    "u1:s9@73250": [("", P, 73250, None, "rage clicks on Role")],
    "u2:s1@10": [("", P, 10, None, "waits, then reloads")],
}
DOCUMENT = (
    '{"external_id":"int-1","kind":"transcript","title":"One","turns":['
    '{"speaker":"Q","text":"Why?"},{"speaker":"Ana","text":"It hangs","user_id":"u1","start_ms":5,'
    '"end_ms":9},{"speaker":"Help","role":"staff","text":"Noted"},{"speaker":"Ana","text":""}]}'
)
MODERATED = [
    "1 Open the page",
    "(The participant reads the text)",
    "MODERATOR: Please think aloud",
    "It is slow here",
    "and I see no button",
    "2 Find the report",
    "Found it",
]
MODERATED_TURNS: list[GoldenTurn] = [
    ("", Q, None, None, "1 Open the page"),
    ("", S, None, None, "(The participant reads the text)"),
    ("MODERATOR", Q, None, None, "Please think aloud"),
    ("", P, None, None, "It is slow here\nand I see no button"),
    ("", Q, None, None, "2 Find the report"),
    ("", P, None, None, "Found it"),
]


def odt(lines: Sequence[str]) -> bytes:
    """Return an OpenDocument text of these paragraphs."""
    from odfdo import Document, Paragraph

    document = Document("text")
    document.body.clear()
    for line in lines:
        document.body.append(Paragraph(line))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def docx(lines: Sequence[str]) -> bytes:
    """Return a Word document of these paragraphs."""
    import docx as library

    document = library.Document()
    for line in lines:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def zipped(**members: str) -> bytes:
    """Return a zip; `a__b_txt` becomes `a/b.txt`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def cases() -> list[Golden]:
    """Return every case."""
    return [
        Golden(
            name="zoom", filename="call.vtt", data=ZOOM.encode(), format="vtt", turns=ZOOM_TURNS
        ),
        Golden(
            name="zoom-crlf-bom",
            filename="call.vtt",
            format="vtt",
            turns=ZOOM_TURNS,
            data=b"\xef\xbb\xbf" + ZOOM.replace("\n", "\r\n").encode(),
        ),
        Golden(
            name="zoom-utf16-gzip",
            filename="call.vtt.gz",
            format="vtt",
            turns=ZOOM_TURNS,
            data=gzip.compress(ZOOM.encode("utf-16")),
        ),
        Golden(
            name="zoom-malformed",
            filename="call.vtt",
            format="vtt",
            data=(
                b"WEBVTT\n\nNOTE made by a tool\n\n1\n00:00:01.000 --> 00:00:02.000\nAna: Hello\n\n"
                b"stray words here\n\n00:00:03 -> broken\n\n2\n00:00:04.000 --> 00:00:05.000\n\n3\n"
                b"00:00:06.000 --> 00:00:07.000\nAna: Bye\n\n4\n00:00:08.0"
            ),
            turns=one("call.vtt", ("Ana", P, 1000, 7000, "Hello Bye")),
            skips=[
                ("NOTE block", 5),
                ("text outside any cue", 3),
                ("text outside any cue", 3),
                ("cue without text", 0),
                ("text outside any cue", 2),
            ],
        ),
        Golden(
            name="teams",
            filename="t.vtt",
            data=TEAMS.encode(),
            format="vtt",
            turns=one(
                "t.vtt",
                ("Ana Ruiz", P, 5100, 8250, "It hangs."),
                ("Ben Okoro", P, 9500, 11000, "Where?"),
                ("Ana Ruiz", P, 9500, 11000, "On step three. Always."),
            ),
        ),
        Golden(
            name="teams-tags",
            filename="t.vtt",
            format="vtt",
            data=b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud Ana>a <i>b</i> &lt;c&gt;</v> d\n",
            turns=one("t.vtt", ("Ana", P, 1000, 2000, "a b <c>"), ("", P, 1000, 2000, "d")),
        ),
        Golden(
            name="teams-only-hours-over-a-day",
            filename="t.vtt",
            format="vtt",
            data=b"WEBVTT\n\nab-12/3-0\n25:00:01.5 --> 25:00:02,250 align:start\n<v Ana>Late</v>\n",
            turns=one("t.vtt", ("Ana", P, 90001500, 90002250, "Late")),
        ),
        Golden(
            name="captions",
            filename="c.vtt",
            format="vtt",
            data=(
                b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nhello and welcome\n\n"
                b"00:00:02.000 --> 00:00:03.000\nto the show: today\n\n"
                b"00:00:09.000 --> 00:00:10.000\na new part\n"
            ),
            turns=one(
                "c.vtt",
                ("", P, 1000, 3000, "hello and welcome to the show: today"),
                ("", P, 9000, 10000, "a new part"),
            ),
        ),
        Golden(
            name="captions-rolling",
            filename="c.vtt",
            format="vtt",
            data=(
                b"WEBVTT\nKind: captions\n\n00:00:01.000 --> 00:00:02.000\n"
                b"so<00:00:01.200><c> we</c>\n\n"
                b"00:00:02.000 --> 00:00:03.000\nso we\nleft<00:00:02.500><c> early</c>\n"
            ),
            turns=one("c.vtt", ("", P, 1000, 3000, "so we left early")),
            skips=[("lines repeated by rolling captions", 2), ("file header", 2)],
        ),
        Golden(
            name="otter",
            filename="o.txt",
            data=OTTER.encode(),
            format="speaker_text",
            turns=one(
                "o.txt",
                ("Ana Ruiz", P, 3000, None, "It hangs.\nOn the third page."),
                ("Ben Okoro", Q, 3725000, None, "Since when?"),
            ),
            skips=[("footer", 3)],
            interviewers=("ben okoro",),
        ),
        Golden(
            name="speaker-numbers",
            filename="s.txt",
            format="speaker_text",
            data=b"Speaker 1 00:00:12\nIt hangs.\nSpeaker 2 00:00:15\nOh.\n",
            turns=one(
                "s.txt",
                ("Speaker 1", P, 12000, None, "It hangs."),
                ("Speaker 2", P, 15000, None, "Oh."),
            ),
        ),
        Golden(
            name="time-first",
            filename="s.txt",
            format="speaker_text",
            data=b"[00:12] Ana: It hangs.\n[00:15] Ben: Oh.\n[00:20] Ana: Yes.\n",
            turns=one(
                "s.txt",
                ("Ana", P, 12000, None, "It hangs."),
                ("Ben", P, 15000, None, "Oh."),
                ("Ana", P, 20000, None, "Yes."),
            ),
        ),
        Golden(
            name="time-in-brackets",
            filename="s.txt",
            format="speaker_text",
            data=b"Ana (12:03): It hangs.\nBen (12:09): Oh.\n",
            turns=one(
                "s.txt", ("Ana", P, 723000, None, "It hangs."), ("Ben", P, 729000, None, "Oh.")
            ),
        ),
        Golden(
            name="question-answer",
            filename="s.txt",
            format="speaker_text",
            data=b"Session notes\n\nQ: What happened?\nA: It hung.\n   Twice.\nQ: And then?\n",
            turns=one(
                "s.txt",
                ("", S, None, None, "Session notes"),
                ("Q", Q, None, None, "What happened?"),
                ("A", P, None, None, "It hung.\nTwice."),
                ("Q", Q, None, None, "And then?"),
            ),
        ),
        Golden(
            name="cp1252",
            filename="s.txt",
            format="speaker_text",
            data="Ana: Café – naïve\nBen: Größe?\nAna: Déjà vu\n".encode("cp1252"),
            turns=one(
                "s.txt",
                ("Ana", P, None, None, "Café – naïve"),
                ("Ben", P, None, None, "Größe?"),
                ("Ana", P, None, None, "Déjà vu"),
            ),
        ),
        Golden(
            name="markdown",
            filename="m.md",
            data=MARKDOWN.encode(),
            format="speaker_text",
            turns=one(
                "m.md",
                ("Ben Okoro", P, None, None, "How did you set it up?"),
                ("Ana Ruiz", P, 18000, None, "I didn't. [laughs]\nMy admin did."),
                ("Ben Okoro", P, None, None, "And then?"),
            ),
        ),
        Golden(
            name="label-without-text",
            filename="s.txt",
            format="speaker_text",
            data=b"Ana: It hangs.\nBreak:\n[01:02:03.5]\nAna: Back.\nBreak:\n",
            turns=one(
                "s.txt", ("Ana", P, None, None, "It hangs."), ("Ana", P, 3723500, None, "Back.")
            ),
            skips=[("speaker label without text", 0), ("speaker label without text", 0)],
        ),
        Golden(
            name="zoom-chat",
            filename="chat.txt",
            data=CHAT.encode(),
            format="zoom_chat",
            turns=one(
                "chat.txt",
                ("Ana Ruiz", P, 301000, None, "Good morning"),
                ("Ben", P, 360000, None, "See https://x.test/a\n\nand the second part"),
            ),
        ),
        Golden(
            name="odt",
            filename="P7_talk.odt",
            data=odt(MODERATED),
            format="odt",
            turns=one("P7_talk.odt", *MODERATED_TURNS),
        ),
        Golden(
            name="docx",
            filename="P7_talk.docx",
            data=docx(MODERATED),
            format="docx",
            turns=one("P7_talk.docx", *MODERATED_TURNS),
        ),
        Golden(
            name="docx-teams",
            filename="t.docx",
            format="docx",
            data=docx(["Ana Ruiz   0:03\nIt hangs.", "Ben Okoro   0:09\nOh."]),
            turns=one(
                "t.docx",
                ("Ana Ruiz", P, 3000, None, "It hangs."),
                ("Ben Okoro", P, 9000, None, "Oh."),
            ),
        ),
        Golden(
            name="tickets",
            filename="t.csv",
            data=CSV.encode(),
            format="ticket_csv",
            turns=CSV_TURNS,
            skips=CSV_SKIPS,
        ),
        Golden(
            name="tickets-utf16",
            filename="t.csv",
            data=CSV.replace(";", "\t").replace("3\t\n", "3;\n").encode("utf-16"),
            format="ticket_csv",
            turns=CSV_TURNS,
            skips=CSV_SKIPS,
        ),
        Golden(
            name="tickets-gzip",
            filename="t.csv.gz",
            data=gzip.compress(CSV.encode()),
            format="ticket_csv",
            turns=CSV_TURNS,
            skips=CSV_SKIPS,
        ),
        Golden(
            name="survey",
            filename="s.csv",
            format="ticket_csv",
            data=b"response_id,nps,comment,email\nr1,3,Too slow,ana@x.test\nr2,9,,b@x.test\n",
            turns={"r1": [("", P, None, None, "Too slow")]},
            skips=[("row without text", 3)],
        ),
        Golden(
            name="zendesk",
            filename="z.json",
            data=ZENDESK.encode(),
            format="zendesk_json",
            turns=ZENDESK_TURNS,
            skips=[("internal comment, never read as text", 3)],
        ),
        Golden(
            name="zendesk-array",
            filename="z.json",
            format="zendesk_json",
            data=ZENDESK.removeprefix('{"tickets": ').removesuffix("}").encode(),
            turns=ZENDESK_TURNS,
            skips=[("internal comment, never read as text", 3)],
        ),
        Golden(
            name="zendesk-lines",
            filename="z.ndjson",
            format="zendesk_json",
            data=(
                ZENDESK.removeprefix('{"tickets": [').removesuffix("]}").replace("\n", " ")
                + "\n{oops\n"
            ).encode(),
            turns=ZENDESK_TURNS,
            skips=[("line is no JSON object", 1), ("internal comment, never read as text", 3)],
        ),
        Golden(
            name="replay-jsonl",
            filename="r.jsonl",
            data=REPLAY.encode(),
            format="replay_notes",
            turns=REPLAY_TURNS,
            skips=[("line is no JSON object", 4), ("note without text", 0)],
        ),
        Golden(
            name="replay-csv",
            filename="r.csv",
            format="replay_notes",
            data=(
                b"session_id,url,at_ms,author,text,metric_tags,user_id\n"
                b"u1:s9,https://x.test/s9,73250,pm@x.test,rage clicks on Role,provisioning,u1\n"
                b'u2:s1,,10,,"waits, then reloads",,u2\n'
            ),
            turns=REPLAY_TURNS,
        ),
        Golden(
            name="replay-json",
            filename="r.json",
            format="replay_notes",
            data=b'[{"session_id":"s","at_ms":"12","text":"slow"},5]',
            turns={"s@12": [("", P, 12, None, "slow")]},
            skips=[("entry is no object", 1)],
        ),
        Golden(
            name="notes",
            filename="P3_Notes.txt",
            format="plain_notes",
            data=b"T1\n\tsees nothing\n\tasks for help\nT2\n\tfinds it\n\nlater: fine\n",
            turns=one(
                "P3_Notes.txt",
                ("", P, None, None, "T1\n\tsees nothing\n\tasks for help"),
                ("", P, None, None, "T2\n\tfinds it"),
                ("", P, None, None, "later: fine"),
            ),
        ),
        Golden(
            name="document",
            filename="d.json",
            data=DOCUMENT.encode(),
            format="json_document",
            turns={
                "int-1": [
                    ("Q", Q, None, None, "Why?"),
                    ("Ana", P, 5, 9, "It hangs"),
                    ("Help", S, None, None, "Noted"),
                ]
            },
            skips=[("turn 4 without text", 0)],
        ),
        Golden(
            name="document-text",
            filename="d.json",
            format="json_document",
            data=b'{"external_id":"n1","kind":"replay_note","text":"waits","user_id":"u1"}',
            turns={"n1": [("", P, None, None, "waits")]},
        ),
    ]
