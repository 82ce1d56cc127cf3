#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bare OCR call on pages, without any of the pipeline: CPU milliseconds of all pages, as one line of JSON.

python -m scripts.bench.ocr_bare TIMES FILE...
"""

import json
import statistics
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.child import engine as engines
from ocr.child.engine import Engine, Model, PageMode
from scripts.bench.ocr_peer import spent


def main(arguments: list[str]) -> int:
    """Read each page as often as asked with the engine already loaded; medians count."""
    times, *files = arguments
    engine = engines.available()
    engine.warm()
    took = sum(_cpu_ms(engine, _grey(Path(file)), int(times)) for file in files)
    print(json.dumps({"engine": engine.name, "cpu_ms": round(took, 1)}))
    return 0


def _grey(file: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def _cpu_ms(engine: Engine, page: NDArray[np.uint8], times: int) -> float:
    took = []
    for _ in range(times):
        began = spent()
        engine.words(page, Model.FRENCH, PageMode.COLUMN)
        took.append((spent() - began) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
