# SPDX-License-Identifier: Apache-2.0
"""Legal forms inside organisation names, from the shipped table."""

import tomllib
from collections.abc import Sequence
from typing import Final

from screening.parameters import data_text

_TABLE: Final = tomllib.loads(data_text("legal_forms.toml"))
_GENERIC: Final[dict[str, str]] = {code: group for group, codes in _TABLE["generic"].items() for code in codes}
_ANY: Final = frozenset(_TABLE["any"])
_SPELLINGS: Final[dict[tuple[str, ...], str]] = {
    tuple(spelling.split()): code for code, spellings in _TABLE["forms"].items() for spelling in spellings
}
_LONGEST: Final = max(map(len, _SPELLINGS))
# "AS", "CO", "SE", "AO" are words elsewhere: they count at the end or the start only.
_EDGE_LENGTH: Final = 2


def split_forms(tokens: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the tokens without legal forms, and the codes of the forms found.

    A name that is nothing but a legal form keeps its tokens.
    """
    rest: list[str] = []
    found: set[str] = set()
    position = 0
    while position < len(tokens):
        size, code = _match(tokens, position)
        if code is None:
            rest.append(tokens[position])
            position += 1
            continue
        found.add(code)
        position += size
    if not rest:
        return tuple(tokens), frozenset()
    return tuple(rest), frozenset(found)


def _match(tokens: Sequence[str], position: int) -> tuple[int, str | None]:
    for size in range(min(_LONGEST, len(tokens) - position), 0, -1):
        words = tuple(tokens[position : position + size])
        code = _SPELLINGS.get(words)
        if code is None:
            continue
        at_edge = position == 0 or position + size == len(tokens)
        if size > 1 or len(words[0]) > _EDGE_LENGTH or at_edge:
            return size, code
    return 1, None


def agree(first: frozenset[str], second: frozenset[str]) -> bool | None:
    """Return whether two sets of forms can be one company's; None where one side tells none.

    "Company" or "Corporation" is said of any form and tells none.
    """
    if not first or not second:
        return None
    mine, theirs = ({_GENERIC.get(code, code) for code in codes.difference(_ANY)} for codes in (first, second))
    if not mine or not theirs:
        return None
    return not first.isdisjoint(second) or not mine.isdisjoint(theirs)
