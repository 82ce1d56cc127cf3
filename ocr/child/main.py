# SPDX-License-Identifier: Apache-2.0
"""The reader of one document: what runs confined, from the first byte to the one bounded reply."""

import os
from collections.abc import Callable
from typing import TypeAlias

from ocr.models import Limits, Media, Reading, Refusal, refused
from ocr.reply import encode

Read: TypeAlias = Callable[[bytes, Media, Limits], Reading]

_NEEDS_TOO_MUCH = Refusal("document_too_large", "Reading the file needs more memory than allowed.")
_CRASHED = Refusal("reader_failed", "The reader met an error of its own.")


def answer(read: Read, media: Media, limits: Limits, document: int, reply: int) -> None:
    """Read the document from one descriptor and write the frame of its reading to another."""
    with os.fdopen(document, "rb") as source:
        data = source.read(limits.max_bytes + 1)
    reading = _read(read, data, media, limits)
    with os.fdopen(reply, "wb") as sink:
        sink.write(encode(reading))


def _read(read: Read, data: bytes, media: Media, limits: Limits) -> Reading:
    try:
        return read(data, media, limits)
    except MemoryError:
        return refused(_NEEDS_TOO_MUCH)
    except Exception:  # noqa: BLE001 - the edge of the process: a message might quote the document
        return refused(_CRASHED)
