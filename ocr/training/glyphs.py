# SPDX-License-Identifier: Apache-2.0
"""Trains the network of ocr/child/glyphs.py on drawn lines, with nothing but numpy.

    python -m ocr.training.glyphs FOLDER [--minutes 60] [--start FILE]

Writes FOLDER/glyphs.npz every few minutes. Each batch is drawn anew (ocr/specimens/ocrb_lines.py), so nothing
is seen twice; plain back-propagation and Adam (Kingma and Ba, 2015).
"""

import argparse
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ocr.child import glyphs
from ocr.child.glyphs import BLANK, LAYERS, Layer, Plane, windows
from ocr.specimens.ocrb_lines import IGNORED, Painter

_SHAPES = {
    "a": (5, 5, 1, 16),
    "b": (3, 3, 16, 32),
    "c": (3, 3, 32, 48),
    "d": (4, 5, 48, 96),
    "e": (1, 3, 96, 96),
    "f": (96, BLANK + 1),
}
_BATCH = 8
_BEST_RATE, _LAST_RATE = 1.2e-3, 3e-5
_SAVED_EVERY = 120.0  # seconds

Weights = dict[str, Plane]


def fresh(seed: int) -> Weights:
    """Return weights to begin with, scaled for rectified units (He et al., 2015)."""
    noise = np.random.default_rng(seed)
    found: Weights = {}
    for name, shape in _SHAPES.items():
        fan = int(np.prod(shape[:-1]))
        found[name] = noise.normal(0, np.sqrt(2 / fan), shape).astype(np.float32)
        found[name + "0"] = np.zeros(shape[-1], np.float32)
    return found


def loss_and_gradients(plane: Plane, labels: NDArray[np.int64], layers: Mapping[str, Plane]) -> tuple[float, Weights]:
    """Return the mean cross-entropy of one line over the columns labelled, and its gradients."""
    tape = []
    x = plane[:, :, None]
    for layer in LAYERS:
        kernel = layers[layer.name]
        columns = windows(x, kernel.shape[:2], layer)
        flat = columns @ kernel.reshape(-1, kernel.shape[3]) + layers[layer.name + "0"]
        y = np.maximum(flat, 0).reshape(-1, -(-x.shape[1] // layer.step), kernel.shape[3])
        tape.append((layer, x.shape, columns, y))
        x = np.maximum(y[0::2], y[1::2]) if layer.halved else y
    loss, back = _loss(x[0] @ layers["f"] + layers["f0"], labels)
    found: Weights = {"f": x[0].T @ back, "f0": back.sum(axis=0)}
    d = (back @ layers["f"].T)[None]
    for layer, shape, columns, y in reversed(tape):
        if layer.halved:
            d = np.where(y == np.repeat(np.maximum(y[0::2], y[1::2]), 2, axis=0), np.repeat(d, 2, axis=0), 0)
        d = (d * (y > 0)).reshape(-1, y.shape[2])
        kernel = layers[layer.name]
        found[layer.name] = (columns.T @ d).reshape(kernel.shape)
        found[layer.name + "0"] = d.sum(axis=0)
        if layer is not LAYERS[0]:
            d = _scattered(d @ kernel.reshape(-1, kernel.shape[3]).T, shape, kernel.shape, layer)
    return loss, found


def _loss(scores: Plane, labels: NDArray[np.int64]) -> tuple[float, Plane]:
    """Return the mean cross-entropy of the columns that have a label, and its gradient."""
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    rows = np.flatnonzero(labels != IGNORED)
    loss = float(-np.log(shares[rows, labels[rows]] + 1e-9).mean())
    back = np.zeros_like(shares)
    back[rows] = shares[rows]
    back[rows, labels[rows]] -= 1
    return loss, back / max(1, len(rows))


def _scattered(d: Plane, shape: tuple[int, ...], kernel: tuple[int, ...], layer: Layer) -> Plane:
    """Add the gradients of windows back to the places that they were taken from."""
    rows, columns, inside, _ = kernel
    above, beside, step = (0 if layer.tall else rows // 2), columns // 2, layer.step
    out = np.zeros((shape[0] + 2 * above, shape[1] + 2 * beside, inside), d.dtype)
    wide = -(-shape[1] // step)
    cells = d.reshape(-1, wide, rows, columns, inside)
    high = cells.shape[0]
    for row in range(rows):
        for column in range(columns):
            part = out[row : row + step * (high - 1) + 1 : step, column : column + step * (wide - 1) + 1 : step]
            part += cells[:, :, row, column]
    return out[above : above + shape[0], beside : beside + shape[1]]


class Adam:
    """Steps of a length that follows mean and spread of each gradient."""

    def __init__(self, layers: Weights) -> None:
        self.mean = {name: np.zeros_like(w) for name, w in layers.items()}
        self.power = {name: np.zeros_like(w) for name, w in layers.items()}
        self.count = 0

    def step(self, layers: Weights, gradients: Weights, rate: float) -> None:
        """Move the weights against the gradients."""
        self.count += 1
        for name, g in gradients.items():
            self.mean[name] += 0.1 * (g - self.mean[name])
            self.power[name] += 0.002 * (g * g - self.power[name])
            mean = self.mean[name] / (1 - 0.9**self.count)
            power = self.power[name] / (1 - 0.998**self.count)
            layers[name] -= (rate * mean / (np.sqrt(power) + 1e-8)).astype(np.float32)


def train(folder: Path, minutes: float, layers: Weights, seed: int) -> None:
    """Train for some minutes of the wall clock, the rate falling like a cosine."""
    pieces, adam = Painter(seed).lines(), Adam(layers)
    begun = saved = time.monotonic()
    running, count = 0.0, 0
    while (spent := time.monotonic() - begun) < 60 * minutes:
        rate = _LAST_RATE + (_BEST_RATE - _LAST_RATE) * 0.5 * (1 + np.cos(np.pi * spent / (60 * minutes)))
        rate *= min(1.0, (count + 1) / 100)
        total: Weights = {name: np.zeros_like(w) for name, w in layers.items()}
        for _ in range(_BATCH):
            image, labels = next(pieces)
            loss, gradients = loss_and_gradients(glyphs.normalised(image), labels, layers)
            running += 0.001 * (loss - running) if count else loss - running
            for name, g in gradients.items():
                total[name] += g / _BATCH
        adam.step(layers, total, float(rate))
        count += 1
        if count % 200 == 0:
            sys.stdout.write(f"{spent:7.0f} s {count * _BATCH:8d} pieces loss {running:.4f} rate {rate:.1e}\n")
        if time.monotonic() - saved > _SAVED_EVERY:
            saved = time.monotonic()
            save(folder / "glyphs.npz", layers)
    save(folder / "glyphs.npz", layers)


def save(path: Path, layers: Weights) -> None:
    """Write weights in half precision; nothing is lost that the readings show."""
    with path.open("wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, weight in layers.items():
            with archive.open(f"{name}.npy", "w") as entry:
                np.lib.format.write_array(entry, weight.astype(np.float16), allow_pickle=False)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--seed", type=int, default=23)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    layers = fresh(options.seed)
    if options.start:
        with np.load(options.start) as stored:
            layers = {name: stored[name].astype(np.float32) for name in stored.files}
    train(options.folder, options.minutes, layers, options.seed)


if __name__ == "__main__":
    main()
