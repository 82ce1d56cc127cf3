#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bare OCR call on pages, without any of the pipeline: CPU milliseconds of each, asked for line by line.

python -m scripts.bench.ocr_bare: a line with the name of the engine, then one number for each path of a picture that
comes in.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from ocr.child import engine as engines
from ocr.child.engine import Engine, Model, PageMode
from scripts.bench.ocr_peer import spent


def main() -> int:
    """Answer requests until there are no more, with the engine already loaded."""
    engine = engines.available()
    engine.warm()
    print(engine.name, flush=True)
    for line in sys.stdin:
        print(_cpu_ms(engine, Path(line.removesuffix("\n"))), flush=True)
    return 0


def _cpu_ms(engine: Engine, file: Path) -> float:
    page = np.asarray(cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    began = spent()
    engine.words(page, Model.FRENCH, PageMode.COLUMN)
    return (spent() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
