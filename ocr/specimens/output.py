# SPDX-License-Identifier: Apache-2.0
"""Writes a drawn picture as a file of one of the media that the reader takes."""

import io

from ocr.specimens.paint import Picture

_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "pdf": "PDF"}
_DPI = 200


def encoded(picture: Picture, media: str) -> bytes:
    """Return the picture as png, jpeg, webp or a one-page image PDF; ValueError otherwise."""
    if media not in _FORMATS:
        raise ValueError(f"{media!r} is none of {', '.join(_FORMATS)}")
    file = io.BytesIO()
    options: dict[str, object] = {"quality": 88} if media in {"jpeg", "webp"} else {}
    if media == "pdf":
        options = {"resolution": _DPI}
    picture.convert("RGB").save(file, _FORMATS[media], **options)
    return file.getvalue()
