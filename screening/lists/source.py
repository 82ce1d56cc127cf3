# SPDX-License-Identifier: Apache-2.0
"""From a path to the authority's bytes: unpacked within a limit, and no web page among them."""

import gzip
import lzma
import zlib
from pathlib import Path
from typing import Final

from screening.models import UnrecognisedList

MAX_BYTES: Final = 512 * 1024 * 1024
_XZ: Final = b"\xfd7zXZ\x00"
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"


def read_source(path: Path) -> bytes:
    """Return the unpacked bytes of a list file.

    Raises UnrecognisedList for an empty, cut-off or over-long file and for a web page; OSError
    when the file cannot be read.
    """
    packed = path.read_bytes()
    try:
        if packed.startswith(_XZ):
            with lzma.open(path) as stream:
                raw = stream.read(MAX_BYTES + 1)
        elif packed.startswith(_GZIP):
            with gzip.open(path) as stream:
                raw = stream.read(MAX_BYTES + 1)
        else:
            raw = packed
    except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
        raise UnrecognisedList(f"damaged or cut-off archive: {error}") from error
    if len(raw) > MAX_BYTES:
        raise UnrecognisedList("more than 512 MiB unpacked")
    if not raw.strip():
        raise UnrecognisedList("empty file")
    head = raw[:4096].removeprefix(_BOM).lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head[:1024]:
        raise UnrecognisedList("a web page, not a list")
    return raw


def text_of(raw: bytes) -> str:
    """Return the bytes as text: UTF-8 with or without mark, else Windows-1252.

    Old UK publications are Windows-1252; its five undefined bytes become replacement marks.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
