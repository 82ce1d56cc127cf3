# SPDX-License-Identifier: Apache-2.0
"""Words with their boxes, gathered into lines; pure geometry, whatever engine read the words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from statistics import median

from ocr.models import Box

_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read: its box in the units of the page, confidence 0..1."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True)
class Line:
    """Words side by side on one page, left to right."""

    page: int
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """Return the words joined by single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        """Return the left edge of the first word."""
        return self.words[0].box[0]

    @cached_property
    def height(self) -> float:
        """Return the median height of the words."""
        return median(word.box[3] - word.box[1] for word in self.words)


@lru_cache(maxsize=4096)  # a line is looked at from many sides
def squeezed(text: str) -> str:
    """Return the letters and digits of a text in lower case without diacritics."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def union(boxes: Iterable[Box]) -> Box | None:
    """Return the smallest box around boxes, None around nothing."""
    sides = list(zip(*boxes, strict=True))
    if not sides:
        return None
    return (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))


def outside(lines: Iterable[Line], boxes: Sequence[Box]) -> Iterator[Line]:
    """Yield lines without the words whose middle lies in one of some boxes of their page."""
    for line in lines:
        words = tuple(word for word in line.words if not any(_is_in(word, box) for box in boxes))
        if words:
            yield line if len(words) == len(line.words) else Line(line.page, words)


def _is_in(word: Word, box: Box) -> bool:
    left, top, right, bottom = word.box
    return box[0] <= (left + right) / 2 <= box[2] and box[1] <= (top + bottom) / 2 <= box[3]


def lines_of(page: int, words: Sequence[Word]) -> list[Line]:
    """Gather words that share a height on a page into lines, top down."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.box[1] + word.box[3]) / 2):
        row = next((row for row in reversed(rows[-4:]) if _same_row(row[-1], word)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    return [Line(page, tuple(sorted(row, key=lambda word: word.box[0]))) for row in rows]


def _same_row(one: Word, other: Word) -> bool:
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return shared > 0.5 * min(one.box[3] - one.box[1], other.box[3] - other.box[1])


def split_after(line: Line, count: int, tolerance: int = 2) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Divide a line after its first count letters and digits, cutting a word where it must.

    Some producers glue a value to its label; a boundary within so many characters of a gap is the gap.
    """
    passed = 0
    for index, word in enumerate(line.words):
        size = len(squeezed(word.text))
        if passed + size >= count:
            spare = passed + size - count
            if spare <= tolerance and spare < size:
                return line.words[: index + 1], line.words[index + 1 :]
            if count - passed <= tolerance:
                return line.words[:index], line.words[index:]
            head, tail = _cut_word(word, count - passed)
            return (*line.words[:index], head), (tail, *line.words[index + 1 :])
        passed += size
    return line.words, ()


def _cut_word(word: Word, count: int) -> tuple[Word, Word]:
    """Cut a word after so many letters and digits, sharing its box by the number of characters."""
    place, seen = 0, 0
    while place < len(word.text) and seen < count:
        seen += len(squeezed(word.text[place]))
        place += 1
    while place < len(word.text) and word.text[place] in ").:":
        place += 1
    left, top, right, bottom = word.box
    middle = left + (right - left) * place / max(1, len(word.text))
    head = replace(word, text=word.text[:place], box=(left, top, middle, bottom))
    return head, replace(word, text=word.text[place:], box=(middle, top, right, bottom))
