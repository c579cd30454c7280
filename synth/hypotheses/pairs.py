"""Which tested pairs of theme and anomaly a draft may be made of, and on what standing."""

from __future__ import annotations

from synth.errors import Conflict, NotFound
from synth.hypotheses.types import Standing
from synth.links import repo as links
from synth.links.types import Link, TagState, Verdict
from synth.store.unit_of_work import UnitOfWork


def standing_of(link: Link) -> Standing:
    """Return whether the numbers of a pair were enough to test it."""
    return Standing.TOO_FEW if link.verdict is Verdict.TOO_FEW else Standing.TESTED


def why_not(link: Link) -> str | None:
    """Return why nobody may ask for a draft of this pair, with what to do; None: they may."""
    if link.is_linked:
        return None
    if link.tag is not None and link.tag.state is TagState.REJECTED:
        return f"a person rejected the tag of “{link.theme_title}” with {link.metric}"
    if link.verdict is not Verdict.TOO_FEW:
        return (
            f"“{link.theme_title}” and {link.metric} were tested: {link.status}; "
            "only a link, or a pair with too few people to test, can be drafted"
        )
    if link.tag is None or link.tag.state is not TagState.CONFIRMED:
        return (
            f"too few people are known to test “{link.theme_title}” with {link.metric}; "
            "first let a person confirm the metric tag on the theme"
        )
    if not link.counts.theme_affected:
        return f"nobody affected speaks about “{link.theme_title}”; find such people first"
    return None


def find_pairs(
    uow: UnitOfWork, *, anomaly_id: str | None = None, theme_id: str | None = None
) -> list[Link]:
    """Return the linked pairs; with a theme named, the one pair a person asks for.

    Raises:
        NotFound: the pair was never tested.
        Conflict: its verdict or its tag allows no draft.
    """
    if theme_id is None:
        return [link for link in links.list_links(uow, anomaly_id=anomaly_id) if link.is_linked]
    found = links.list_links(uow, anomaly_id=anomaly_id, theme_id=theme_id) if anomaly_id else []
    if not found:
        raise NotFound(
            f"theme {theme_id} was not tested with anomaly {anomaly_id}; list the tested pairs "
            "with `synth links ls`, or test anew with `synth anomalies detect`"
        )
    [link] = found
    reason = why_not(link)
    if reason is not None:
        raise Conflict(f"no draft: {reason}")
    return [link]
