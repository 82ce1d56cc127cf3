# SPDX-License-Identifier: Apache-2.0
"""Lines of words as one running text, in which what a pattern finds is given back with its place."""

import re
from collections.abc import Iterable, Mapping

from ocr.layout import Line, Word, union
from ocr.models import Field, Source


class Running:
    """Words of lines joined by spaces, lines by line breaks; every character knows its word."""

    def __init__(self, lines: Iterable[Line], sources: Mapping[int, Source]) -> None:
        self._sources = sources
        self._places: list[tuple[int, int, int, Word]] = []
        pieces: list[str] = []
        size = 0
        for line in lines:
            for index, word in enumerate(line.words):
                self._places.append((size, size + len(word.text), line.page, word))
                pieces += [word.text, "\n" if index == len(line.words) - 1 else " "]
                size += len(word.text) + 1
        self.text = "".join(pieces)

    def search(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the first match of a pattern."""
        return pattern.search(self.text)

    def field(self, value: str, start: int, end: int) -> Field:
        """Return a field from the characters start to end, in the place of their words on the first page."""
        words = [(page, word) for left, right, page, word in self._places if left < end and right > start]
        page = words[0][0] if words else 1
        box = union(word.box for each, word in words if each == page)
        sure = min((word.confidence for _, word in words), default=0.0)
        raw = " ".join(self.text[start:end].split())
        return Field(value, raw, sure, page, box, self._sources.get(page, Source.OCR))
