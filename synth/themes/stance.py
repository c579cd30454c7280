"""Reads from its words whether a passage tells of trouble or a wish, or says that all is fine.

A word list with negation, not a model: it can be read, and it is silent where it finds no sign.
Who tells a story of failure in plain words gives no sign; irony is read at face value.
"""

from __future__ import annotations

import re
from enum import StrEnum

from synth.themes.keywords import MARKS


class Stance(StrEnum):
    """How the words of a passage read."""

    TROUBLE = "trouble"  #: a problem, or a wish for something that is not there
    FINE = "fine"  #: no problem, or content with what is there
    UNCLEAR = "unclear"  #: no sign, or signs of both


TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
CLAUSE_END = re.compile(r"[;:,]|\s[-–—]\s")
CONTRAST = re.compile(
    r"\b(?:but|however|although|though|except|whereas|while|yet)\b", re.IGNORECASE
)

#: Names this way of reading; another one reads all passages again.
READER = "words-1"

#: How many words a negation reaches, and a word of need or condition.
REACH, WISH_REACH = 4, 8

#: So many words for each kind one, and a passage is a story in which it stands by the way.
STORY = 20

NEGATIONS = frozenset(
    TOKEN.findall(
        "no not never none nobody nothing neither nor without hardly barely scarcely cannot "
        "stopped far zero lack lacks lacking nowhere"
    )
)

#: Words of content and of ease.
FINE = frozenset(
    TOKEN.findall(
        "amazing appreciate awesome beautiful brilliant clean clear clearly "
        "comfortable convenient delight delighted delightful easily easy "
        "effective efficient effortless effortlessly enjoy enjoyed enjoying enjoys excellent "
        "fabulous fantastic fast fine flawless flawlessly friendly good great handy happy "
        "helped helpful helps impressed impressive instant instantly intuitive liked lovely "
        "love loved loves loving neat nice nicely perfect perfectly pleasant pleased quick "
        "quickly relief relieved reliable reliably responsive robust satisfied simple simpler "
        "simply smooth smoothly sorted straightforward super superb sufficient supportive swift "
        "terrific thankful useful valuable wonderful"
    )
)

#: Words of trouble and of failure.
TROUBLE = frozenset(
    TOKEN.findall(
        "abandon abandoned angry annoyed annoying awful awkward bad badly blank block blocked "
        "blocking blocks bother bothered bothering bothers broke broken bug buggy bugs clumsy "
        "clunky complain complained complaint complaints complex complicated confuse confused "
        "confuses confusing confusion crash crashed crashes crashing cumbersome delay delayed "
        "delays difficult difficulties difficulty disappeared disappoint disappointed "
        "disappointing disappointment dislike disliked duplicate duplicated error errors "
        "expensive fail failed failing fails failure failures fault faulty fiddly forever "
        "forced freeze freezes freezing froze frozen frustrated frustrating frustration glitch "
        "glitches hard harder hassle hate hated hates horrible hurts impossible inconsistent "
        "inconvenient incorrect irritating issue issues lag laggy lags lose loses losing lost "
        "mess messy misleading missing mistake mistakes nightmare nonsense obscure obstacle "
        "overwhelmed overwhelming pain painful pointless poor poorly problem problematic "
        "problems puzzled rejected ridiculous rubbish slow slowly sluggish struggle struggled "
        "struggles struggling stuck suck sucks tedious terrible tiresome trouble troubles ugly "
        "unable unacceptable unclear unfortunate unfortunately unhappy unhelpful unintuitive "
        "unreliable unresponsive unusable upset useless vanished waiting waste wasted wasting "
        "weird worried worries worse worst wrong"
    )
)

#: Words of need or of condition: what is good behind them is not there.
WISHES = frozenset(
    TOKEN.findall(
        "would could should might must need needs needed want wants wanted hope hoped hoping wish "
        "wishes if when until unless"
    )
)
UNABLE = frozenset(["can't", "couldn't", "cannot", "won't"])

