# SPDX-License-Identifier: Apache-2.0
"""Reads lines of OCR-B with a small network of our own: which character stands around each column.

The network is trained by ocr/training/glyphs.py on drawn lines only; its weights are ocr/data/glyphs.npz.
It slides over a line of print brought to a fixed size and says for every fourth column which character is
centred there, or none. There is no dictionary and no grammar in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
BLANK = len(ALPHABET)  # the class of "no character is centred here"
HEIGHT = 32  # rows of a line; capitals take about 15 of them
PITCH = 16  # columns a character
STRIDE = 4  # columns an answer
_WEIGHTS = Path(__file__).resolve().parents[1] / "data" / "glyphs.npz"
_LOCAL = 4 * PITCH  # columns over which light and paper are taken as even

Plane = NDArray[np.float32]


def normalised(line: NDArray[np.uint8]) -> Plane:
    """Return a line (HEIGHT x any width) as ink above its paper, in units of its own contrast."""
    gray = line.astype(np.float32)
    paper = cv2.blur(gray, (2 * _LOCAL + 1, 2 * HEIGHT + 1), borderType=cv2.BORDER_REPLICATE)
    ink = paper - gray
    spread = np.sqrt(cv2.blur(ink * ink, (4 * _LOCAL + 1, 2 * HEIGHT + 1), borderType=cv2.BORDER_REPLICATE))
    return np.asarray(np.clip(ink / (spread + 2.0), -3, 3), np.float32)


@lru_cache(maxsize=1)
def weights() -> Mapping[str, Plane]:
    """Return the trained weights by the name of their layer."""
    with np.load(_WEIGHTS, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def log_likelihoods(line: NDArray[np.uint8]) -> Plane:
    """Return for every STRIDE columns of a line (HEIGHT rows) the logarithm of each class's share."""
    scores = forward(normalised(line), weights())
    scores = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)), np.float32)


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution: the name of its weights, its step, and whether it takes the whole height at once."""

    name: str
    step: int = 1
    tall: bool = False
    halved: bool = False  # two rows become their larger one afterwards


LAYERS = (
    Layer("a", step=2),
    Layer("b", step=2),
    Layer("c", halved=True),
    Layer("d", tall=True),
    Layer("e", tall=True),
)


def forward(plane: Plane, layers: Mapping[str, Plane]) -> Plane:
    """Return the scores (columns / STRIDE x classes) of a normalised line."""
    x = plane[:, :, None]
    for layer in LAYERS:
        kernel = layers[layer.name]
        flat = windows(x, kernel.shape[:2], layer) @ kernel.reshape(-1, kernel.shape[3]) + layers[layer.name + "0"]
        x = np.maximum(flat, 0).reshape(-1, -(-x.shape[1] // layer.step), kernel.shape[3])
        if layer.halved:
            x = np.maximum(x[0::2], x[1::2])
    return np.asarray(x[0] @ layers["f"] + layers["f0"], np.float32)


def windows(x: Plane, size: tuple[int, ...], layer: Layer) -> Plane:
    """Return the surroundings of each place that a layer looks at, as rows of a matrix."""
    rows, columns = size
    above = 0 if layer.tall else rows // 2
    padded = np.pad(x, ((above, above), (columns // 2, columns // 2), (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view(padded, (rows, columns), axis=(0, 1))
    view = view[:: layer.step, :: layer.step].transpose(0, 1, 3, 4, 2)
    return np.ascontiguousarray(view).reshape(-1, rows * columns * x.shape[2])
