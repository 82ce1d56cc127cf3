# SPDX-License-Identifier: Apache-2.0
"""The reply of a reader: a length-bounded frame of JSON and one JPEG per page, if wanted.

Layout: magic, then blocks of a big-endian 32-bit length and that many bytes; the first block is the
reading as JSON, the following ones are the pictures of its pages. The parent trusts nothing in it.
"""

import json
import struct
from collections.abc import Iterator

from ocr.models import Limits, Reading
from ocr.plain import mapping
from ocr.sniff import jpeg_size

_MAGIC = b"VREAD1\n"
PICTURE_SIDE = 2000  # pixels, the longest side of a picture that leaves the child


class MalformedReplyError(ValueError):
    """The child's answer is not a whole, well-formed frame."""


def encode(reading: Reading) -> bytes:
    """Return the frame of a reading and the pictures of its pages."""
    head = json.dumps(reading.to_json(), ensure_ascii=True).encode("ascii")
    blocks = [head, *(page.image for page in reading.pages if page.image)]
    return _MAGIC + b"".join(struct.pack(">I", len(block)) + block for block in blocks)


def decode(frame: bytes, limits: Limits) -> Reading:
    """Return the reading of a frame; MalformedReplyError for anything encode cannot write."""
    try:
        head, *images = _blocks(frame)
        reading = Reading.from_json(mapping(json.loads(head)), images)
    except (ValueError, RecursionError, struct.error) as error:
        raise MalformedReplyError("not a frame of the reader") from error
    if len(images) != (len(reading.pages) if limits.pictures else 0) or len(reading.pages) > limits.max_pages:
        raise MalformedReplyError("pages and pictures differ in number")
    for image in images:
        size = jpeg_size(image) if image.startswith(b"\xff\xd8\xff") else None
        if size is None or max(size) > PICTURE_SIDE:
            raise MalformedReplyError("a picture is not a small JPEG")
    return reading


def _blocks(frame: bytes) -> Iterator[bytes]:
    if not frame.startswith(_MAGIC):
        raise MalformedReplyError("the magic is missing")
    position = len(_MAGIC)
    while position < len(frame):
        (length,) = struct.unpack_from(">I", frame, position)
        position += 4
        if position + length > len(frame):
            raise MalformedReplyError("a block is cut short")
        yield frame[position : position + length]
        position += length
