# SPDX-License-Identifier: Apache-2.0
"""Lines of a zone as rows of fixed size, and the characters that the network of glyphs.py sees in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.child import glyphs
from ocr.child.glyphs import ALPHABET, BLANK, HEIGHT, PITCH, STRIDE
from ocr.child.strips import Gray, Matrix, inverse

_MARGIN = 3  # characters looked at beyond both ends of the print found
_STEPS = (2, 3, 4, 5, 6)  # columns of answers from one character to the next, each one more
_UNEVEN = 0.8  # what a column of deviation from the even pitch costs, in logarithms
_PASSED = 2.0  # the most that a column of print costs that is taken for none
_SPECTRUM = 2048
_LONGEST, _SHORTEST = 5.2, 3.1  # columns of answers a character

Shares = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of print, HEIGHT rows of pixels, with the map back to the picture it was cut from."""

    image: Gray
    back: Matrix

    def corners(self, left: float, right: float) -> NDArray[np.float64]:
        """Return the four corners in the picture of a piece of the row given in its columns."""
        top, bottom = HEIGHT / 2 - PITCH * 0.55, HEIGHT / 2 + PITCH * 0.55
        flat = self.back @ np.array([[left, top, 1], [right, top, 1], [right, bottom, 1], [left, bottom, 1]]).T
        return np.asarray((flat[:2] / flat[2]).T, np.float64)


@dataclass(frozen=True, slots=True)
class Seen:
    """The characters of a row: each one's place (column of the middle) and the share of each class."""

    places: NDArray[np.float64]
    shares: Shares  # characters x ALPHABET
    fit: float  # logarithm of how well so many characters fit the row; higher is better


def cut(gray: Gray, left: NDArray[np.float64], right: NDArray[np.float64], count: int) -> Row:
    """Return the row of about count characters whose middle line runs between two points of the picture."""
    along = right - left
    pitch = float(np.linalg.norm(along)) / count
    scale = PITCH / pitch
    cos, sin = along / np.linalg.norm(along) * scale
    width = (count + 2 * _MARGIN) * PITCH
    linear = np.array([[cos, sin], [-sin, cos]])
    offset = np.array([_MARGIN * PITCH, HEIGHT / 2]) - linear @ left
    forth = np.vstack([np.column_stack([linear, offset]), [0, 0, 1]])
    # A warp takes single pixels; where the picture is finer than the row, it is drawn finer and averaged.
    fine = max(1, round(1 / scale))
    finer = np.diag([fine, fine, 1.0]) @ forth
    size = (width * fine, HEIGHT * fine)
    image = cv2.warpAffine(gray, finer[:2], size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if fine > 1:
        image = cv2.resize(image, (width, HEIGHT), interpolation=cv2.INTER_AREA)
    return Row(np.asarray(image, np.uint8), inverse(forth))


def pitch_of(likelihoods: Sequence[Shares]) -> float:
    """Return the even pitch of rows in columns of answers, from the rhythm of characters and gaps."""
    power = np.zeros(_SPECTRUM // 2 + 1)
    for shares in likelihoods:
        inked = 1 - np.exp(shares[:, BLANK])
        power += np.square(np.abs(np.fft.rfft(inked - inked.mean(), _SPECTRUM)))
    lowest, highest = int(_SPECTRUM / _LONGEST), int(_SPECTRUM / _SHORTEST)
    return _SPECTRUM / (lowest + int(power[lowest : highest + 1].argmax()))


def characters(likelihoods: Shares, counts: Collection[int], pitch: float) -> dict[int, Seen]:
    """Return the characters, evenly spaced at about a pitch, that a row holds most likely if it has so many.

    Columns before the first and after the last character should be blank; what is printed there (the edge of
    a card, a frame) costs a bounded amount.
    """
    blank = likelihoods[:, BLANK]
    inked = np.maximum(np.log1p(-np.minimum(np.exp(blank), 0.999999)), -8).astype(np.float64)
    before = np.concatenate([[0.0], np.cumsum(np.maximum(blank, -_PASSED), dtype=np.float64)])
    columns = len(blank)
    costs = _costs_of_steps(before, pitch)
    after = before[-1] - before[np.minimum(np.arange(columns) + 2, columns)]
    score, earlier = _with_steps_back(inked + before[np.maximum(np.arange(columns) - 1, 0)])
    chosen: list[NDArray[np.intp]] = []  # of each character after the first: which step leads to each column
    found: dict[int, Seen] = {}
    for count in range(1, max(counts) + 1):
        if count > 1:
            ways = earlier + costs
            chosen.append(ways.argmax(axis=0))
            np.add(ways.max(axis=0), inked, out=score)
        if count in counts:
            total = score + after
            last = int(total.argmax())
            middles = _traced(last, chosen)
            fit = float(total[last])
            found[count] = Seen(
                middles.astype(np.float64) * STRIDE + (STRIDE - 1) / 2, _around(likelihoods, middles), fit
            )
    return found


def _costs_of_steps(before: NDArray[np.float64], pitch: float) -> NDArray[np.float64]:
    """Return, steps x columns, what it costs (below 0) that a character stands there so far after another.

    What lies between, one column away from both, should be blank: no character is passed over.
    """
    columns = len(before) - 1
    costs = np.zeros((len(_STEPS), columns))
    for way, step in enumerate(_STEPS):
        if step > 3:
            costs[way, step:] = before[step - 1 : columns - 1] - before[2 : columns - step + 2]
        costs[way] -= _UNEVEN * (step - pitch) ** 2
    return costs


def _with_steps_back(score: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a copy of the score of each column, and a view of it, steps x columns, each step before each column."""
    longest = _STEPS[-1]
    padded = np.concatenate([np.full(longest, -np.inf), score])
    size = padded.itemsize
    earlier = np.lib.stride_tricks.as_strided(
        padded[longest - _STEPS[0] :], (len(_STEPS), len(score)), (-size, size), writeable=False
    )
    return padded[longest:], earlier


def _traced(last: int, chosen: Sequence[NDArray[np.intp]]) -> NDArray[np.int64]:
    """Return the columns of all characters, from the last one back along the steps chosen."""
    places = [last]
    for steps in reversed(chosen):
        places.append(places[-1] - _STEPS[steps[places[-1]]])
    return np.array(places[::-1], np.int64)


def _around(likelihoods: Shares, middles: NDArray[np.int64]) -> Shares:
    """Return the shares of the characters at some columns, their neighbours heard as far as they are inked."""
    told = np.exp(likelihoods)
    total = np.zeros((len(middles), len(ALPHABET)), np.float32)
    for shift in (-1, 0, 1):
        total += told[np.clip(middles + shift, 0, len(told) - 1), :BLANK]
    return np.asarray(total / np.maximum(total.sum(axis=1, keepdims=True), 1e-6), np.float32)


def read(row: Row) -> Shares:
    """Return what the network says of a row."""
    return glyphs.log_likelihoods(row.image)
