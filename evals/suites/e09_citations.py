"""E09 citation integrity: drafts of a model that invents a fifth of its quotes, proved in code."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from evals.scorers.citations import NAME, Record, Said, score
from evals.scoring import score_items
from evals.stats import judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant
from synth.core.fingerprints import sha256_text
from synth.core.proportions import wilson
from synth.core.spans import Span
from synth.hypotheses.citations import Cited, Passage, prove_all
from synth.hypotheses.types import Claim, Content, Side
from synth.people.types import Consent, Participant, Role
from synth.segments.types import Chunk
from synth.sources.types import Document, SourceKind, Turn

ID = "E09"
DRAFTS, QUICK = 2_000, 400
QUOTES, ALTERED = 6, 0.19
WORDS = (
    *("we", "I", "they", "it", "the", "a", "setup", "import", "report", "admin", "role", "page"),
    *("never", "not", "always", "waited", "stopped", "asked", "found", "lost", "needs", "wants"),
    *("3", "18", "240", "don’t", "can’t", "«Status»", "Größe", "数据", "because", "after", "team"),
    *("before", "until", "twice", "again,", "slowly.", "really?", "there", "upload", "export"),
)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One fuzzed draft: what it cites, what may be cited, and the truth."""

    id: str
    cited: tuple[Cited, ...]
    altered: int
    passages: Mapping[str, Passage]
    records: Mapping[str, Record]


def run(context: EvalContext) -> list[EvalResult]:
    """Prove the quotes of fuzzed drafts: all that is kept holds, and nothing true is lost."""
    items = _items(context.seed, DRAFTS if context.full else QUICK)
    scores = score_items(items, lambda one: score(one.id, _content(one), one.records), name=NAME)
    exact = wilson_estimate(sum(one.value == 1 for one in scores), len(items))
    quotes, altered = len(items) * QUOTES, sum(one.altered for one in items)
    failed = sum(len(prove_all(one.cited, one.passages)[1]) for one in items)
    refused = wilson_estimate(min(failed, altered), altered)
    kept = wilson_estimate(min(quotes - failed, quotes - altered), quotes - altered)
    wrong = [f"{one.item}: {one.evidence}" for one in scores if one.value < 1][:5]
    metrics = {"exact": exact, "altered_refused": refused, "true_kept": kept}
    perfect = min(metrics.values(), key=lambda metric: metric.value)
    return [
        EvalResult(
            id=ID,
            set="fuzzed_drafts",
            metrics=metrics,
            n=len(items),
            verdict=judge(perfect, 1.0, n_clusters=len(items), hard=True),
            reason="; ".join(wrong),
        )
    ]


def mutants(context: EvalContext) -> list[Mutant]:
    """Corrupt right drafts and their sources; the scorer must notice each."""
    items = [item for item in _items(context.seed, 60) if len(_content(item).citations) >= 2]
    return [
        Mutant(eval_id=ID, name=f"{name} in {item.id}", killed=_is_killed(item, corrupt))
        for item in items[:15]
        for name, corrupt in CORRUPTIONS.items()
    ]


Corrupt = Callable[[Content, Mapping[str, Record]], tuple[Content, Mapping[str, Record]]]


def _is_killed(item: Item, corrupt: Corrupt) -> bool:
    content, records = corrupt(_content(item), item.records)
    return score(item.id, content, records).value < 1


def _content(item: Item) -> Content:
    """Return what the product keeps of the draft."""
    citations, _ = prove_all(item.cited, item.passages)
    claims = (
        Claim(text=f"{one.speaker} says so", kind="qual", cites=(position,))
        for position, one in enumerate(citations)
    )
    return Content(
        title="t",
        solution="s",
        metric="m",
        unit="share",
        baseline=0.3,
        target=0.4,
        because="b",
        claims=tuple(claims),
        citations=tuple(citations),
        scale=wilson(1, 2),
        counter_note="",
    )


def _items(seed: int, count: int) -> list[Item]:
    return [_item(f"draft-{number}", random.Random(f"{seed}/{number}")) for number in range(count)]


def _item(name: str, rng: random.Random) -> Item:
    passages, records = {}, {}
    for number in range(5):
        turns = [" ".join(rng.choices(WORDS, k=rng.randint(8, 30))) for _ in range(3)]
        # The middle turn may belong to an interviewer or to somebody who withholds consent.
        may = [True, rng.random() < 0.6, True]
        document, record, chunks = _document(f"{name}-d{number}", turns, may, number * 3)
        records[document.id] = record
        passages.update({chunk.chunk.id: chunk for chunk in chunks})
    honest = [one for one in passages.values() if one.is_evidence and _consents(one)]
    cited: list[Cited] = []
    altered = 0
    while len(cited) < QUOTES:
        true = _true_quote(rng.choice(honest), rng)
        if prove_all([true], passages)[1]:
            continue  # a stretch that leaves out the negation before it is no true quote
        lie = rng.random() < ALTERED
        one = _altered(true, passages, rng) if lie else true
        cited.append(one)
        altered += lie
    return Item(id=name, cited=tuple(cited), altered=altered, passages=passages, records=records)


def _consents(passage: Passage) -> bool:
    return passage.participant is not None and passage.participant.consent.quote


