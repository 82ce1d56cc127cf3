# SPDX-License-Identifier: Apache-2.0
"""Rows of CSV publications as dictionaries, strict about their header."""

import csv
import io
from collections.abc import Iterator

from screening.models import UnrecognisedList


def rows(text: str, delimiter: str = ",", *, strict: bool = True) -> Iterator[list[str]]:
    """Yield the rows of a CSV text.

    Raises UnrecognisedList for broken quoting; where it is not strict, only for a quotation mark that swallows the
    lines behind it.
    """
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter, strict=strict)
    try:
        for row in reader:
            if not strict and any("\n" in cell for cell in row):
                raise UnrecognisedList("broken CSV: a quotation mark left open")
            yield row
    except csv.Error as error:
        raise UnrecognisedList(f"broken CSV: {error}") from error


def dictionaries(table: Iterator[list[str]], header: list[str], *, strict: bool = True) -> Iterator[dict[str, str]]:
    """Yield the rows under a header as dictionaries of stripped texts; empty rows are left out.

    Raises UnrecognisedList for a column that stands twice, for a row with too few columns (that is how a cut-off file
    ends) and, where strict, for one with too many (its values would stand under the wrong names).
    """
    names = [name.strip() for name in header]
    if len(set(filter(None, names))) < len(list(filter(None, names))):
        raise UnrecognisedList("a column stands twice in the header")
    for row in table:
        if not any(row):
            continue
        if len(row) < len(names):
            raise UnrecognisedList("a row with too few columns: the file is cut off")
        if strict and any(row[len(names) :]):
            raise UnrecognisedList("a row with too many columns")
        yield {name: value.strip() for name, value in zip(names, row, strict=False)}
