# SPDX-License-Identifier: Apache-2.0
"""Lines of a register document as labels and values: where a label ends, and in which column values begin."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from ocr.layout import Line, Word, split_after, squeezed
from ocr.register_labels import BY_INITIAL, HEADINGS, KEYS, Section

_LETTERS_A_SLIP = 8  # of a label; shorter ones must be printed exactly so
_SURE = 12  # letters of a label that ends where it ends, even within a word
_SLIP_COSTS = 4  # letters that a longer label must match more for each slip
_FOOT = 0.94  # of the lowest print of all pages; running feet stand below
_LEAST_LABELS = 3  # with a value beside them, before their values make a column
_COLUMN_SHARE = 0.3
_APART = 1.2  # line heights between a label and a value in a column of its own
_SAME_EDGE = 0.7  # line heights
_WRAPPED = 8  # letters of a label before its line is broken
_WIDEST_SPACE = 2.5  # line heights between the words of a label
_RULES = frozenset("|_~¦")  # lines of a table that OCR takes for characters


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line that starts with a label: its squeezed key and the words of the value beside it.

    marked tells whether a colon or a break within a word stands between; gap is the room between them.
    """

    key: str
    value: tuple[Word, ...]
    marked: bool
    gap: float


def labelled(line: Line) -> Labelled | None:
    """Return the longest label that a line starts with and the value behind it, else the nearest one."""
    text = squeezed(line.text)
    exact = next((found for key in exact_keys(text) if (found := _cut(line, key))), None)
    if exact is not None and (exact.marked or not exact.value or exact.gap > _APART * line.height):
        return exact
    return _nearest(line, text, len(exact.key) if exact else 0) or exact


def exact_keys(text: str) -> Iterator[str]:
    """Yield the labels that a squeezed text starts with, printed exactly so, the longest first."""
    return (key for key in BY_INITIAL.get(text[:1], ()) if text.startswith(key))