def _true_quote(passage: Passage, rng: random.Random) -> Cited:
    words = passage.chunk.text.split(" ")
    length = rng.randint(4, min(12, len(words)))
    start = rng.randrange(len(words) - length + 1)
    return Cited(
        chunk_id=passage.chunk.id,
        quote=" ".join(words[start : start + length]),
        side=rng.choice(list(Side)),
        speaker=passage.speaker,
    )


def _altered(true: Cited, passages: Mapping[str, Passage], rng: random.Random) -> Cited:
    others = [one for key, one in passages.items() if key != true.chunk_id]
    other = rng.choice([one for one in others if true.quote not in one.chunk.text])
    words = true.quote.split(" ")
    at = rng.randrange(len(words))
    ways = (
        replace(true, quote=" ".join([*words[:at], "Xyzzy", *words[at + 1 :]])),
        replace(true, quote=" ".join([*words[:at], "17" + words[at], *words[at + 1 :]])),
        replace(true, quote=true.quote + " ... " + other.chunk.text),
        replace(true, quote=true.quote + " xyzzy not"),
        replace(true, chunk_id=other.chunk.id, speaker=None),
        replace(true, speaker="P999"),
        replace(true, chunk_id="invented"),
    )
    return rng.choice(ways)


def _document(
    name: str, turns: list[str], may: list[bool], first: int
) -> tuple[Document, Record, list[Passage]]:
    text = "\n".join(turns)
    document = Document(
        id=name, source_id="s", external_id=name, version=1, is_current=True,
        kind=SourceKind.TRANSCRIPT, format="txt", title="", text=text,
        text_sha256=sha256_text(text), content_sha256=sha256_text(text), url=None,
        occurred_at=None, metadata={},
    )  # fmt: skip
    passages, said, start = [], [], 0
    for ordinal, words in enumerate(turns):
        span = Span(start, start + len(words))
        passages.append(_passage(document, ordinal, span, first + ordinal, may[ordinal]))
        place = {"start": span.start, "end": span.end, "at_ms": 1000 * ordinal}
        said.append(Said(**place, speaker=passages[-1].speaker, may_cite=may[ordinal]))
        start = span.end + 1
    chunks = {one.chunk.id: (one.chunk.span.start, one.chunk.span.end) for one in passages}
    return document, Record(text=text, is_current=True, said=said, chunks=chunks), passages


def _passage(document: Document, ordinal: int, span: Span, number: int, may_cite: bool) -> Passage:
    interviewer = not may_cite and number % 2 == 0
    role = Role.INTERVIEWER if interviewer else Role.PARTICIPANT
    person = Participant(
        id=f"person-{number}",
        number=number,
        role=role,
        consent=Consent(quote=may_cite or interviewer),
    )
    chunk = Chunk(
        id=f"{document.id}-c{ordinal}", document_id=document.id, ordinal=ordinal, turn=ordinal,
        span=span, overlap=0, text=span.of(document.text), participant_id=person.id,
        is_evidence=not interviewer,
    )  # fmt: skip
    turn = Turn(
        ordinal=ordinal, participant_id=person.id, speaker=person.pseudonym, role=role,
        span=span, start_ms=1000 * ordinal,
    )  # fmt: skip
    return Passage(chunk=chunk, document=document, turn=turn, participant=person)


def _first(content: Content, **values: object) -> Content:
    changed = replace(content.citations[0], **values)  # type: ignore[arg-type]
    return replace(content, citations=(changed, *content.citations[1:]))


def _source(
    content: Content, records: Mapping[str, Record], **values: object
) -> Mapping[str, Record]:
    name = content.citations[0].document_id
    return {**records, name: replace(records[name], **values)}  # type: ignore[arg-type]


def _quote(content: Content) -> str:
    return content.citations[0].quote


CORRUPTIONS: dict[str, Corrupt] = {
    "one word changed": lambda c, r: (_first(c, quote=_quote(c).replace(" ", " odd ", 1)), r),
    "a digit added": lambda c, r: (_first(c, quote=_quote(c) + "7"), r),
    "a not added": lambda c, r: (_first(c, quote="not " + _quote(c)), r),
    "right quote, wrong document": lambda c, r: (
        _first(c, document_id=next(name for name in r if name != c.citations[0].document_id)),
        r,
    ),
    "stale version": lambda c, r: (c, _source(c, r, is_current=False)),
    "ellipsis join": lambda c, r: (
        _first(c, quote=f"{_quote(c)} ... {c.citations[1].quote}", end=c.citations[1].end),
        r,
    ),
    "deleted source": lambda c, r: (
        c,
        {name: one for name, one in r.items() if name != c.citations[0].document_id},
    ),
    "shifted by one": lambda c, r: (_first(c, start=c.citations[0].start + 1), r),
    "another speaker": lambda c, r: (_first(c, speaker="P999"), r),
    "another time": lambda c, r: (_first(c, at_ms=999_999), r),
    "a claim without quote": lambda c, r: (
        replace(c, claims=(replace(c.claims[0], cites=()), *c.claims[1:])),
        r,
    ),
    "consent withdrawn": lambda c, r: (
        c,
        _source(
            c,
            r,
            said=[replace(one, may_cite=False) for one in r[c.citations[0].document_id].said],
        ),
    ),
}
