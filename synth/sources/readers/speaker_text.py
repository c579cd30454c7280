"""Transcripts as text lines: one table of rules for how a line names its speaker."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from synth.errors import UnsupportedFormat
from synth.people.types import Reference, Role
from synth.sources.decoding import decode
from synth.sources.readers.labels import (
    HEADINGS,
    Labels,
    is_known_label,
    looks_like_label,
    split_label,
)
from synth.sources.readers.speech import (
    CLOCK,
    CODE,
    Utterance,
    clock_ms,
    code_of_file,
    count_words,
    join_turns,
)
from synth.sources.roles import role_of_label
from synth.sources.types import RawDocument, RawTurn, Reading, ReadOptions, Skip, SourceKind

TIME = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
NAME = r"[^\s:\[\]()<>*][^:\[\]<>*\t]{0,69}?"
#: In this order; `name` is the speaker, `time` the start, `text` what follows on the line.
#: `sure` rules need no second sign that the file is a transcript.
RULES: tuple[tuple[str, bool, re.Pattern[str]], ...] = (
    (
        "[time] name:",
        True,
        re.compile(rf"\s*\[(?P<time>{TIME})\]\s*(?P<name>{NAME})\s*:\s*(?P<text>.*)"),
    ),
    (
        "name (time):",
        True,
        re.compile(rf"\s*(?P<name>{NAME})\s*[(\[](?P<time>{TIME})[)\]]\s*:?\s*(?P<text>.*)"),
    ),
    (
        "**name:**",
        True,
        re.compile(
            rf"\s*(?:\*\*|__)(?P<name>{NAME})\s*(?::\s*(?:\*\*|__)|(?:\*\*|__)\s*:)\s*(?P<text>.*)"
        ),
    ),
    (
        "name  time --> time",
        True,
        re.compile(rf"\s*(?P<name>{NAME})\s+(?P<time>{CLOCK})\s*-->\s*{CLOCK}\s*(?P<text>)"),
    ),
    (
        "name  time",
        True,
        re.compile(
            rf"\s*(?P<name>{NAME})(?:\s{{2,}}|\t|\s+(?=\d+:\d\d(?::\d\d)?\s*$))(?P<time>{TIME})\s*(?P<text>)"
        ),
    ),
    (
        "time  name:",
        True,
        re.compile(rf"\s*(?P<time>{TIME})\s+(?P<name>{NAME})\s*:\s+(?P<text>.*)"),
    ),
)
TIME_ALONE = re.compile(rf"\s*[\[(]?({TIME})[\])]?\s*")
LEADING_TIME = re.compile(rf"\s*\\?\[({TIME})\\?\]\s*")
MARKDOWN_HEADING = re.compile(r"#{1,6}\s+\S")
MARKDOWN_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
FOOTER = re.compile(r"\s*transcribed by https?://\S+\s*", re.IGNORECASE)
SCRIPT_LINE = re.compile(
    r"\s*(\d{1,2})(?:\.[a-z\d]{1,2})?[.)]?\s+[^\W\d_‘'\"(]|\s*(\d{1,2})(?:\.[a-z])?[.)]?\s+[‘'\"(]?[A-Za-z]"
)
STAGE_DIRECTION = re.compile(r"\s*[(\[][^()\[\]]{3,300}[)\]][.\s]*")
#: Fewer labelled lines than this make no transcript, unless the uploader says that it is one.
MIN_LABELLED = 2


@dataclass(frozen=True)
class Line:
    """One line of a file and what a rule found in it."""

    number: int
    text: str
    name: str = ""
    rest: str = ""
    time: str | None = None
    is_sure: bool = False


class SpeakerTextReader:
    """Reads plain text and Markdown in which lines name their speakers."""

    format = "speaker_text"

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether lines name speakers often enough to be no accident."""
        return is_transcript(find_labels(decode(data).text.split("\n")))

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return the conversation as one document; raises UnsupportedFormat without speakers."""
        decoded = decode(data)
        lines = decoded.text.split("\n")
        if filename.lower().endswith((".md", ".markdown")):
            lines = [unescape_markdown(line) for line in lines]
        if not is_transcript(find_labels(lines)) and filename.lower().endswith(".md"):
            raise UnsupportedFormat(
                "no line names a speaker",
                file=filename,
                expected="lines such as `**Ana:** text` or `Ana: text`",
            )
        reading = read_lines(lines, filename=filename, options=options, format=self.format)
        return replace(reading, notices=(*decoded.notices, *reading.notices))


def find_labels(lines: Sequence[str]) -> list[Line]:
    """Return every line with its label, where it has one that this file uses for speakers."""
    found = [_match(number, line) for number, line in enumerate(lines, start=1)]
    counts = Counter(line.name for line in found if line.name)
    begun = sum(bool(line.name) for line in found)
    written = sum(bool(line.text.strip()) for line in found)
    labels = Labels.from_counts(counts, begun / written if written else 0.0)
    repeated = {name for name, count in counts.items() if count > 1}
    # Paragraphs go on without a label, so a prefix that comes back is a speaker here.
    return [
        line
        if line.is_sure or labels.accept(line.name) or line.name in repeated
        else Line(line.number, line.text)
        for line in found
    ]


def is_transcript(lines: Sequence[Line]) -> bool:
    """Return whether enough lines name a speaker: some twice, or by a sure sign."""
    labelled = [line for line in lines if line.name]
    counts = Counter(line.name for line in labelled)
    is_repeated = any(count > 1 for count in counts.values())
    has_sign = any(line.is_sure or is_known_label(line.name) for line in labelled)
    return len(labelled) >= MIN_LABELLED and (is_repeated or has_sign)


def unescape_markdown(line: str) -> str:
    """Return a line as it reads: escapes and entities resolved."""
    return MARKDOWN_ESCAPE.sub(r"\1", html.unescape(line))


def read_lines(
    lines: Sequence[str], *, filename: str, options: ReadOptions, format: str
) -> Reading:
    """Return the conversation in `lines`, one document."""
    found = find_labels(lines)
    names = {line.name for line in found if line.name}
    is_moderated = all(is_asking(name) for name in names)
    notices: list[str] = []
    skips: list[Skip] = []
    if is_moderated:
        turns = _moderated(found, filename, notices)
    else:
        utterances = _conversation(found, skips)
        turns = join_turns(utterances, external_id=filename, separator="\n")
    unnamed = sum(turn.reference is None and turn.role is Role.PARTICIPANT for turn in turns)
    if unnamed:
        notices.append(f"{unnamed} turns name no speaker: they count for no participant")
    document = RawDocument(
        external_id=filename,
        kind=options.kind or SourceKind.TRANSCRIPT,
        title=filename,
        is_named_by_file=True,
        turns=turns,
    )
    return Reading(
        format=format,
        documents=(document,) if turns else (),
        skips=tuple(skips),
        notices=tuple(notices),
    )


def is_asking(name: str) -> bool:
    """Return whether a label is an interviewer's or a staff member's by itself."""
    return role_of_label(name) is not Role.PARTICIPANT


def is_header(line: str) -> bool:
    """Return whether a line says something about the file, such as "Participant: P7"."""
    label, rest = split_label(line[:400])
    is_about = label.casefold() in HEADINGS or label.casefold() in ("participant", "interviewee")
    return is_about and (CODE.fullmatch(rest) is not None or label.casefold() in HEADINGS)


def _match(number: int, line: str) -> Line:
    for _, is_sure, pattern in RULES:
        match = pattern.fullmatch(line[:400]) if len(line) <= 400 else pattern.match(line[:400])
        if match is None or not looks_like_label(match["name"]):
            continue
        rest = line[match.start("text") :].strip()
        return Line(
            number,
            line,
            match["name"].strip(),
            rest,
            match["time"] if "time" in match.re.groupindex else None,
            is_sure,
        )
    label, rest = split_label(line)
    if looks_like_label(label) and not is_header(line):
        return Line(number, line, label, rest)
    return Line(number, line)


def _conversation(found: Sequence[Line], skips: list[Skip]) -> list[Utterance]:
    """Return utterances: a labelled line and the lines after it, up to the next label."""
    utterances: list[Utterance] = []
    speaker = ""
    role: Role | None = Role.STAFF
    start: int | None = None
    silent: Line | None = None  # a label whose text has not come yet
    for line in found:
        alone = TIME_ALONE.fullmatch(line.text)
        if alone is not None:
            start = clock_ms(alone[1])
            continue
        if FOOTER.fullmatch(line.text):
            skips.append(Skip(reason="footer", line=line.number, words=count_words(line.text)))
            continue
        text = line.text.strip()
        if line.name:
            _skip_silent(silent, skips, utterances)
            speaker, role, text, silent = line.name, None, line.rest, line
            start = clock_ms(line.time) if line.time else start
        text, start = _leading_time(text, start)
        if text:
            utterances.append(Utterance(speaker=speaker, text=text, role=role, start_ms=start))
            start = silent = None
    _skip_silent(silent, skips, utterances)
    return utterances


def _skip_silent(line: Line | None, skips: list[Skip], utterances: list[Utterance]) -> None:
    """Record a label that nothing follows; it still ends the turn before it."""
    if line is None:
        return
    skips.append(Skip(reason="speaker label without text", line=line.number))
    if utterances:
        utterances[-1] = replace(utterances[-1], is_closed=True)


def _leading_time(text: str, start: int | None) -> tuple[str, int | None]:
    match = LEADING_TIME.match(text)
    return (text[match.end() :], clock_ms(match[1])) if match else (text, start)


def _moderated(found: Sequence[Line], filename: str, notices: list[str]) -> tuple[RawTurn, ...]:
    """Return the turns of a session in which only the moderator is named.

    Lines without a label are the participant's, unless they are the numbered lines of the script
    or a remark in brackets. The participant is the one whose code is in the file name.
    """
    code = code_of_file(filename)
    utterances: list[Utterance] = []
    number, script = 0, 0
    for line in found:
        text = (line.rest if line.name else line.text).strip()
        if not text:
            continue
        reached = _script_number(line.text, number)
        if line.name:
            utterances.append(Utterance(speaker=line.name, text=text, is_closed=True))
        elif reached is not None:
            number, script = reached, script + 1
            utterances.append(Utterance(speaker="", text=text, role=Role.INTERVIEWER))
        elif STAGE_DIRECTION.fullmatch(text) or is_header(text):
            utterances.append(Utterance(speaker="", text=text, role=Role.STAFF))
        else:
            utterances.append(Utterance(speaker="", text=text, role=Role.PARTICIPANT))
    if script:
        notices.append(f"{script} numbered lines read as the interviewer's script")
    turns = join_turns(utterances, external_id=filename, separator="\n")
    if code is None:
        return turns
    notices.append(f"the participant is {code}, from the file name")
    return tuple(_of_participant(turn, code) for turn in turns)


def _of_participant(turn: RawTurn, code: str) -> RawTurn:
    if turn.role is not Role.PARTICIPANT or turn.speaker:
        return turn
    return replace(turn, reference=Reference(namespace="user", value=code))


def _script_number(text: str, last: int) -> int | None:
    """Return the number of a script line that follows the one before, or None."""
    match = SCRIPT_LINE.match(text)
    if match is None:
        return None
    number = int(match[1] or match[2])
    return number if last <= number <= last + 2 else None
