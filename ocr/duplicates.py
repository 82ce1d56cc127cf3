# SPDX-License-Identifier: Apache-2.0
"""Tells the same picture again: pages carry a perceptual hash that survives scaling, compression and a little light."""

from typing import Final

from ocr.parameters import PARAMETERS

_ALIKE: Final[int] = PARAMETERS["duplicates"]["alike_bits"]


def distance(one: str, other: str) -> int:
    """Return how many of the 64 bits of two hashes (16 hexadecimal digits each) differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def are_alike(one: str, other: str) -> bool:
    """Tell whether two hashes are of the same picture; an empty one (a page that was not hashed) is like no other."""
    return bool(one and other) and distance(one, other) <= _ALIKE
