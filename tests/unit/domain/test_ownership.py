# SPDX-License-Identifier: Apache-2.0
"""Designated persons' shares are summed, directly and through others; half of capital or votes is enough (R-36)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.domain.ownership import Holding, designated_ownership
from kyc.domain.party import WHOLE

HALF = 5000


def shares(*holdings: tuple[str, str, int]) -> list[Holding]:
    """Holdings with as many votes as capital, in per cent."""
    return [Holding(holder, held, 100 * percent, 100 * percent) for holder, held, percent in holdings]


@pytest.mark.parametrize(("holdings", "designated", "share", "reached"), [
    ([("p", "m", 25), ("q", "m", 25), ("r", "m", 50)], {"p", "q"}, 5000, True),
    ([("p", "m", 25), ("q", "m", 24)], {"p", "q"}, 4900, False),
    ([("p", "m", 50)], {"p"}, 5000, True),
    ([("p", "m", 100)], set(), 0, False),
    ([("p", "h", 60), ("h", "m", 30), ("p", "m", 20)], {"p"}, 5000, True),
    ([("p", "h", 40), ("h", "m", 100)], {"p"}, 4000, False),
    ([("p", "h", 40), ("h", "m", 60), ("q", "m", 26)], {"p", "q"}, 5000, True),
    ([("p", "h1", 50), ("h1", "h2", 50), ("h2", "h3", 50), ("h3", "m", 50)], {"p"}, 5000, True),
    ([("h", "m", 50), ("p", "m", 10)], {"h"}, 5000, True),
], ids=["two quarters", "just below", "half", "nobody", "through a holder", "a holder's part", "parts sum up",
        "a chain of halves", "a designated holder"])  # fmt: skip
def test_shares_are_summed_as_the_best_practices_say(
    holdings: list[tuple[str, str, int]], designated: set[str], share: int, *, reached: bool
) -> None:
    found = designated_ownership("m", shares(*holdings), designated, HALF)
    assert (found.capital, found.votes, found.reached) == (share, share, reached)


def test_votes_alone_are_enough_and_are_counted_apart() -> None:
    found = designated_ownership("m", [Holding("p", "m", 100, 6000), Holding("q", "m", 4900, 0)], {"p", "q"}, HALF)
    assert (found.capital, found.votes, found.reached) == (5000, 6000, True)
    capital_here_votes_there = [Holding("p", "m", 4900, 0), Holding("q", "m", 0, 4900)]
    assert not designated_ownership("m", capital_here_votes_there, {"p", "q"}, HALF).reached


def test_those_who_count_are_named_once_and_others_are_not() -> None:
    holdings = [*shares(("p", "m", 10), ("q", "m", 10), ("r", "m", 80)), Holding("p", "m", 100, 0)]
    assert designated_ownership("m", holdings, {"p", "x"}, HALF).holders == ("p",)


def test_a_circle_of_holdings_comes_to_an_end() -> None:
    circle = shares(("h1", "h2", 100), ("h2", "h1", 60), ("p", "h1", 40), ("h1", "m", 100))
    found = designated_ownership("m", circle, {"p"}, HALF)
    assert found.reached  # all of h1 comes from p in the end: 40 % directly and 60 % through itself
    assert not designated_ownership("m", circle[:2] + circle[3:], {"p"}, HALF).reached


def test_a_company_that_is_listed_itself_is_not_called_owned() -> None:
    assert not designated_ownership("m", [], {"m"}, HALF).reached


NAMES = st.sampled_from(["m", "h1", "h2", "p", "q"])


@given(
    st.lists(st.builds(Holding, NAMES, NAMES, st.integers(0, WHOLE), st.integers(0, WHOLE)), max_size=8),
    st.sets(st.sampled_from(["p", "q", "h1"])),
    st.sampled_from(["p", "q", "h1"]),
)
def test_one_more_designated_holder_never_lowers_the_share(
    holdings: list[Holding], designated: set[str], another: str
) -> None:
    fewer = designated_ownership("m", holdings, designated, HALF)
    more = designated_ownership("m", holdings, {*designated, another}, HALF)
    assert more.capital >= fewer.capital
    assert more.votes >= fewer.votes
    assert more.reached >= fewer.reached
