# SPDX-License-Identifier: Apache-2.0
"""Tables and pairs side by side in a register document, as lines of one label and its value each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ocr.layout import Line, Word, squeezed
from ocr.register_labels import KEYS
from ocr.register_lines import exact_keys, heading, labelled

_LEAST_COLUMNS = 3  # two labels side by side may be a label and a value of the same words
_APART = 1.2  # line heights between two cells
_ROOM = 0.7  # line heights that a cell may stand left of its label

Cells = list[tuple[Word, ...]]


def without_pairs(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines, one with several labels and their values side by side as several."""
    for line in lines:
        cells = _cells(line)
        starts = [0, *(index for index in range(1, len(cells)) if _is_label_beside(line.page, cells, index))]
        if len(starts) == 1 or labelled(Line(line.page, cells[0])) is None:
            yield line
            continue
        for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
            words = [word for cell in cells[start:end] for word in cell]
            yield _put_left(line.page, words) if start else Line(line.page, tuple(words))


def _is_label_beside(page: int, cells: Cells, index: int) -> bool:
    """Tell whether a cell is a label of its own and no value: by its colon, or as one that has a value beside it."""
    text = _text(cells[index])
    if next(exact_keys(text), None) is None:  # as of most values, which need not be compared with each label
        return False
    found = labelled(Line(page, cells[index]))
    if found is None or not text.startswith(found.key):
        return False
    return found.marked or (index > 1 and not found.value and index + 1 < len(cells))


def _put_left(page: int, words: Sequence[Word]) -> Line:
    """Return a line whose label stands left of all columns, where labels stand; its value stays where it is."""
    found = labelled(Line(page, tuple(words)))
    size = len(words) - len(found.value) if found else 0
    shift = words[size - 1].box[2] if size else 0.0
    return Line(page, (*(replace(word, box=_moved(word, shift)) for word in words[:size]), *words[size:]))


def without_tables(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines, each row of a table as many lines: the label above a cell and the words of the cell.

    A row without a first cell goes on with the one above.
    """
    labels: Cells = []
    row: list[list[Word]] = []
    page = 1
    for line in lines:
        head = _cells(line)
        is_head = len(head) >= _LEAST_COLUMNS and all(_text(cell) in KEYS for cell in head)
        ends = is_head or (bool(labels) and _ends(line, page))
        cells = [] if ends or not labels else list(_below(line, labels))
        if not cells or cells[0]:
            yield from _labelled_cells(page, labels, row)
            row = cells
        else:
            row = [[*above, *cell] for above, cell in zip(row, cells, strict=True)] or cells
        if ends:
            labels, page = (head if is_head else []), line.page
        if not labels:
            yield line
    yield from _labelled_cells(page, labels, row)


def _ends(line: Line, page: int) -> bool:
    """Tell whether a line below a table is no row of it: another page, a heading, a label with its value."""
    if line.page != page or heading(line) is not None:
        return True
    found = labelled(line)
    return found is not None and (found.marked or bool(found.value))


def _below(line: Line, labels: Cells) -> Iterator[list[Word]]:
    """Yield the words of a line below each label."""
    for index, label in enumerate(labels):
        start = label[0].box[0] - _ROOM * line.height if index else float("-inf")
        end = labels[index + 1][0].box[0] - _ROOM * line.height if index + 1 < len(labels) else float("inf")
        yield [word for word in line.words if start <= word.box[0] < end]


def _labelled_cells(page: int, labels: Cells, row: Sequence[Sequence[Word]]) -> Iterator[Line]:
    """Yield a line for each cell; the label is put left of all columns, where labels stand."""
    for label, cell in zip(labels, row, strict=False):
        if cell:
            moved = [replace(word, box=_moved(word, label[-1].box[2])) for word in label]  # as in _put_left
            yield Line(page, (*moved, Word(":", moved[-1].box, 1.0), *cell))


def _moved(word: Word, shift: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = word.box
    return (left - shift, top, right - shift, bottom)


def _cells(line: Line) -> Cells:
    """Return the words of a line divided at its wide gaps."""
    cells: list[list[Word]] = [[]]
    for word in line.words:
        if cells[-1] and word.box[0] - cells[-1][-1].box[2] > _APART * line.height:
            cells.append([])
        cells[-1].append(word)
    return [tuple(cell) for cell in cells]


def _text(words: Sequence[Word]) -> str:
    return squeezed("".join(word.text for word in words))
