"""What a card of a tested pair says of how much people use the product."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.web.link_parts import link_card
from synth.links.types import Tag, TagState, Verdict
from tests.factories import NOW
from tests.unit.links.test_verdicts import DAYS, EVENLY, ONSET, POWER_USERS, compare, theme


def test_power_users_are_told_as_the_reason_with_the_numbers_within_equal_use() -> None:
    [link] = compare(theme("power", POWER_USERS, first=ONSET), days=DAYS).values()
    card = link_card(link)
    assert card.short_reason == "Explained by how much people use the product."
    assert card.use == ""
    assert card.lift.startswith("2.1 times as often (")
    [table] = card.strata
    assert table.by == "active days in the 28 before the change"
    assert table.finding.startswith(
        "does not hold once it is fixed: 0.97 times as often (0.63-1.5)"
    )
    assert [name for name, _, _ in table.rows] == [one.name for one in link.strata[0].strata]


def test_a_link_shows_what_is_left_among_people_of_equal_use() -> None:
    [link] = compare(theme("cause", EVENLY, first=ONSET), days=DAYS).values()
    card = link_card(link)
    assert card.lift.startswith("5.8 times as often (")
    assert card.use == (
        "Among people who use the product equally much: 2.5 times as often (1.6-3.9)."
    )


def test_a_link_warns_where_use_is_not_known() -> None:
    [link] = compare(theme("cause", EVENLY, first=ONSET)).values()
    assert link_card(link).use == (
        "How much people used the product before is not known, or the same for all: "
        "power users were not held apart."
    )


@pytest.mark.parametrize(
    ("verdict", "speakers", "state", "buttons"),
    [
        (Verdict.OVERLAP, 5, None, "tag"),
        (Verdict.OVERLAP, 5, TagState.PROPOSED, "confirm reject"),
        (Verdict.OVERLAP, 5, TagState.REJECTED, "confirm"),
        (Verdict.OVERLAP, 5, TagState.CONFIRMED, "reject"),
        (Verdict.TOO_FEW, 2, TagState.PROPOSED, "confirm"),
        (Verdict.TOO_FEW, 0, TagState.PROPOSED, ""),
        (Verdict.TOO_FEW, 2, None, "tag"),
        (Verdict.NOT_LINKED, 5, TagState.PROPOSED, ""),
        (Verdict.NOT_LINKED, 5, TagState.CONFIRMED, "reject"),
        (Verdict.NOT_LINKED, 5, None, ""),
        (Verdict.AFTER, 5, TagState.PROPOSED, ""),
    ],
)
def test_a_tag_is_asked_for_only_where_it_decides(verdict, speakers, state, buttons) -> None:
    [link] = compare(theme("cause", EVENLY, first=ONSET)).values()
    tag = state and make_tag(link.theme_id, state)
    counts = replace(link.counts, theme_affected=speakers)
    pair = replace(link, verdict=verdict, counts=counts, tag=tag)
    card = link_card(pair, may_tag=True)
    offered = {"tag": card.can_tag, "confirm": card.can_confirm, "reject": card.can_reject}
    assert " ".join(name for name, there in offered.items() if there) == buttons
    nobody = link_card(pair)
    assert {nobody.can_tag, nobody.can_confirm, nobody.can_reject} == {False}


def make_tag(theme_id: str, state: TagState) -> Tag:
    """Return a tag of a theme in this state, proposed by the machine."""
    return Tag(
        id="tag",
        metric_id="metric",
        theme_id=theme_id,
        chunk_id=None,
        state=state,
        reason="its words",
        score=0.5,
        proposed_by=None,
        decided_by=None,
        created_at=NOW,
    )