#: What is said in several words; each is blanked before single words are read.
FINE_PHRASES = re.compile(
    r"\b(?:can(?:'t| ?not) complain|could(?: ?n't| not) be (?:easier|simpler|better|happier)"
    r"|(?:no|zero|without(?: an?y?)?) (?:\w+ )?(?:problems?|issues?|trouble|troubles|complaints?"
    r"|hassle|errors?|fuss|delays?|effort)"
    r"|(?:do|does|would)(?:n't| not) (?:\w+ )?(?:need|mind|miss|bother|matter)\b"
    r"|(?:have|has|had)(?:n't| not) (?:\w+ )?(?:needed|missed|noticed)"
    r"|never (?:\w+ )?(?:needed|missed|wanted)|no need|could ?n't care less|could not care less"
    r"|(?:so far|all) (?:so )?good|first (?:try|time|go|attempt)|like a charm|as expected"
    r"|right away|straight away|out of the box|no (?:longer|more) (?:a |an )?(?:problem|issue)s?"
    r"|(?:only|just|less than|under|a couple of) (?:a |one |two |three |five |ten )?(?:few )?"
    r"(?:seconds?|minutes?|moments?)|makes? sense|made sense"
    r"|work(?:s|ed|ing)? (?:\w+ )?(?:fine|well|great|perfectly|smoothly|nicely|(?:first|every) time"
    r"|for (?:me|us)|now|again))\b",
    re.IGNORECASE,
)
TROUBLE_PHRASES = re.compile(
    r"\b(?:(?:would|could|might) (?:\w+ )?(?:be|have been) (?:\w+ )?(?:nice|great|good|better|best"
    r"|helpful|useful|easier|perfect|handy|awesome|cool)|would (?:love|like|prefer|appreciate)"
    r"|'d (?:love|like|prefer|appreciate)|please|any plans|is there (?:an?|any)"
    r"|should (?:\w+ )?(?:be|have|show|say|tell|let|allow)"
    r"|needs? (?:to|more|an?|some|improvement|work|fixing)|need to be|"
    r"too (?:\w+)|(?:gave|give|giving) up|ran out|run out|(?:kept|keeps?) (?:\w+ing|asking)"
    r"|no (?:way|idea|clue|option|reply|answer|reason|help|explanation|response)|at all costs"
    r"|(?:wo|do|does|did|is|was|are)(?:n't| not) work(?:s|ed|ing)?|not working|still (?:no|not)\b"
    r"|only if|if only|what'?s the point|used to work|(?:stopped|stops|quit) working"
    r"|even though|at least let|(?:not|n't) (?:clear|sure)|do(?:n't| not) (?:know|understand|see "
    r"(?:how|why|where|what))|did(?:n't| not) (?:know|understand|realise|realize)|hard to"
    r"|sick of|tired of|fed up|had to)\b",
    re.IGNORECASE,
)


def read_stance(text: str) -> Stance:
    """Return how a passage reads.

    "Fine" is said only where nothing speaks against it: no sign of trouble or of a wish, no "but"
    that takes it back, and not as one kind word in a long story.
    """
    fine = trouble = 0
    is_taken_back = False
    plain = MARKS.sub(" ", text).replace("’", "'")
    for sentence in SENTENCE.findall(plain):
        # A question tells of no contentment: "is there an easy way?"
        counts = 0 if sentence.endswith("?") else 1
        for turn, clause in enumerate(CONTRAST.split(sentence)):
            good, bad = map(sum, zip(*map(_count, CLAUSE_END.split(clause)), strict=True))
            fine, trouble = fine + counts * good, trouble + bad
            is_taken_back = not good if turn or CONTRAST.match(sentence) else is_taken_back
    if fine and not trouble:
        is_clear = not is_taken_back and len(TOKEN.findall(plain)) <= STORY * fine
        return Stance.FINE if is_clear else Stance.UNCLEAR
    return Stance.TROUBLE if trouble >= 2 * fine and trouble else Stance.UNCLEAR


def _count(clause: str) -> tuple[int, int]:
    """Return the signs of (fine, trouble) in a clause.

    A negation turns the signs behind it; a word of need or of condition makes a wish of fine ones.
    """
    clause, fine = FINE_PHRASES.subn(" , ", clause)
    clause, trouble = TROUBLE_PHRASES.subn(" , ", clause)
    denied = wished = 0
    for token in TOKEN.findall(clause.casefold()):
        if token in NEGATIONS or token.endswith("n't"):
            # Ability denied is trouble by itself: "I couldn't open it".
            trouble += token in UNABLE
            denied = REACH
            continue
        good, bad = token in FINE, token in TROUBLE
        if denied:
            good, bad = bad, good
        fine, trouble = fine + (good and not wished), trouble + (bad or (good and wished > 0))
        denied = max(denied - 1, 0)
        wished = WISH_REACH if token in WISHES or token.endswith("'d") else max(wished - 1, 0)
    return fine, trouble
