# SPDX-License-Identifier: Apache-2.0
"""Rows of CSV publications as dictionaries, strict about their header."""

import csv
import io
from collections.abc import Iterator

from screening.models import UnrecognisedList


def rows(text: str, delimiter: str = ",", *, strict: bool = True) -> Iterator[list[str]]:
    """Yield the rows of a CSV text; raises UnrecognisedList where strict quoting is broken."""
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter, strict=strict)
    try:
        yield from reader
    except csv.Error as error:
        raise UnrecognisedList(f"broken CSV: {error}") from error


def dictionaries(table: Iterator[list[str]], header: list[str]) -> Iterator[dict[str, str]]:
    """Yield the rows under a header as dictionaries of stripped texts; empty rows are left out.

    Raises UnrecognisedList for a row with too few columns: that is how a cut-off file ends.
    """
    names = [name.strip() for name in header]
    for row in table:
        if not any(row):
            continue
        if len(row) < len(names):
            raise UnrecognisedList("a row with too few columns: the file is cut off")
        yield {name: value.strip() for name, value in zip(names, row, strict=False)}
