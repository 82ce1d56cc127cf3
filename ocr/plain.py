# SPDX-License-Identifier: Apache-2.0
"""Narrowing of plain JSON values: a reply of the child or a stored row is checked before use."""

from collections.abc import Mapping
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class MalformedValueError(ValueError):
    """A plain value does not have the promised shape."""


def text(value: object) -> str:
    """Return value if it is a string, else raise MalformedValueError."""
    if not isinstance(value, str):
        raise MalformedValueError("a string is expected")
    return value


def flag(value: object) -> bool:
    """Return value if it is a boolean, else raise MalformedValueError."""
    if not isinstance(value, bool):
        raise MalformedValueError("a boolean is expected")
    return value


def integer(value: object) -> int:
    """Return value if it is an integer (a boolean is none), else raise MalformedValueError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedValueError("an integer is expected")
    return value


def number(value: object) -> float:
    """Return value as float if it is a finite number, else raise MalformedValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedValueError("a number is expected")
    if not abs(value) < float("inf"):
        raise MalformedValueError("a finite number is expected")
    return float(value)


def items(value: object) -> list[object]:
    """Return value as a list, else raise MalformedValueError."""
    if not isinstance(value, list):
        raise MalformedValueError("a list is expected")
    return value


def mapping(value: object) -> dict[str, object]:
    """Return value as a dictionary with string keys, else raise MalformedValueError."""
    if not isinstance(value, Mapping):
        raise MalformedValueError("an object is expected")
    return {text(key): entry for key, entry in value.items()}


def member(row: Mapping[str, object], name: str) -> object:
    """Return row[name], raising MalformedValueError when it is missing."""
    if name not in row:
        raise MalformedValueError(f"the member {name} is missing")
    return row[name]
