# SPDX-License-Identifier: Apache-2.0
"""Lines of a register document for tests, from rows of two columns or from a drawn PDF."""

from collections.abc import Sequence

from ocr import Source, register_extract
from ocr.child.decode import opened
from ocr.layout import Line, Word, lines_of
from ocr.models import DEFAULT_LIMITS, Media

PITCH, HEIGHT, STEP = 5.0, 9.0, 12.0
LABELS, VALUES = 40.0, 300.0


def words_at(left: float, top: float, text: str, confidence: float = 0.95) -> list[Word]:
    """Return the words of a text as if printed in one line from a place on."""
    found = []
    for word in text.split():
        right = left + PITCH * len(word)
        found.append(Word(word, (left, top, right, top + HEIGHT), confidence))
        left = right + PITCH
    return found


def page(rows: Sequence[tuple[str, str]], number: int = 1) -> list[Line]:
    """Return the lines of a page of labels and values in two columns."""
    words = []
    for index, (label, value) in enumerate(rows):
        top = 50 + STEP * index
        words += words_at(LABELS, top, label) + words_at(VALUES, top, value)
    return lines_of(number, words)


def running(texts: Sequence[str], number: int = 1) -> list[Line]:
    """Return the lines of a page without columns."""
    return page([(text, "") for text in texts], number)


def lines_in(pdf: bytes) -> list[Line]:
    """Return the lines of the text layer of a PDF."""
    with opened(pdf, Media.PDF, DEFAULT_LIMITS) as decoded:
        return [line for sheet in decoded.sheets for line in lines_of(sheet.number, sheet.words)]


def values(lines: Sequence[Line], source: Source = Source.TEXT_LAYER) -> dict[str, str]:
    """Return the values that are read from lines."""
    return {name: field.value for name, field in register_extract.extract(lines, source).fields.items()}
