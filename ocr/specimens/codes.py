# SPDX-License-Identifier: Apache-2.0
"""2D codes on specimens: DataMatrix and QR, drawn by zxing-cpp."""

from collections.abc import Sequence

import numpy as np
import zxingcpp
from PIL import Image

from ocr.specimens.paint import Picture


def visible_code(values: Sequence[str]) -> str:
    """Return ten values in the frame of the card's 2D code, header and signature plainly void."""
    return "SPECIMEN" * 3 + ";".join(values) + "SPECIMEN" * 6


def datamatrix(text: str, side: int) -> Picture:
    """Return a DataMatrix square of a side in pixels."""
    return _drawn(text, zxingcpp.BarcodeFormat.DataMatrix, side)


def qr(text: str, side: int) -> Picture:
    """Return a QR code of a side in pixels."""
    return _drawn(text, zxingcpp.BarcodeFormat.QRCode, side)


def _drawn(text: str, form: zxingcpp.BarcodeFormat, side: int) -> Picture:
    options = {"force_square": True} if form is zxingcpp.BarcodeFormat.DataMatrix else {}
    code = zxingcpp.create_barcode(text, form, **options)
    modules = np.asarray(zxingcpp.write_barcode_to_image(code, scale=1), np.uint8)
    factor = max(1, side // max(modules.shape))
    size = (modules.shape[1] * factor, modules.shape[0] * factor)
    return Image.fromarray(modules).resize(size, Image.Resampling.NEAREST).convert("RGB")
