# SPDX-License-Identifier: Apache-2.0
"""What comparing the facts of two parties can give at most, for many entries at once."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from screening.layout import Array
from screening.models import PartialDate
from screening.names import PERSON
from screening.parameters import PARAMETERS
from screening.results import Query
from screening.vocabulary import Floats

_RULES: Final = PARAMETERS["facts"]
_BIRTH: Final = {key: float(value) for key, value in _RULES.items() if key.startswith("birth_")}
_ANY: Final = max(_BIRTH.values())
_OTHER: Final = max(_BIRTH[key] for key in ("birth_near", "birth_other_day", "birth_other_year"))
_FAR: Final = _BIRTH["birth_far"]
_FAR_YEARS: Final = 10
_SAME: Final = float(_RULES["nationality_same"])
_OTHER_NATION: Final = float(_RULES["nationality_other"])
_COUNTRY: Final = float(_RULES["country_same"])
_NATIONS: Final = 2
FACTS_TOLD: Final = 2 + _NATIONS
_SEVERAL: Final = -1  # more nationalities than are kept: any


def facts_hope(query: Query) -> float:
    """Return the most points the facts of a query may get, numbers left aside."""
    if query.type != PERSON:
        return _COUNTRY if query.country or query.nationality else 0.0
    return (_ANY if query.birth_date else 0.0) + (_SAME if query.nationality else 0.0)


def facts_ceiling(asked: Array, told: Array, *, person: bool) -> Floats:
    """Return the most points the facts of parties and entries may get, numbers left aside.

    Both have in the last axis what `facts_told` tells; the other axes are broadcast.
    """
    if not person:
        found: Floats = np.where(asked[..., 2] != 0, _COUNTRY, 0.0).astype(np.float32) + np.zeros_like(told[..., 0])
        return found.astype(np.float32)
    mine, theirs = asked[..., 2:], told[..., 2:]
    same = np.any(mine[..., :, None] * (mine[..., :, None] == theirs[..., None, :]), axis=(-2, -1))
    same |= (mine[..., 0] == _SEVERAL) | (theirs[..., 0] == _SEVERAL)
    both = (mine[..., 0] != 0) & (theirs[..., 0] != 0)
    points = np.where(both, np.where(same, _SAME, _OTHER_NATION), 0.0)
    gap = np.maximum(asked[..., 0] - told[..., 1], told[..., 0] - asked[..., 1])
    born = np.where(gap <= 0, _ANY, np.where(gap <= _FAR_YEARS, _OTHER, _FAR))
    points += np.where((asked[..., 0] > 0) & (told[..., 0] > 0), born, 0.0)
    return points.astype(np.float32)


def facts_told(births: Iterable[PartialDate], nations: Iterable[str]) -> tuple[int, ...]:
    """Return the first and last year of birth and two nationalities (or countries); zeros where nothing is told."""
    years = [(date.year, date.year_to or date.year) for date in births]
    first, last = (min(low for low, _ in years), max(high for _, high in years)) if years else (0, 0)
    codes = [_code(nation) for nation in sorted(set(nations))]
    if len(codes) > _NATIONS:
        codes = [_SEVERAL]
    return first, last, *codes, *[0] * (_NATIONS - len(codes))


def _code(nation: str) -> int:
    """Return a number for two letters."""
    return (ord(nation[0]) << 7 | ord(nation[1])) & 0x3FFF
