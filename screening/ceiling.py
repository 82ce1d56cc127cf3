# SPDX-License-Identifier: Apache-2.0
"""What comparing the facts of two parties can give at most, for many entries at once."""

from typing import Final

import numpy as np

from screening.facts import Facts
from screening.layout import Array
from screening.models import Entry
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
_SEVERAL: Final = -1  # more nationalities than are kept: any


def facts_hope(query: Query) -> float:
    """Return the most points the facts of a query may get, numbers left aside."""
    if query.type != PERSON:
        return _COUNTRY if query.country or query.nationality else 0.0
    return (_ANY if query.birth_date else 0.0) + (_SAME if query.nationality else 0.0)


def facts_ceiling(query: Facts, told: Array, *, person: bool) -> Floats:
    """Return the most points the facts of entries may add to a query's, numbers left aside.

    `told` has a row for each entry, as `facts_told` makes it.
    """
    found = np.zeros(len(told), dtype=np.float32)
    if not person:
        found += _COUNTRY if query.countries else 0.0
        return found
    if query.nationalities:
        codes = np.asarray([_code(nation) for nation in query.nationalities], dtype=np.int16)
        same = np.isin(told[:, 2:], [*codes, _SEVERAL]).any(axis=1)
        found += np.where(same, _SAME, np.where(told[:, 2] == 0, 0.0, _OTHER_NATION))
    if query.births:
        gaps = [np.maximum(date.year - told[:, 1], told[:, 0] - (date.year_to or date.year)) for date in query.births]
        gap = np.minimum.reduce(gaps)
        points = np.where(gap <= 0, _ANY, np.where(gap <= _FAR_YEARS, _OTHER, _FAR))
        found += np.where(told[:, 0] > 0, points, 0.0)
    return found


def facts_told(entry: Entry) -> tuple[int, ...]:
    """Return the first and last year the person may be born in and two nationalities; zeros where nothing is told."""
    first = last = 0
    if entry.birth_dates:
        first = min(date.year for date in entry.birth_dates)
        last = max(date.year_to or date.year for date in entry.birth_dates)
    nations = [_code(nation) for nation in sorted(set(entry.nationalities))]
    if len(nations) > _NATIONS:
        nations = [_SEVERAL]
    return first, last, *nations, *[0] * (_NATIONS - len(nations))


def _code(nation: str) -> int:
    """Return a number for two letters."""
    return (ord(nation[0]) << 7 | ord(nation[1])) & 0x3FFF
