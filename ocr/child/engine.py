# SPDX-License-Identifier: Apache-2.0
"""The OCR engine behind one small interface; pytesseract is the one that is always there."""

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_DATA = Path(__file__).resolve().parents[1] / "data"


class Model(StrEnum):
    """A trained model: our own for machine-readable zones, Debian's for French print."""

    ZONE = "mrz"
    FRENCH = "fra"


class PageMode(StrEnum):
    """How the page is cut into lines, by the numbers of tesseract's --psm."""

    COLUMN = "4"  # keeps the label and the value of a table row on one line
    BLOCK = "6"
    SPARSE = "11"


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One word as the engine gives it: box in pixels, confidence 0..1, number of its line."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float
    line: tuple[int, int, int]


class Engine(Protocol):
    """Reads the words of a grey picture (rows x columns, 0 is black)."""

    name: str

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        """Return the words found, in reading order; raises EngineError when the engine fails."""


class EngineError(RuntimeError):
    """The OCR program is missing, crashed or answered something unreadable."""


class Pytesseract:
    """Debian's tesseract through pytesseract, one program start a call."""

    name = "pytesseract"

    def __init__(self) -> None:
        self._library: Any = import_module("pytesseract")

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        picture = Image.fromarray(image)
        picture.format = "PPM"  # written without compression: a PNG of a page costs 60 ms
        config = f"--psm {mode} --oem 1"
        if model is Model.ZONE:
            config += f' --tessdata-dir "{_DATA}"'
        try:
            table = self._library.image_to_data(picture, lang=model.value, config=config, output_type="dict")
        except (self._library.TesseractError, OSError, ValueError) as error:
            raise EngineError(type(error).__name__) from error
        return _rows(table)


def _rows(table: dict[str, list[Any]]) -> list[ReadWord]:
    found = []
    for index, text in enumerate(table["text"]):
        confidence = float(table["conf"][index])
        if not str(text).strip() or confidence < 0:
            continue
        left, top = int(table["left"][index]), int(table["top"][index])
        right, bottom = left + int(table["width"][index]), top + int(table["height"][index])
        line = (
            int(table["block_num"][index]),
            int(table["par_num"][index]),
            int(table["line_num"][index]),
        )
        found.append(ReadWord(str(text), (left, top, right, bottom), min(confidence, 100) / 100, line))
    return found
