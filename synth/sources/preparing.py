"""A document as read to a document as stored: redacted, with turns and offsets; pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from synth.core.fingerprints import fingerprint, sha256_text
from synth.core.ids import derive_id
from synth.core.spans import Span
from synth.people.types import Participant, Reference, Role
from synth.sources.naming import is_name
from synth.sources.redaction import Redacted, join_redacted, redact
from synth.sources.types import (
    Document,
    DocumentWithTurns,
    RawDocument,
    RawTurn,
    ReadOptions,
    Redaction,
    Turn,
)

#: Between two turns in `Document.text`, and in the text as read that redactions refer to.
SEPARATOR = "\n\n"
#: Share of the shorter text's word pairs that two versions of one document have in common.
SAME_WORK = 0.4
#: Files of one name and other content that are told apart by a number.
MAX_SAME_NAME = 200
NEUTRAL = {Role.INTERVIEWER: "Interviewer", Role.STAFF: "Staff", Role.PARTICIPANT: "Unnamed"}


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A document ready to be stored, its version not settled yet."""

    both: DocumentWithTurns
    redactions: tuple[Redaction, ...]  #: of the text
    redacted_beside: int  #: places replaced in title, address and metadata
    is_named_by_file: bool

    def as_version(self, version: int) -> tuple[DocumentWithTurns, tuple[Redaction, ...]]:
        """Return it as this version; its id is the same wherever the same was read before."""
        document = self.both.document
        identity = derive_id(document.external_id, version, document.content_sha256)
        settled = replace(document, id=identity, version=version)
        return replace(self.both, document=settled), self.redactions

    def renamed(self, external_id: str) -> Prepared:
        """Return it under another external id."""
        document = replace(self.both.document, external_id=external_id)
        return replace(self, both=replace(self.both, document=document))


def choose_name(one: Prepared, newest: Mapping[str, Document]) -> Prepared:
    """Return a document named by its file under a name that is free or its own.

    Many files are called "transcript.vtt". The same name means a new version only where the text
    is largely the same; a file of other content is another document.
    """
    for name in candidate_names(one):
        before = newest.get(name)
        if before is None or is_same_work(before.text, one.both.document.text):
            return one.renamed(name)
    return one.renamed(f"{one.both.document.external_id}~{one.both.document.content_sha256[:16]}")


def candidate_names(one: Prepared) -> list[str]:
    """Return the names such a document may have, in the order they are tried."""
    name = one.both.document.external_id
    return [name, *(f"{name}~{number}" for number in range(2, MAX_SAME_NAME + 1))]


def is_same_work(before: str, after: str) -> bool:
    """Return whether two texts share enough word pairs to be versions of one document."""
    first, second = _word_pairs(before), _word_pairs(after)
    shared = len(first & second)
    return first == second or shared >= SAME_WORK * min(len(first), len(second))


def _word_pairs(text: str) -> set[tuple[str, str]]:
    words = text.casefold().split()
    return set(pairwise(words)) if len(words) > 1 else {(word, "") for word in words}


@dataclass(frozen=True, kw_only=True)
class Known:
    """Who the references of a source lead to."""

    ids: Mapping[Reference, str]
    participants: Mapping[str, Participant]

    def of(self, turn: RawTurn) -> Participant | None:
        """Return who speaks, or None where nobody is named."""
        if turn.reference is None:
            return None
        return self.participants[self.ids[turn.reference]]


def original_text(raw: RawDocument) -> str:
    """Return the text as read, the one that `Redaction.original` refers to."""
    return SEPARATOR.join(turn.text for turn in raw.turns)


def keyed_hash(value: str, secret: bytes) -> str:
    """Return a stable word for `value` that says nothing about it."""
    return "x-" + hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()[:24]


def hide_anonymous(raw: RawDocument, secret: bytes) -> RawDocument:
    """Return `raw` with anonymous references hashed: they hold labels and file names."""
    return replace(raw, turns=tuple(_hide(turn, secret) for turn in raw.turns))


