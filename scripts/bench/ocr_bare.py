#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bare calls that the pipeline is built on, without any of it: CPU milliseconds of each, asked for line by line.

python -m scripts.bench.ocr_bare: a line with the name of the OCR engine, then one number for each line that comes in:
"words PICTURE" (the OCR call), "text PDF" (the plain text of all pages by pypdfium2) or "drawn PDF" (the pages drawn
by it in grey at 200 dpi).
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import cv2
import numpy as np
import pypdfium2 as pdfium

from ocr.child import engine as engines
from ocr.child.engine import Engine, Model, PageMode
from scripts.bench.ocr_peer import spent

Prepared: TypeAlias = Callable[[Path], Callable[[], object]]  # what reads a file and gives the call to be measured

_SCALE: Final = 200 / 72  # 200 dpi


def main() -> int:
    """Answer requests until there are no more, with the engine already loaded."""
    engine = engines.available()
    engine.warm()
    calls: dict[str, Prepared] = {"words": partial(_words, engine), "text": _text, "drawn": _drawn}
    print(engine.name, flush=True)
    for line in sys.stdin:
        what, _, file = line.removesuffix("\n").partition(" ")
        print(_cpu_ms(calls[what](Path(file))), flush=True)
    return 0


def _cpu_ms(call: Callable[[], object]) -> float:
    began = spent()
    call()
    return (spent() - began) * 1000


def _words(engine: Engine, file: Path) -> Callable[[], object]:
    page = np.asarray(cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    return partial(engine.words, page, Model.FRENCH, PageMode.COLUMN)


def _text(file: Path) -> Callable[[], object]:
    data = file.read_bytes()
    return lambda: [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(data)]


def _drawn(file: Path) -> Callable[[], object]:
    data = file.read_bytes()
    return lambda: [page.render(scale=_SCALE, grayscale=True) for page in pdfium.PdfDocument(data)]


if __name__ == "__main__":
    sys.exit(main())
