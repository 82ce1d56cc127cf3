# SPDX-License-Identifier: Apache-2.0
"""Looks in the print around a machine-readable zone for what contradicts it.

Only what the engine is sure of and what can be nothing else counts: print on a patterned card is often misread or
missed, so that a value which is not found says nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from ocr.layout import Line, squeezed
from ocr.models import Field, Source
from ocr.parameters import PARAMETERS

_LIMITS = PARAMETERS["print"]
_DATE = re.compile(r"(?<!\d)(\d{2})[\s./-]{1,2}(\d{2})[\s./-]{1,2}((?:19|20)\d{2})(?!\d)")
_ALIKE = str.maketrans("oqdilzsgb", "000112568")  # letters and digits that engines take for each other
_NAMES = ("surname", "given_names")


def contradicted(fields: Mapping[str, Field], printed: Mapping[str, Field], lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the names of a zone's fields that the print contradicts; printed are those found by their labels."""
    words = [word for line in _outside_zone(lines) for word in line.words if word.confidence >= _LIMITS["word_sure"]]
    text = " ".join(word.text for word in words)
    tests = {
        "birth_date": _other_birth(fields, text),
        "document_number": _other_number(fields, [word.text for word in words]),
        **{name: _other_name(fields.get(name), printed.get(name)) for name in _NAMES},
    }
    return tuple(name for name, differs in tests.items() if differs)


def _outside_zone(lines: Sequence[Line]) -> Iterator[Line]:
    yield from (line for line in lines if "<" not in line.text)


def _other_birth(fields: Mapping[str, Field], text: str) -> bool:
    """Tell whether a date is printed that only a birth can have, and not the zone's."""
    birth, expiry = fields.get("birth_date"), fields.get("expiry_date")
    if birth is None or expiry is None or len(birth.value) != 10:
        return False
    shown = {f"{year}-{month}-{day}" for day, month, year in _DATE.findall(text) if _is_day(year, month, day)}
    # No document is valid for more than 15 years, so what lies further back is no issue.
    old = {each for each in shown if int(each[:4]) < int(expiry.value[:4]) - 15}
    return bool(old) and birth.value not in shown


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _other_number(fields: Mapping[str, Field], words: Sequence[str]) -> bool:
    """Tell whether something is printed that is nearly the number and nowhere the number itself."""
    field = fields.get("document_number")
    if field is None:
        return False
    number = _folded(field.value)
    seen = [_folded(word) for word in words]
    seen += [one + other for one, other in pairwise(seen)]
    same_length = {each for each in seen if len(each) == len(number)}
    near = {each for each in same_length if Levenshtein.distance(each, number) <= _LIMITS["number_differs"]}
    return bool(near) and number not in "".join(seen) and number not in near


def _folded(text: str) -> str:
    return squeezed(text).translate(_ALIKE)


def _other_name(zone: Field | None, printed: Field | None) -> bool:
    if zone is None or printed is None or printed.source is not Source.VISUAL_ZONE:
        return False
    if printed.confidence < _LIMITS["name_sure"]:
        return False
    one, other = squeezed(zone.value), squeezed(printed.value)
    shared = min(len(one), len(other))
    return shared > 2 and Levenshtein.normalized_similarity(one[:shared], other[:shared]) < _LIMITS["name_alike"]