def _hide(turn: RawTurn, secret: bytes) -> RawTurn:
    reference = turn.reference
    if reference is None or reference.namespace != "anonymous":
        return turn
    return replace(turn, reference=replace(reference, value=keyed_hash(reference.value, secret)))


def stored_external_id(external_id: str, people: Mapping[str, str], secret: bytes) -> str:
    """Return the external id, or its keyed hash if it holds personal data."""
    holds = bool(redact([external_id], people).texts[0].redactions)
    return keyed_hash(external_id, secret) if holds else external_id


def people_of(raw: RawDocument, known: Known) -> dict[str, str]:
    """Return what stands for each name that the document gives away."""
    people = dict.fromkeys(raw.staff_names, NEUTRAL[Role.STAFF])
    for turn in raw.turns:
        if turn.speaker and is_name(turn.speaker):
            people.setdefault(turn.speaker, _speaker(turn, known.of(turn)))
    return people


def prepare(
    raw: RawDocument,
    known: Known,
    *,
    source_id: str,
    format: str,
    options: ReadOptions,
    secret: bytes,
) -> Prepared:
    """Return `raw` redacted, as version 0 of a document."""
    people = people_of(raw, known)
    metadata = {**_given(options), **raw.metadata}
    others = [raw.title, raw.url or "", *metadata, *metadata.values()]
    redacted = redact([*(turn.text for turn in raw.turns), *others], people).texts
    said, beside = redacted[: len(raw.turns)], redacted[len(raw.turns) :]
    title, url, *pairs = (one.text for one in beside)
    joined = join_redacted(said, SEPARATOR)
    turns = _turns(raw, known, said)
    document = Document(
        id="",
        source_id=source_id,
        external_id=stored_external_id(raw.external_id, people, secret),
        version=0,
        is_current=True,
        kind=raw.kind,
        format=format,
        title=title,
        text=joined.text,
        text_sha256=sha256_text(joined.text),
        content_sha256=_content(joined.text, turns),
        url=url if raw.url is not None else None,
        occurred_at=raw.occurred_at or options.occurred_at,
        metadata=dict(zip(pairs[: len(metadata)], pairs[len(metadata) :], strict=True)),
    )
    return Prepared(
        both=DocumentWithTurns(document=document, turns=turns),
        redactions=joined.redactions,
        redacted_beside=sum(len(one.redactions) for one in beside),
        is_named_by_file=raw.is_named_by_file,
    )


def _given(options: ReadOptions) -> dict[str, str]:
    given = {"study": options.study, "method": options.method}
    return {name: value for name, value in given.items() if value}


def _turns(raw: RawDocument, known: Known, said: Sequence[Redacted]) -> list[Turn]:
    lengths = [len(one.text) for one in said]
    starts = accumulate((length + len(SEPARATOR) for length in lengths), initial=0)
    return [
        _turn(ordinal, turn, known.of(turn), Span(start, start + length))
        for ordinal, (turn, start, length) in enumerate(
            zip(raw.turns, starts, lengths, strict=False)
        )
    ]


def _turn(ordinal: int, turn: RawTurn, who: Participant | None, span: Span) -> Turn:
    return Turn(
        ordinal=ordinal,
        participant_id=who.id if who else None,
        speaker=_speaker(turn, who),
        role=_role(turn, who),
        span=span,
        start_ms=turn.start_ms,
        end_ms=turn.end_ms,
    )


def _role(turn: RawTurn, who: Participant | None) -> Role:
    """Return the role the file gives, or the one the registry knows of the person."""
    return who.role if who and turn.role is Role.PARTICIPANT else turn.role


def _speaker(turn: RawTurn, who: Participant | None) -> str:
    role = _role(turn, who)
    return who.pseudonym if who and role is Role.PARTICIPANT else NEUTRAL[role]


def _content(text: str, turns: Sequence[Turn]) -> str:
    """Return the hash that tells versions apart: what is said, and who says which part."""
    return fingerprint(
        [text, [[turn.speaker, turn.role, turn.span.start, turn.start_ms] for turn in turns]]
    )
