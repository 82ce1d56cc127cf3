# SPDX-License-Identifier: Apache-2.0
"""Identifiers: a prefix that says what it names, and a ULID, so that they sort by age and cannot be guessed."""

from ulid import ULID


def new_id(prefix: str) -> str:
    """For example `ma_01JD…` for a merchant account; 80 random bits."""
    return f"{prefix}_{ULID()}"
