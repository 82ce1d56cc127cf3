# SPDX-License-Identifier: Apache-2.0
"""Loads what readers need before there is a document, and lets all of it work once: the first use costs most."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pi_heif
from PIL import Image

from ocr.child import engine as engines
from ocr.child.main import Read
from ocr.child.pipeline import read_document
from ocr.child.signatures import certificates
from ocr.models import DEFAULT_LIMITS, Media

_LINES = ("P<UTOSPECIMEN<<FIRST<" + "<" * 23, "0000000000UTO0001010X0001010" + "<" * 16)
_EXTRACT = Path(__file__).resolve().parents[1] / "data" / "extract.pdf"  # a signed specimen
_READINGS = 12  # an interpreter rewrites a function that runs for the tenth time or so; it is not to do so in each fork


def reader(trust: Path | None = None) -> tuple[Read, bool, Callable[[], object]]:
    """Return what reads a document, warm, whether its OCR engine is a program to be started, and a rehearsal of it.

    trust is a folder of certificates; OSError or ValueError where it cannot be read.
    """
    cv2.setNumThreads(1)  # a pool of threads would not survive a fork (ADR 0003)
    Image.init()  # every decoder of Pillow, which would load them when a WebP comes
    pi_heif.register_heif_opener()
    engine = engines.available()
    engine.warm()
    read = partial(read_document, engine=engine, trust=certificates(trust) if trust else ())
    extract = _EXTRACT.read_bytes()
    read_extract = partial(read, extract, Media.PDF, replace(DEFAULT_LIMITS, pictures=False))
    read(extract, Media.PDF, DEFAULT_LIMITS)
    for _ in range(_READINGS):
        read_extract()
    if not engine.starts_programs:
        _read_a_card(read)
    return read, engine.starts_programs, read_extract


def _read_a_card(read: Read) -> None:
    sheet = np.full((350, 500, 3), 235, np.uint8)
    for index, line in enumerate(_LINES):
        cv2.putText(sheet, line, (20, 290 + 30 * index), cv2.FONT_HERSHEY_PLAIN, 0.95, (20, 20, 20))
    _, data = cv2.imencode(".jpg", sheet)
    read(data.tobytes(), Media.JPEG, DEFAULT_LIMITS)
