"""Event rules as trees: `name: count(kyc_failed) >= 2 within 1d by segment.plan -> "call them"`.

    rules   = { rule }
    rule    = word ":" test [ "within" time ] [ "by" "segment" "." word ] "->" text
    test    = "share" "(" ( count | value ) ")" comparison percent [ "of" "users" ] | count | value
    count   = "count" "(" word ")" ( ">" | ">=" ) whole number
    value   = word comparison quantity

A word is a name, or a text in quotes where the name has other characters. `#` begins a comment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias

from synth.errors import InputError
from synth.metrics.rule_tokens import Kind, Source, Token, fault, tokenize
from synth.metrics.units import WRITTEN, Dimension

#: The longest time a rule looks back.
LONGEST = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class ValueTest:
    """A person's typical value of a metric against a limit."""

    metric: Token
    comparison: str
    limit: Token

    @property
    def dimension(self) -> Dimension:
        """Return what the limit measures."""
        return WRITTEN[self.limit.unit][0] if self.limit.unit else Dimension.NUMBER

    @property
    def base_limit(self) -> float:
        """Return the limit in seconds, as a share, or as the plain number."""
        return self.limit.number * (WRITTEN[self.limit.unit][1] if self.limit.unit else 1.0)


@dataclass(frozen=True, kw_only=True)
class CountTest:
    """How often a person had an event."""

    event: Token
    times: int  #: at least so often


@dataclass(frozen=True, kw_only=True)
class ShareTest:
    """Which share of people an inner test holds for."""

    inner: ValueTest | CountTest
    comparison: str
    limit: float  #: between 0 and 1


