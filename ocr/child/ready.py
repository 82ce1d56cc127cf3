# SPDX-License-Identifier: Apache-2.0
"""Loads what readers need before there is a document, and lets all of it work once: the first use costs most."""

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
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


def reader(trust: Path | None = None) -> tuple[Read, bool]:
    """Return what reads a document, warm, and whether its OCR engine is a program to be started.

    trust is a folder of certificates; OSError or ValueError where it cannot be read.
    """
    cv2.setNumThreads(1)  # a pool of threads would not survive a fork (ADR 0003)
    Image.init()  # every decoder of Pillow, which would load them when a WebP comes
    pi_heif.register_heif_opener()
    engine = engines.available()
    engine.warm()
    read = partial(read_document, engine=engine, trust=certificates(trust) if trust else ())
    if not engine.starts_programs:
        _use_once(read)
    return read, engine.starts_programs


def _use_once(read: Read) -> None:
    sheet = np.full((350, 500, 3), 235, np.uint8)
    for index, line in enumerate(_LINES):
        cv2.putText(sheet, line, (20, 290 + 30 * index), cv2.FONT_HERSHEY_PLAIN, 0.95, (20, 20, 20))
    _, data = cv2.imencode(".jpg", sheet)
    read(data.tobytes(), Media.JPEG, DEFAULT_LIMITS)
    read(_PDF, Media.PDF, replace(DEFAULT_LIMITS, ocr_pages=0))
