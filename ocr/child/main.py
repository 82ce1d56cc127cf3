# SPDX-License-Identifier: Apache-2.0
"""The reader child: confine, read standard input, write one bounded reply, end."""

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ocr.child import confine
from ocr.models import Limits, Media, Reading, Refusal, refused
from ocr.reply import encode

_PACKAGE = Path(__file__).resolve().parents[1]
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom", "/dev/zero")
_NEEDS_TOO_MUCH = Refusal("document_too_large", "Reading the file needs more memory than allowed.")
_CRASHED = Refusal("reader_failed", "The reader met an error of its own.")


@dataclass(frozen=True, slots=True)
class _Order:
    """What the parent asks for."""

    limits: Limits
    media: Media
    level: int
    workplace: str
    leash: int
    parent: int


def main(order_text: str) -> int:
    """Read one document as ordered by the parent and return the exit status."""
    order = _parse(order_text)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as reply:
        # Libraries that print must not be able to speak in the reply.
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, sys.stdout.fileno())
        reading = _read_confined(order)
        reply.write(encode(reading))
    return 0


def _parse(text: str) -> _Order:
    row = json.loads(text)
    return _Order(
        limits=Limits(**row["limits"]),
        media=Media(row["media"]),
        level=int(row["level"]),
        workplace=str(row["workplace"]),
        leash=int(row["leash"]),
        parent=int(row["parent"]),
    )


def _read_confined(order: _Order) -> Reading:
    # Imported before the confinement: the import system lists folders that are closed afterwards.
    from ocr.child import engine as engines  # noqa: PLC0415
    from ocr.child.pipeline import read_document  # noqa: PLC0415

    engine = engines.available()
    tempfile.tempdir = order.workplace
    confine.confine(
        limits=order.limits,
        level=order.level,
        workplace=order.workplace,
        readable=[*_SYSTEM_FOLDERS, sys.base_prefix, sys.prefix, str(_PACKAGE)],
        leash=order.leash,
        parent=order.parent,
        programs=engine.starts_programs,
    )
    data = sys.stdin.buffer.read(order.limits.max_bytes + 1)
    try:
        return read_document(data, order.media, order.limits, engine)
    except MemoryError:
        return refused(_NEEDS_TOO_MUCH)
    except Exception:  # noqa: BLE001 - the edge of the process: a message might quote the document
        return refused(_CRASHED)