Test: TypeAlias = ValueTest | CountTest | ShareTest


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule as written, not yet held against metrics and events."""

    name: str
    test: Test
    within: timedelta | None
    segment: Token | None
    action: str
    text: str  #: from its name to its action
    source: Source

    @property
    def inner(self) -> ValueTest | CountTest:
        """Return the test of one person."""
        return self.test.inner if isinstance(self.test, ShareTest) else self.test


def parse_rules(text: str, *, file: str = "rule") -> list[Rule]:
    """Return the rules of a text.

    Raises:
        InputError: it is no rule; the message marks the token. Or two rules have one name.
    """
    source = Source(text, file)
    reader = _Reader(source, tokenize(source))
    rules: list[Rule] = []
    while reader.next.kind is not Kind.END:
        start = reader.next
        rule = reader.rule()
        if any(other.name == rule.name for other in rules):
            raise fault(source, start, "a second rule of this name", "another name")
        rules.append(rule)
    if not rules:
        raise fault(source, reader.next, "no rule", 'name: test -> "what to do"')
    return rules


class Written(Protocol):
    """A rule kept as it was written."""

    @property
    def name(self) -> str:
        """Return its name."""
        ...

    @property
    def text(self) -> str:
        """Return all of it."""
        ...


def parse_stored(rules: Sequence[Written]) -> list[Rule]:
    """Return rules that were kept, each parsed once before, as trees."""
    return [parse_rules(stored.text, file=stored.name)[0] for stored in rules]


class _Reader:
    """Reads one token after the other; every method takes what its name says."""

    def __init__(self, source: Source, tokens: list[Token]) -> None:
        self._source, self._tokens, self._place = source, tokens, 0

    @property
    def next(self) -> Token:
        """Return the token to be read."""
        return self._tokens[self._place]

    def rule(self) -> Rule:
        """Read one rule up to its action."""
        start = self.next.start
        name = self._word("a rule begins with its name", "a name, as in slow_step: ...")
        self._sign(":")
        test = self._test()
        within = self._within()
        segment = self._segment()
        self._sign("->")
        action = self._take(Kind.TEXT, "what to do is missing", 'a text such as "watch replays"')
        if not action.value.strip():
            raise self._fault(action, "what to do is empty", 'a text such as "watch replays"')
        text = self._source.text[start : action.start + len(action.text)]
        return Rule(
            name=name.value,
            test=test,
            within=within,
            segment=segment,
            action=action.value.strip(),
            text=text,
            source=self._source,
        )

    def _test(self) -> Test:
        if self._is_call("share"):
            return self._share()
        return self._count() if self._is_call("count") else self._value()

    def _share(self) -> ShareTest:
        self._step()
        self._sign("(")
        if self._is_call("share"):
            raise self._fault(self.next, "a share of a share", "count(event) or a metric")
        inner = self._count() if self._is_call("count") else self._value()
        self._sign(")")
        comparison = self._comparison()
        limit = self._take(Kind.QUANTITY, "a share needs a limit", "a percentage such as 20%")
        if limit.unit != "%" or not 0 < limit.number <= 100:
            raise self._fault(limit, "a share is compared with a percentage", "1% to 100%")
        if self._is_word("of"):
            self._step()
            if not self._is_word("users"):
                raise self._fault(self.next, "a share is of users", "users")
            self._step()
        return ShareTest(inner=inner, comparison=comparison.text, limit=limit.number / 100)

    def _count(self) -> CountTest:
        self._step()
        self._sign("(")
        event = self._word("count needs an event", "an event name")
        self._sign(")")
        comparison = self._comparison()
        if not comparison.text.startswith(">"):
            # Events that are missing may only be late.
            raise self._fault(comparison, "a count is only compared upwards", "> or >=")
        times = self._take(Kind.QUANTITY, "a count needs a limit", "a whole number such as 2")
        if times.unit or times.number % 1 or times.number < 1:
            raise self._fault(times, "a count is a plain number", "a whole number from 1 up")
        return CountTest(event=event, times=round(times.number) + (comparison.text == ">"))

    def _value(self) -> ValueTest:
        metric = self._word("a test begins with a metric, count( or share(", "a metric's name")
        comparison = self._comparison()
        limit = self._take(
            Kind.QUANTITY, "a metric is compared with a quantity", "a number such as 60s or 3"
        )
        return ValueTest(metric=metric, comparison=comparison.text, limit=limit)

    def _within(self) -> timedelta | None:
        if not self._is_word("within"):
            return None
        self._step()
        token = self._take(Kind.QUANTITY, "within needs a time", "a time such as 7d")
        dimension, seconds = WRITTEN.get(token.unit, (Dimension.NUMBER, 0.0))
        span = token.number * seconds
        if dimension is not Dimension.TIME or not 1 <= span <= LONGEST.total_seconds():
            raise self._fault(token, "within is a time", "1s to 365d, such as 7d")
        return timedelta(seconds=span)

    def _segment(self) -> Token | None:
        if not self._is_word("by"):
            return None
        self._step()
        if self._is_segment("segment"):
            token = self._step()
            # One word to the tokenizer: "segment.platform".
            offset = len("segment.")
            return Token(kind=Kind.WORD, text=token.text[offset:], start=token.start + offset)
        if not self._is_word("segment"):
            raise self._fault(self.next, "people are divided by a segment", "segment.platform")
        self._step()
        self._sign(".")
        return self._word("the segment has no name", "a segment's name")

    def _comparison(self) -> Token:
        return self._take(Kind.COMPARISON, "no comparison", ">, >=, < or <=")

    def _word(self, message: str, expected: str) -> Token:
        if self.next.kind is Kind.TEXT and self.next.value.strip():
            return self._step()
        return self._take(Kind.WORD, message, expected)

    def _sign(self, text: str) -> None:
        if self.next.text != text:
            raise self._fault(self.next, "something else belongs here", text)
        self._step()

    def _take(self, kind: Kind, message: str, expected: str) -> Token:
        if self.next.kind is not kind:
            raise self._fault(self.next, message, expected)
        return self._step()

    def _step(self) -> Token:
        token = self.next
        self._place += token.kind is not Kind.END
        return token

    def _is_word(self, text: str) -> bool:
        return self.next.kind is Kind.WORD and self.next.text == text

    def _is_segment(self, text: str) -> bool:
        return self.next.kind is Kind.WORD and self.next.text.startswith(f"{text}.")

    def _is_call(self, name: str) -> bool:
        after = self._tokens[min(self._place + 1, len(self._tokens) - 1)]
        return self._is_word(name) and after.text == "("

    def _fault(self, token: Token, message: str, expected: str) -> InputError:
        return fault(self._source, token, message, expected)
