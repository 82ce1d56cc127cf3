# SPDX-License-Identifier: Apache-2.0
"""Writes drawn pictures as a file of one of the media that the reader takes."""

import io
from collections.abc import Sequence

from ocr.specimens.paint import Picture

_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "pdf": "PDF"}
_DPI = 200


def encoded(pictures: Sequence[Picture], media: str) -> bytes:
    """Return one picture as png, jpeg, webp or image PDF, several as a PDF; ValueError otherwise."""
    if media not in _FORMATS:
        raise ValueError(f"{media!r} is none of {', '.join(_FORMATS)}")
    if len(pictures) > 1 and media != "pdf":
        raise ValueError("several pages make a pdf")
    first, *more = [picture.convert("RGB") for picture in pictures]
    file = io.BytesIO()
    options: dict[str, object] = {"quality": 88} if media in {"jpeg", "webp"} else {}
    if media == "pdf":
        options = {"resolution": _DPI, "save_all": True, "append_images": more}
    first.save(file, _FORMATS[media], **options)
    return file.getvalue()
