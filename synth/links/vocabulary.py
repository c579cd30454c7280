"""Event and step names as a vocabulary: which of them a theme speaks about, and where they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from synth.links.words import stems

#: Share of an event's words that a theme must use, and words of it at least; in long quotes
#: one word is said by accident.
MIN_SHARE, MIN_WORDS, QUOTED_WORDS = 0.5, 1, 2

#: Words of event names that say that something happened, not what: they never match alone.
GENERIC = frozenset(
    stems(
        "event started start finished finish completed complete opened open clicked click viewed "
        "view shown show created create page screen step button submitted submit success failed "
        "fail error abandoned abandon session first account"
    )
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """An event a theme speaks about, and where it stands in a funnel."""

    event: str
    shared: tuple[str, ...]  #: words of its name that the theme uses
    share: float  #: of the words of its name, those shared
    funnel: str = ""  #: empty: in none
    step: int = 0  #: counted from 1; 0: in no funnel
    steps: int = 0

    @property
    def words(self) -> str:
        """Return the place in words: "step 3 of 5 in onboarding (integration_connected)"."""
        if not self.step:
            return self.event
        return f"step {self.step} of {self.steps} in {self.funnel} ({self.event})"


def places_of(
    text: str,
    events: Iterable[str],
    funnels: Mapping[str, Sequence[str]],
    *,
    least: int = MIN_WORDS,
) -> list[Place]:
    """Return the events that `text` speaks about, best first; `funnels` are names with steps.

    An event matches where at least half of the words of its name are said, and `least` of them
    say more than that something happened.
    """
    said = stems(text)
    steps = {
        event: (name, number, len(order))
        for name, order in sorted(funnels.items(), reverse=True)
        for number, event in enumerate(order, start=1)
    }
    found = []
    for event in sorted({*events, *steps}):
        own = stems(event)
        shared = own & said
        telling = shared - GENERIC
        if not own or len(telling) < least or len(shared) / len(own) < MIN_SHARE:
            continue
        funnel, number, many = steps.get(event, ("", 0, 0))
        found.append(
            Place(
                event=event,
                shared=tuple(sorted(telling)),
                share=len(shared) / len(own),
                funnel=funnel,
                step=number,
                steps=many,
            )
        )
    return sorted(found, key=lambda one: (-len(one.shared), -one.share, not one.step, one.event))
