# SPDX-License-Identifier: Apache-2.0
"""Which word of one name stands for which of the other, and what is left over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final, NamedTuple

from screening.parameters import PARAMETERS
from screening.similarity import JOINED_LETTERS, Together, joined, made_of

_MINIMUM: Final = float(PARAMETERS["token"]["minimum"])
_DOUBTFUL: Final = float(PARAMETERS["token"]["doubtful"])
_JOINED_MINIMUM: Final = float(PARAMETERS["token"]["joined_minimum"])
APART_LETTERS: Final = int(PARAMETERS["token"]["joined_apart"])
_ACRONYM: Final = float(PARAMETERS["token"]["acronym"])
_ACRONYM_LETTERS: Final = (3, 6)
_SAID: Final = 0.1  # "of" and "the" have no letter in an acronym


@dataclass(frozen=True, slots=True)
class Weighted:
    """The tokens of a name and how much each of them says."""

    tokens: tuple[str, ...]
    weights: tuple[float, ...]


class Pair(NamedTuple):
    """Positions of the words that stand for each other, their likeness and their weight."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    likeness: float
    weight: float


class Alignment(NamedTuple):
    """The pairs, and the positions without a counterpart on either side.

    `doubtful` are pairs among the words left over: too different to be one word, too alike to be
    sure that they are two.
    """

    pairs: tuple[Pair, ...]
    left_first: tuple[int, ...]
    left_second: tuple[int, ...]
    doubtful: tuple[Pair, ...] = ()


def align(
    first: Weighted, second: Weighted, likeness: Sequence[Sequence[float]], together: Together = joined
) -> Alignment:
    """Pair the words of two names, the most alike first; `likeness` has a row for each first word.

    `together` tells the likeness of two words of which one was written in pieces.
    """
    found = _above(_MINIMUM, first, second, likeness, range(len(first.tokens)), range(len(second.tokens)))
    free_first = set(range(len(first.tokens)))
    free_second = set(range(len(second.tokens)))
    # Words written together are looked for before doubtful pairs: PAVELVLADIMIROVICH is both
    # PAVEL VLADIMIROVICH and rather like VLADIMIROVICH alone.
    sure = [item for item in found if item[1] >= _JOINED_MINIMUM]
    pairs = _greedy(first, second, sure, free_first, free_second)
    if len(free_first) > 1 or len(free_second) > 1:
        pairs += _joins(first, second, free_first, free_second, together)
    pairs += _greedy(first, second, found[len(sure) :], free_first, free_second)
    left_first, left_second = tuple(sorted(free_first)), tuple(sorted(free_second))
    doubtful: list[Pair] = []
    if left_first and left_second:
        below = _above(_DOUBTFUL, first, second, likeness, free_first, free_second)
        doubtful = _greedy(first, second, below, free_first, free_second)
    return Alignment(tuple(pairs), left_first, left_second, tuple(doubtful))


def with_acronym(first: Weighted, second: Weighted, found: Alignment) -> Alignment:
    """Pair a short word left over with the run of words left over whose first letters it is."""
    for position in found.left_first:
        if run := _spelled_out(first.tokens[position], second, found.left_second):
            return _paired(found, Pair((position,), run, _ACRONYM, first.weights[position]))
    for position in found.left_second:
        if run := _spelled_out(second.tokens[position], first, found.left_first):
            return _paired(found, Pair(run, (position,), _ACRONYM, second.weights[position]))
    return found


def _spelled_out(word: str, other: Weighted, free: Sequence[int]) -> tuple[int, ...] | None:
    """Return the neighbouring words left over that a word of three to six letters stands for."""
    if not _ACRONYM_LETTERS[0] <= len(word) <= _ACRONYM_LETTERS[1]:
        return None
    said = [position for position in free if other.weights[position] >= _SAID]
    for start in range(len(said) - len(word) + 1):
        run = said[start : start + len(word)]
        if "".join(other.tokens[position][0] for position in run) == word:
            return tuple(run)
    return None


def _paired(found: Alignment, pair: Pair) -> Alignment:
    return Alignment(
        (*found.pairs, pair),
        tuple(position for position in found.left_first if position not in pair.first),
        tuple(position for position in found.left_second if position not in pair.second),
        tuple(p for p in found.doubtful if p.first[0] not in pair.first and p.second[0] not in pair.second),
    )


