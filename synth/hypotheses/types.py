"""Hypotheses: typed claims with citations, a draft until reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from synth.core.proportions import Proportion
from synth.hypotheses.causes import CauseKind
from synth.hypotheses.phrasing import metric_words, value_words


class State(StrEnum):
    """Where a hypothesis stands; `review.transitions` says what may follow what."""

    HELD = "held"  #: a check failed; not in the queue
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    MERGED = "merged"  #: a duplicate; leads to the draft it was merged into
    CANARY = "canary"  #: was wrong on purpose, and reviewers have decided on it


class Side(StrEnum):
    """Whether a citation speaks for the claim or against it."""

    FOR = "for"
    AGAINST = "against"


class Standing(StrEnum):
    """Whether numbers speak for a hypothesis, beside what people say."""

    TESTED = "tested"  #: the overlap test links theme and anomaly
    TOO_FEW = "too_few_people"  #: asked for by a person; too few people are known to test it


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A verbatim quote with its place; `quote` always equals document.text[start:end]."""

    chunk_id: str
    document_id: str
    start: int
    end: int
    quote: str
    speaker: str
    participant_id: str | None
    at_ms: int | None
    side: Side


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One sentence a reviewer can tick, with the citations (by position) it rests on."""

    text: str
    kind: str  #: "qual" or "quant"
    cites: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Stratified:
    """Whether theme and anomaly still go together among people of the same segment."""

    segment: str  #: "plan", "platform", ...
    people: int  #: heard and measured, with this segment known
    lift: float  #: Mantel-Haenszel ratio over the segment's values; 1 is no relation
    p: float  #: one-sided, of no relation within the values
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An approved hypothesis on the same metric."""

    hypothesis_id: str
    title: str
    theme_id: str


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A draft of the same pair that reviewers rejected; nobody's words are in it."""

    hypothesis_id: str
    codes: tuple[str, ...]  #: why, as reviewers ticked it
    cited: tuple[str, ...]  #: chunks it cited
    people: int  #: people the metric hit who spoke about the theme then
    words_sha256: str  #: of its title, solution and because


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a hypothesis says, in one revision."""

    title: str
    solution: str
    metric: str
    unit: str
    baseline: float
    target: float
    because: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    scale: Proportion  #: k of N people the metric hit who speak about the theme
    counter_note: str  #: "none found in 132 passages searched", or ""
    figures: tuple[Proportion, ...] = ()  #: every "k of n" its text may state; scale among them
    standing: Standing = Standing.TESTED
    baseline_share: Proportion | None = None  #: the counts behind `baseline`, where it is a share
    target_share: Proportion | None = None  #: the counts behind `target`
    target_from: str = ""  #: where the target comes from: "the metric's target", ...
    strata: tuple[Stratified, ...] = ()  #: one per segment that could be checked
    good: str = ""  #: which way the metric should move, "up" or "down"; "": an older draft
    cause_kind: CauseKind = CauseKind.UNCLEAR
    symptom: str = ""  #: what is seen
    cause: str = ""  #: what people's words point at behind it
    first_guess: str = ""  #: the explanation that comes to mind first
    why_not: str = ""  #: why that one failed
    edge_case: str = ""  #: why it may be real and rare; "": no sign of it
    next_step: str = ""  #: what to look at or ask next

    @property
    def side_words(self) -> tuple[str, ...]:
        """Return the texts beside title, solution, because and claims."""
        return (
            self.symptom, self.cause, self.first_guess, self.why_not, self.edge_case,
            self.next_step,
        )  # fmt: skip

    @property
    def comparator(self) -> str:
        """Return how the target is meant: "at least" or "at most"."""
        rises = self.good == "up" if self.good else self.target > self.baseline
        return "at least" if rises else "at most"

    @property
    def if_then(self) -> str:
        """Return the hypothesis as something that can fail."""
        before = value_words(self.baseline, self.unit, self.baseline_share)
        after = value_words(self.target, self.unit, self.target_share)
        way = "rise" if self.target > self.baseline else "fall"
        return (
            f"If we make {self.solution}, then {metric_words(self.metric)} will {way} "
            f"from {before} to {self.comparator} {after}, because {self.because}"
        )

    @property
    def is_stratified(self) -> bool:
        """Return whether the link was checked within segments and held in each of them."""
        return bool(self.strata) and all(one.holds for one in self.strata)

    @property
    def statement(self) -> str:
        """Return the canvas sentence."""
        before = value_words(self.baseline, self.unit, self.baseline_share)
        after = value_words(self.target, self.unit, self.target_share)
        source = f", {self.target_from}," if self.target_from else ""
        return (
            f"We believe {self.solution} will improve {metric_words(self.metric)} "
            f"from {before} to {after}{source} because {self.because}"
        )


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Who or what wrote a revision."""

    drafter: str  #: "template v1", or the model's name, or "person"
    prompt: str | None = None  #: "draft_hypothesis/v1"
    prompt_sha256: str | None = None
    call_key: str | None = None  #: row of llm_calls
    rung: str | None = None  #: what the endpoint understood: responses, json_schema, ...
    seed: int | None = None
    temperature: float | None = None
    requests: int | None = None  #: HTTP requests made for it, probing, retries and repair included
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None  #: by the prices set when it was drafted
    pack_sha256: str | None = None  #: of the evidence pack it was drafted from


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """A hypothesis at its current revision."""

    id: str
    state: State
    revision: int
    revision_sha256: str
    content: Content
    provenance: Provenance
    started_by: str
    author_id: str  #: the person behind the current revision
    anomaly_id: str
    theme_id: str
    held_reasons: Sequence[str]
    created_at: datetime

    @property
    def etag(self) -> str:
        """Return what a reviewer must show to have seen exactly this revision."""
        return f"{self.revision}-{self.revision_sha256[:16]}"


@dataclass(frozen=True, kw_only=True)
class DraftCounts:
    """Where the drafts of a run stand; a repeat gives the same."""

    drafts: int  #: reached the queue
    held: int  #: kept back, each with its reasons
    incomplete: int = 0  #: not drafted: the budget for the language model is used up
