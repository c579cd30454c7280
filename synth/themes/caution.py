"""What a reader must know before trusting the themes of a corpus: said aloud, never silent."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from synth.core.proportions import wilson
from synth.themes.function_words import lexicons
from synth.themes.keywords import WORD
from synth.themes.types import Caution, CautionKind

#: A theme that this share of all people would raise should not be missed by chance.
QUARTER = 0.25
#: Chance of missing it from which the number of people is worth a word: up to 10 people.
MISSED = 0.05

#: Share of passages in another language from which it is worth a word.
OTHER_SHARE = 0.10

#: Least share of function words in the middle passage of a corpus in English: questions to a bank
#: have 0.62, interviews 0.60, tickets stripped of their grammar 0.21; Dutch has 0.14.
ENGLISH_SHARE = 0.18

#: Fewer passages than this show no theme with any weight.
FEW_PASSAGES = 20


def find_cautions(
    texts: Sequence[str], *, people: int, is_model_english: bool = True
) -> list[Caution]:
    """Return the warnings for a corpus of passages by so many identified people.

    Another language is worth a word where the embedding model was made for English.
    """
    found = [_few_people(people), _few_passages(len(texts))]
    if is_model_english:
        found.append(_other_language(texts))
    return [caution for caution in found if caution is not None]


def _few_people(people: int) -> Caution | None:
    missed = (1 - QUARTER) ** people
    if missed <= MISSED or people == 0:
        return None
    text = (
        f"{_count(people, 'person was', 'people were')} heard: what one in four people would "
        f"raise is missed by chance in {missed * 100:.0f} of 100 such studies. Read these themes "
        "as a first look, and hear more people before you decide by what is not said."
    )
    return Caution(kind=CautionKind.FEW_PEOPLE, text=text)


def _few_passages(passages: int) -> Caution | None:
    if passages >= FEW_PASSAGES:
        return None
    text = (
        f"{_count(passages, 'passage is', 'passages are')} too few to tell themes from single "
        "remarks. Add interviews or tickets, or read the passages themselves."
    )
    return Caution(kind=CautionKind.FEW_PASSAGES, text=text)


def _other_language(texts: Sequence[str]) -> Caution | None:
    known = lexicons()
    spoken = [words for text in texts if (words := [w.casefold() for w in WORD.findall(text)])]
    if not spoken:
        return None
    hits = [
        {name: sum(word in one.function for word in words) for name, one in known.items()}
        for words in spoken
    ]
    other = sum(max(hit.values()) > hit["en"] for hit in hits)
    usual = median(hit["en"] / len(words) for hit, words in zip(hits, spoken, strict=True))
    if other < OTHER_SHARE * len(spoken) and usual >= ENGLISH_SHARE:
        return None
    which = (
        f"{wilson(other, len(spoken))} passages are not in English"
        if other >= OTHER_SHARE * len(spoken)
        else "The passages do not read like English sentences"
    )
    text = (
        f"{which}, and the embedding model that ships with Synth was made for English: passages "
        "that mean the same may stand apart. Set SYNTH_EMBEDDING_BASE_URL to a multilingual model."
    )
    return Caution(kind=CautionKind.OTHER_LANGUAGE, text=text)


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"
