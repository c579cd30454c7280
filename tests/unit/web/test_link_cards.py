"""What a card of a tested pair says of how much people use the product."""

from __future__ import annotations

from api.web.link_parts import link_card
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
