# SPDX-License-Identifier: Apache-2.0
"""What comparing the facts of two parties can give at most, for many entries at once."""

from typing import Final

import numpy as np

from screening.facts import Facts
from screening.layout import Array
from screening.parameters import PARAMETERS
from screening.vocabulary import Floats

_RULES: Final = PARAMETERS["facts"]
_BIRTH: Final = {key: float(value) for key, value in _RULES.items() if key.startswith("birth_")}
_ANY: Final = max(_BIRTH.values())
_OTHER: Final = max(_BIRTH[key] for key in ("birth_near", "birth_other_day", "birth_other_year"))
_FAR: Final = _BIRTH["birth_far"]
_FAR_YEARS: Final = 10


def facts_ceiling(query: Facts, born: Array, *, person: bool) -> Floats:
    """Return the most points the facts of entries may add to a query's, numbers left aside.

    `born` has a row for each entry: the first and the last year it may be born in, or zeros.
    """
    if not person:
        return np.full(len(born), float(_RULES["country_same"]) if query.countries else 0.0, dtype=np.float32)
    found = np.full(len(born), float(_RULES["nationality_same"]) if query.nationalities else 0.0, dtype=np.float32)
    if query.births:
        gaps = [np.maximum(date.year - born[:, 1], born[:, 0] - (date.year_to or date.year)) for date in query.births]
        gap = np.minimum.reduce(gaps)
        points = np.where(gap <= 0, _ANY, np.where(gap <= _FAR_YEARS, _OTHER, _FAR))
        found += np.where(born[:, 0] > 0, points, 0.0).astype(np.float32)
    return found