def _nearest(line: Line, text: str, least: int) -> Labelled | None:
    """Return the label that a line starts with, misread in one letter of eight: the longest with the fewest slips.

    It must be worth more than least, the letters of a label that is printed there exactly.
    """
    best: tuple[int, str, int] | None = None
    for key in _likely(text[:2]):
        allowed = (len(key) - (best[0] if best else least) - 1) // _SLIP_COSTS
        allowed = min(allowed, len(key) // _LETTERS_A_SLIP)
        if allowed <= 0:  # nor may a shorter one have a slip
            break
        for size in (len(key), len(key) - 1, len(key) + 1) if len(text) >= len(key) - allowed else ():
            distance = Levenshtein.distance(text[:size], key, score_cutoff=allowed)
            worth = len(key) - _SLIP_COSTS * distance
            if 0 < distance <= allowed and worth > (best[0] if best else least):
                best = (worth, key, size)
    if best is None:
        return None
    _, key, size = best
    label, value = split_after(line, size)
    return _divided(key, label, value) if _is_whole(label, line.height) else None


@lru_cache(maxsize=1024)
def _likely(start: str) -> tuple[str, ...]:
    """Return the labels that have one of the first two letters of a line in its place, the longest first."""
    return tuple(key for key in KEYS if start[:1] == key[0] or start[1:] == key[1])


def _near(text: str, known: str) -> bool:
    allowed = len(known) // _LETTERS_A_SLIP
    if abs(len(text) - len(known)) > allowed:
        return False
    return Levenshtein.distance(text, known, score_cutoff=allowed) <= allowed


def _cut(line: Line, key: str) -> Labelled | None:
    """Cut a line behind a label; None where the label ends within a word ("Nom" in "Nomade")."""
    label, value = split_after(line, len(key), tolerance=0)
    cut = bool(value) and value[0].box[0] == label[-1].box[2] and value[0].text[:1].isalnum()
    if (cut and len(key) < _SURE and not _may_be_glued(label[-1].text, value[0].text)) or not _is_whole(
        label, line.height
    ):
        return None
    return _divided(key, label, value, cut=cut)


def _divided(key: str, label: Sequence[Word], value: Sequence[Word], *, cut: bool = False) -> Labelled:
    colon = bool(label and ":" in label[-1].text[-2:]) or bool(value and value[0].text.startswith(":"))
    words = _value(value)
    gap = words[0].box[0] - label[-1].box[2] if words and label else 0.0
    return Labelled(key, words, colon or cut, gap)


def _is_whole(label: Sequence[Word], height: float) -> bool:
    """Tell whether the words of a label stand together: "Capital social" with "variable" far beside is no label."""
    return all(following.box[0] - word.box[2] < _WIDEST_SPACE * height for word, following in pairwise(label))


def _may_be_glued(before: str, after: str) -> bool:
    """Tell whether two halves of a word are a label and a value that a producer glued together."""
    return after[0].isdigit() or (after[0].isupper() and not before[-1:].isupper())


def _value(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words of a value without the colon before it and the rules around it."""
    kept = [word for word in words if word.text.strip("".join(_RULES))]
    while kept and not squeezed(kept[0].text) and "€" not in kept[0].text:
        kept.pop(0)
    if kept and kept[0].text.startswith(":"):
        kept[0] = replace(kept[0], text=kept[0].text.lstrip(":"))
    return tuple(kept)


def heading(line: Line) -> Section | None:
    """Return the section that a line is the heading of; a count behind it ("Établissements (2)") is no part."""
    return _section(squeezed(line.text).rstrip("0123456789"))


@lru_cache(maxsize=1024)  # a line is asked about at every step
def _section(text: str) -> Section | None:
    return next((section for known, section in HEADINGS.items() if _near(text, known)), None)


def columns(lines: Sequence[Line]) -> Mapping[int, float]:
    """Return for each page the left edge of its column of values: {} where values follow their labels.

    A page with too few labels to tell has that of the first page that can.
    """
    starts: dict[int, list[tuple[float, str]]] = {}
    height: dict[int, float] = {}
    for line in lines:
        key = next(exact_keys(squeezed(line.text)), None)
        found = _cut(line, key) if key else None
        if found is not None and found.gap > _APART * line.height:
            starts.setdefault(line.page, []).append((found.value[0].box[0], found.key))
            height[line.page] = line.height
    own = {page: _commonest(places, height[page]) for page, places in starts.items()}
    known = {page: edge for page, edge in own.items() if edge is not None}
    first = next(iter(known.values()), None)
    return {} if first is None else {page: known.get(page, first) for page in {line.page for line in lines}}


def _commonest(places: Sequence[tuple[float, str]], height: float) -> float | None:
    """Return the leftmost edge at which the values of many different labels start, None where there is none."""
    enough = max(_LEAST_LABELS, _COLUMN_SHARE * len({key for _, key in places}))
    shared = (
        edge
        for edge, _ in places
        if len({key for other, key in places if abs(edge - other) < _SAME_EDGE * height}) >= enough
    )
    return min(shared, default=None)


def without_running_print(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines without the head of page one on later pages, and without a foot on all of them."""
    if not lines:
        return
    first, bottom = lines[0].page, max(line.words[0].box[3] for line in lines)
    head = _head(lines, first)
    feet = Counter({(squeezed(line.text), line.page) for line in lines if _at_foot(line, bottom)})
    repeated = Counter(text for text, _ in feet)
    for line in lines:
        text = squeezed(line.text)
        in_head = line.page != first and any(_near(text, known) for known in head)
        if not in_head and not (_at_foot(line, bottom) and repeated[text] > 1):
            yield line


def _head(lines: Sequence[Line], first: int) -> set[str]:
    """Return the squeezed lines of the first page above its first heading or label."""
    head = set[str]()
    for line in lines:
        if line.page != first or heading(line) is not None or labelled(line) is not None:
            break
        head.add(squeezed(line.text))
    return head


def _at_foot(line: Line, bottom: float) -> bool:
    return line.words[0].box[1] > _FOOT * bottom


def with_whole_labels(lines: Sequence[Line], edges: Mapping[int, float]) -> Iterator[Line]:
    """Yield lines, a label that was broken in two put together before the value that stands beside it."""
    waiting: Line | None = None
    for line in lines:
        if waiting is not None:
            joined = _joined(waiting, line, edges)
            if joined is not None:
                yield joined
                waiting = None
                continue
            yield waiting
        waiting = line
    if waiting is not None:
        yield waiting


def _joined(upper: Line, lower: Line, edges: Mapping[int, float]) -> Line | None:
    edge = edges.get(upper.page)
    if edge is None or upper.page != lower.page:
        return None
    label, value = _halves(upper, edge)
    start = _text(label)
    if len(start) < _WRAPPED:
        return None
    rest, more = _halves(lower, edge)
    end = _text(rest)
    if not end or start + end not in KEYS:
        return None
    return Line(upper.page, (*label, *rest, *value, *more))


def _halves(line: Line, edge: float) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    left = tuple(word for word in line.words if word.box[0] < edge - _SAME_EDGE * line.height)
    return left, line.words[len(left) :]


def _text(words: Sequence[Word]) -> str:
    return squeezed("".join(word.text for word in words))
