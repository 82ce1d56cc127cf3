# SPDX-License-Identifier: Apache-2.0
"""Good files made bad by chance, with fixed seeds: bytes changed, parts lost, doubled, moved or exchanged."""

import io
import random
from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.hostile.files import CORRUPT, HEIC, LARGE, LOCKED, TYPE, UNREADABLE, photo

_SEEDS = range(5)


@lru_cache(maxsize=1)
def _small() -> Image.Image:
    return Image.open(io.BytesIO(photo())).convert("RGB").resize((500, 350))


@lru_cache
def _saved(form: str) -> bytes:
    file = io.BytesIO()
    _small().save(file, form)
    return file.getvalue()


@lru_cache(maxsize=1)
def _pdf() -> bytes:
    """A page of the size of a card: a picture and a line of print."""
    file = io.BytesIO()
    canvas = Canvas(file, (240, 160))
    canvas.drawImage(ImageReader(_small()), 0, 0, 240, 160)
    canvas.drawString(20, 80, "SPECIMEN")
    canvas.save()
    return file.getvalue()


BASES: Mapping[str, Callable[[], bytes]] = {
    "jpeg": partial(_saved, "JPEG"),
    "png": partial(_saved, "PNG"),
    "webp": partial(_saved, "WEBP"),
    "heic": HEIC.read_bytes,
    "pdf": _pdf,
}


def _bits(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 60)):
        data[chance.randrange(16, len(data))] ^= 1 << chance.randrange(8)


def _head(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 8)):
        data[chance.randrange(8, min(400, len(data)))] = chance.randrange(256)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(20, len(data)) :]


def _lost(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(16, len(data))
    del data[start : start + chance.randrange(1, 3000)]


def _doubled(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = data[start : start + chance.randrange(1, 5000)] * chance.randrange(1, 4)


def _moved(data: bytearray, chance: random.Random) -> None:
    start, end = sorted(chance.randrange(16, len(data)) for _ in range(2))
    part = data[start : start + 2000]
    del data[start : start + 2000]
    data[end:end] = part


def _numbers(data: bytearray, chance: random.Random) -> None:
    """Numbers that sizes and counts are written in, large, negative or nought."""
    for _ in range(6):
        start = chance.randrange(8, len(data) - 8)
        data[start : start + 4] = chance.choice(
            [b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00"]
        )


def _spliced(data: bytearray, chance: random.Random) -> None:
    """The rest of the file is that of another kind."""
    other = BASES[chance.choice(sorted(BASES))]()
    at = chance.randrange(20, len(data))
    data[at:] = other[at % len(other) :]


_WAYS = (_bits, _head, _cut, _lost, _doubled, _moved, _numbers, _spliced)


def _mutant(base: str, way: Callable[[bytearray, random.Random], None], seed: int) -> bytes:
    data = bytearray(BASES[base]())
    way(data, random.Random(f"{base} {way.__name__} {seed}"))
    return bytes(data)


# A file hurt by chance may be anything but a failure of the reader.
MUTANTS: dict[str, tuple[Callable[[], bytes], set[str | None]]] = {
    f"{base} {way.__name__.strip('_')} {seed}": (
        partial(_mutant, base, way, seed),
        {CORRUPT, UNREADABLE, LARGE, LOCKED, TYPE, None},
    )
    for base in BASES
    for way in _WAYS
    for seed in _SEEDS
}