def _above(
    minimum: float,
    first: Weighted,
    second: Weighted,
    likeness: Sequence[Sequence[float]],
    rows: Collection[int],
    columns: Collection[int],
) -> list[tuple[float, float, int, int]]:
    """Return (weighted likeness, likeness, row, column) of what is alike enough, best first."""
    found = [
        (value * min(first.weights[row], second.weights[column]), value, row, column)
        for row in rows
        for column in columns
        if (value := likeness[row][column]) >= minimum
    ]
    found.sort(key=lambda item: (-item[1], -item[0], abs(item[2] - item[3])))
    return found


def _greedy(
    first: Weighted,
    second: Weighted,
    found: Sequence[tuple[float, float, int, int]],
    free_first: set[int],
    free_second: set[int],
) -> list[Pair]:
    pairs: list[Pair] = []
    for _, value, row, column in found:
        if row in free_first and column in free_second:
            free_first.discard(row)
            free_second.discard(column)
            weight = min(first.weights[row], second.weights[column])
            pairs.append(Pair((row,), (column,), value, weight))
    return pairs


def _joins(
    first: Weighted, second: Weighted, free_first: set[int], free_second: set[int], together: Together
) -> list[Pair]:
    """Pair words left over with those they are written together of, neighbours before others."""
    pairs: list[Pair] = []
    if _longest_whole(second, free_second, first, free_first):
        mine = _made_up(first, _runs(free_first), free_first, second, free_second, together)
        pairs += [Pair(run, (word,), value, weight) for run, word, value, weight in mine]
    if longest := _longest_whole(first, free_first, second, free_second):
        runs = _runs(free_second)
        if longest >= APART_LETTERS:
            runs += _apart(free_second)
        theirs = _made_up(second, runs, free_second, first, free_first, together)
        pairs += [Pair((word,), run, value, weight) for run, word, value, weight in theirs]
    return pairs


def _longest_whole(words: Weighted, free: set[int], pieces: Weighted, free_pieces: set[int]) -> int:
    """Return how many letters the longest word left over has; 0 where two pieces have too many for any."""
    if not free or len(free_pieces) < 2:
        return 0
    longest = max([len(words.tokens[position]) for position in free])
    shortest = sorted([len(pieces.tokens[position]) for position in free_pieces])
    return longest if shortest[0] + shortest[1] <= longest + JOINED_LETTERS else 0


def _made_up(
    pieces: Weighted,
    runs: Sequence[tuple[int, ...]],
    free: set[int],
    other: Weighted,
    free_other: set[int],
    together: Together,
) -> list[tuple[tuple[int, ...], int, float, float]]:
    """Take the runs that a word left over is made of: (run, position of the word, likeness, weight)."""
    found = []
    for run in runs:
        if not free.issuperset(run):
            continue
        match = _whole("".join([pieces.tokens[position] for position in run]), other, free_other, together)
        if match:
            free.difference_update(run)
            free_other.discard(match[0])
            weight = min(sum(pieces.weights[i] for i in run), other.weights[match[0]] * len(run))
            found.append((run, *match, weight))
    return found


def _runs(free: set[int]) -> list[tuple[int, ...]]:
    """Return the neighbouring positions, two or three together, the longer runs first."""
    firsts = [position for position in sorted(free) if position + 1 in free]
    threes = [(first, first + 1, first + 2) for first in firsts if first + 2 in free]
    return [*threes, *[(first, first + 1) for first in firsts]]


def _apart(free: set[int]) -> list[tuple[int, ...]]:
    """Return pairs of positions in the other order, or with words between them (LASTFirst, FirstLAST)."""
    return [(left, right) for left, right in permutations(sorted(free), 2) if right != left + 1]


def _whole(text: str, other: Weighted, free: set[int], together: Together) -> tuple[int, float] | None:
    """Return the position of the word left over that some words make up, and how alike they are."""
    best: tuple[int, float] | None = None
    for position in free:
        word = other.tokens[position]
        if abs(len(word) - len(text)) <= JOINED_LETTERS:
            value = made_of(text, word, together)
            if value and (best is None or value > best[1]):
                best = (position, value)
    return best
