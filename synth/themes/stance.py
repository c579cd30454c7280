"""Reads from its words whether a passage tells of trouble or a wish, or says that all is fine.

A word list with negation, not a model: it can be read, and it is silent where it finds no sign.
Who tells a story of failure in plain words gives no sign; irony is read at face value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from synth.themes.keywords import MARKS


class Stance(StrEnum):
    """How the words of a passage read."""

    TROUBLE = "trouble"  #: a problem, or a wish for something that is not there
    FINE = "fine"  #: no problem, or content with what is there
    UNCLEAR = "unclear"  #: no sign, or signs of both


TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
CLAUSE_END = re.compile(
    r"[.!?;:\n]+|,|\s[-–—]\s|\b(?:but|however|although|though|except|whereas|while|yet)\b",
    re.IGNORECASE,
)

#: Names this way of reading; another one reads all passages again.
READER = "words-1"

#: How many words a negation reaches.
REACH = 4

NEGATIONS = frozenset(
    TOKEN.findall(
        "no not never none nobody nothing neither nor without hardly barely scarcely cannot "
        "stopped far zero lack lacks lacking nowhere"
    )
)

#: Words of content and of ease.
FINE = frozenset(
    TOKEN.findall(
        "amazing appreciate awesome beautiful best better brilliant clean clear clearly "
        "comfortable convenient delight delighted delightful easier easiest easily easy "
        "effective efficient effortless effortlessly enjoy enjoyed enjoying enjoys excellent "
        "fabulous fantastic fast fine flawless flawlessly friendly good great handy happy "
        "helped helpful helps impressed impressive instant instantly intuitive liked lovely "
        "love loved loves loving neat nice nicely perfect perfectly pleasant pleased quick "
        "quickly relief relieved reliable reliably responsive robust satisfied simple simpler "
        "simply smooth smoothly sorted straightforward super superb sufficient supportive swift "
        "terrific thankful useful valuable wonderful work worked working works"
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

#: Words of a wish: what is asked for is not there.
WISHES = frozenset(["wish", "wishes", "hoping"])

#: What is said in several words; each is blanked before single words are read.
FINE_PHRASES = re.compile(
    r"\b(?:can(?:'t| ?not) complain|could(?: ?n't| not) be (?:easier|simpler|better|happier)"
    r"|(?:no|zero|without(?: an?y?)?) (?:\w+ )?(?:problems?|issues?|trouble|troubles|complaints?"
    r"|hassle|errors?|fuss|delays?|effort)"
    r"|(?:do|does|did|would)(?:n't| not) (?:\w+ )?(?:need|want|mind|care|miss|bother|matter)\b"
    r"|(?:have|has|had)(?:n't| not) (?:\w+ )?(?:needed|missed|noticed)"
    r"|never (?:\w+ )?(?:needed|missed|wanted)|no need|could ?n't care less|could not care less"
    r"|(?:so far|all) (?:so )?good|first (?:try|time|go|attempt)|like a charm|as expected"
    r"|right away|straight away|out of the box|no (?:longer|more) (?:a |an )?(?:problem|issue)s?"
    r"|(?:took|takes|in|within) (?:me |us )?(?:only |just |less than |under )?(?:a |two |five |ten "
    r"|one )?(?:few )?(?:seconds?|minutes?|moments?)|makes? sense|made sense)",
    re.IGNORECASE,
)
TROUBLE_PHRASES = re.compile(
    r"\b(?:(?:would|could|might) (?:\w+ )?(?:be|have been) (?:\w+ )?(?:nice|great|good|better|best"
    r"|helpful|useful|easier|perfect|handy|awesome|cool)|would (?:love|like|prefer|appreciate)"
    r"|'d (?:love|like|prefer|appreciate)|please (?:\w+ )?(?:add|fix|make|give|let|allow|bring"
    r"|change|remove|stop|update|improve|include|provide|help)|should (?:\w+ )?(?:be|have|show"
    r"|say|tell|let|allow)|needs? (?:to|more|an?|some|improvement|work|fixing)|need to be|"
    r"too (?:\w+)|(?:gave|give|giving) up|ran out|run out|(?:kept|keeps?) (?:\w+ing|asking)"
    r"|no (?:way|idea|clue|option|reply|answer|reason|help|explanation|response)|at all costs"
    r"|only if|if only|what'?s the point|used to work|(?:stopped|stops|quit) working"
    r"|even though|at least let|(?:not|n't) (?:clear|sure)|do(?:n't| not) (?:know|understand|see "
    r"(?:how|why|where|what))|did(?:n't| not) (?:know|understand|realise|realize)|hard to"
    r"|sick of|tired of|fed up|had to)\b",
    re.IGNORECASE,
)
CONTRAST = re.compile(r"\b(?:but|however|although|though|except|yet)\b", re.IGNORECASE)


def read_stance(text: str) -> Stance:
    """Return how a passage reads; what follows a "but" counts twice."""
    fine = trouble = 0.0
    for clause, weight in _clauses(MARKS.sub(" ", text).replace("’", "'")):
        good, bad = _count(clause)
        fine, trouble = fine + weight * good, trouble + weight * bad
    if fine >= 2 * trouble and fine > 0:
        return Stance.FINE
    if trouble >= 2 * fine and trouble > 0:
        return Stance.TROUBLE
    return Stance.UNCLEAR


def _clauses(text: str) -> Iterator[tuple[str, float]]:
    """Yield clauses, each with its weight."""
    start, weight = 0, 1.0
    for end in CLAUSE_END.finditer(text):
        yield text[start : end.start()], weight
        start = end.end()
        if CONTRAST.fullmatch(end.group()):
            weight = 2.0
        elif end.group().strip() and end.group().strip()[0] in ".!?;\n":
            weight = 1.0
    yield text[start:], weight


def _count(clause: str) -> tuple[int, int]:
    """Return the signs of (fine, trouble) in a clause; a negation before a sign turns it."""
    clause, fine = FINE_PHRASES.subn(" , ", clause)
    clause, trouble = TROUBLE_PHRASES.subn(" , ", clause)
    reach = 0
    for token in TOKEN.findall(clause.casefold()):
        if token in NEGATIONS or token.endswith("n't"):
            # Ability denied is trouble by itself: "I couldn't open it".
            trouble += token in ("can't", "couldn't", "cannot", "won't")
            reach = REACH
            continue
        good, bad = token in FINE, token in TROUBLE or token in WISHES
        if reach:
            good, bad = bad, good
        fine, trouble = fine + good, trouble + bad
        reach = max(reach - 1, 0)
    return fine, trouble
