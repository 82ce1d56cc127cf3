# SPDX-License-Identifier: Apache-2.0
"""Whether designated persons own a company: their shares summed, directly and through others (R-36).

Source: Council of the EU, Best Practices for restrictive measures, update of 3 July 2024: an entity that designated
persons own by 50 per cent or more, in the aggregate, is treated as designated itself. AMLR article 20(1)(d) says more
than 50 per cent; the stricter reading is the policy's threshold.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from kyc.domain.party import WHOLE

_Part = tuple[Fraction, Fraction]
_NOTHING: _Part = (Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class Holding:
    """What one holder has of one entity, in basis points of capital and of votes; holders may be entities too."""

    holder: str
    held: str
    capital: int
    votes: int


@dataclass(frozen=True, slots=True)
class DesignatedOwnership:
    """How much of an entity counts as designated persons', in basis points, and through whom.

    `reached` where capital or votes come to the threshold: the entity is then treated as designated.
    """

    capital: int
    votes: int
    holders: tuple[str, ...]
    reached: bool


def designated_ownership(
    entity: str, holdings: Iterable[Holding], designated: AbstractSet[str], threshold: int
) -> DesignatedOwnership:
    """Sum what designated holders have of `entity`; `threshold` in basis points, itself included.

    An intermediate holder that comes to the threshold counts whole, another one by the part of it that is designated
    persons'. Circles of holdings end: parts only grow from round to round, and there are as many rounds as entities.
    """
    known = tuple(holdings)
    entities = {each.held for each in known}
    treated, parts = set(designated), dict.fromkeys(entities, _NOTHING)
    for _ in range(len(entities) + 1):
        parts = {each: _part(each, known, treated, parts) for each in entities}
        treated |= {each for each, part in parts.items() if max(part) * WHOLE >= threshold}
    capital, votes = parts.get(entity, _NOTHING)
    holders = (each.holder for each in known if each.held == entity and _counts(each, treated, parts))
    return DesignatedOwnership(
        int(capital * WHOLE), int(votes * WHOLE), tuple(dict.fromkeys(holders)), entity in treated - designated
    )


def _part(entity: str, known: tuple[Holding, ...], treated: AbstractSet[str], parts: Mapping[str, _Part]) -> _Part:
    """The parts of capital and of votes that are designated persons', given those of the holders so far."""
    capital = votes = Fraction(0)
    for each in known:
        if each.held == entity:
            of_capital, of_votes = _weight(each.holder, treated, parts)
            capital += Fraction(each.capital, WHOLE) * of_capital
            votes += Fraction(each.votes, WHOLE) * of_votes
    return capital, votes


def _weight(holder: str, treated: AbstractSet[str], parts: Mapping[str, _Part]) -> _Part:
    return (Fraction(1), Fraction(1)) if holder in treated else parts.get(holder, _NOTHING)


def _counts(each: Holding, treated: AbstractSet[str], parts: Mapping[str, _Part]) -> bool:
    of_capital, of_votes = _weight(each.holder, treated, parts)
    return bool(each.capital * of_capital or each.votes * of_votes)
