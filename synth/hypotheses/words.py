"""What nobody may write into a draft: unseen characters, look-alikes, unproved quotations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from synth.hypotheses.citations import MIN_WORDS
from synth.hypotheses.numerals import number_breaches
from synth.hypotheses.types import Content
from synth.hypotheses.wording import check_wording

#: Control and format characters: NUL, zero-width, text direction, private use, broken halves.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
WORD = re.compile(r"\w+")
QUOTATION = re.compile(r"“([^“”]+)”|„([^“”„]+)[“”]|«([^«»]+)»|\"([^\"]+)\"")
#: What a page could turn into a link, an image or a script.
MARKUP = re.compile(
    r"\b(?:https?|ftp|javascript|data):|\bwww\.|</?[a-z!][^>]*>|!?\[[^\]]*\]\(", re.I
)
#: Words that speak to a model or to a reviewer, not about customers.
ADDRESSED = re.compile(
    r"\b(?:(?:ignore|disregard) (?:all|any|the|your|previous|every)"
    r"|system prompt|as an ai\b|language model|dear reviewer|approve this|approved by"
    r"|mark (?:this|it) as"
    r"|no review (?:is )?needed|skip (?:the )?review)",
    re.IGNORECASE,
)
#: Percent signs that no Unicode normalisation turns into "%".
PERCENT = str.maketrans("٪⁒", "%%")


def check_words(before: Content, after: Content) -> list[str]:
    """Return why the words that `after` changes may not be shown; empty: they may."""
    return list(dict.fromkeys(_breaches(before, after)))


def _breaches(before: Content, after: Content) -> Iterator[str]:
    known = _texts(before)
    for text in _texts(after):
        if text in known:
            continue
        if any(_is_unseen(character) for character in text):
            yield "it holds characters that cannot be seen; type it again"
        for word in WORD.findall(text):
            if len(_scripts(word)) > 1:
                yield f"“{word}” mixes letters of two alphabets that look alike"
        if found := MARKUP.search(text):
            yield f"“{found[0]}” is an address or markup; write plain words"
        if found := ADDRESSED.search(text):
            yield f"“{found[0]}” speaks to the reviewer or to a model, not about customers"
        for quotation in _quotations(text):
            if not any(quotation in _quotations(one) for one in known):
                yield f"“{quotation[:160]}” stands as a quotation in the text; cite it instead"
    plain = _plain(after)
    yield from check_wording(plain)
    yield from number_breaches(plain, known)


def _texts(content: Content) -> list[str]:
    words = [content.title, content.solution, content.because, *filter(None, content.side_words)]
    return [*words, *(claim.text for claim in content.claims)]


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in UNSEEN and not character.isspace()


def _scripts(word: str) -> set[str]:
    """Return which of the three alphabets with shared shapes the word's letters are from."""
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha())
    return {name for name in names if name in ("LATIN", "CYRILLIC", "GREEK")}


def _quotations(text: str) -> Iterator[str]:
    """Yield what the text puts in quotation marks, but for single words and names.

    Nothing proves such words, and where somebody withdraws consent they would stay; what the
    draft quoted before, a theme's title, may stand again.
    """
    for found in QUOTATION.finditer(text):
        words = next(group for group in found.groups() if group)
        if len(WORD.findall(words)) >= MIN_WORDS:
            yield words


def _plain(content: Content) -> Content:
    """Return the content with one spelling of digits, letters and percent signs."""

    def plain(text: str) -> str:
        return unicodedata.normalize("NFKC", text).translate(PERCENT)

    return replace(
        content,
        title=plain(content.title),
        solution=plain(content.solution),
        because=plain(content.because),
        symptom=plain(content.symptom),
        cause=plain(content.cause),
        first_guess=plain(content.first_guess),
        why_not=plain(content.why_not),
        edge_case=plain(content.edge_case),
        next_step=plain(content.next_step),
        claims=tuple(replace(claim, text=plain(claim.text)) for claim in content.claims),
    )
