# SPDX-License-Identifier: Apache-2.0
"""Magic bytes decide, sizes are bounded before any decoder runs."""

import struct
import zlib

import pytest

from ocr import Kind, Limits, Media, Refusal, sniff
from ocr.specimens import EXAMPLES, draw
from tests.paths import ROOT

# Drawn by ocr.specimens; the decoder in use writes no HEIC, so the file is kept.
HEIC = ROOT / "tests" / "golden" / "passport_specimen.heic"


def png(width: int, height: int, *, end: bool = True) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\x00" * 64))
    return b"\x89PNG\r\n\x1a\n" + head + body + (chunk(b"IEND", b"") if end else b"")


def refusal_of(data: bytes, limits: Limits | None = None) -> str:
    found = sniff(data, limits or Limits())
    assert isinstance(found, Refusal)
    return found.code


@pytest.mark.parametrize("media", ["png", "jpeg", "webp", "pdf"])
def test_each_medium_is_known_by_its_bytes(media: str) -> None:
    assert sniff(draw(Kind.RESIDENCE_PERMIT, EXAMPLES[Kind.RESIDENCE_PERMIT], media=media)) == Media(media)


def test_an_empty_file_is_corrupt() -> None:
    assert refusal_of(b"") == "document_corrupt"


def test_a_file_over_the_size_limit_is_too_large() -> None:
    assert refusal_of(png(10, 10), Limits(max_bytes=20)) == "document_too_large"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!DOCTYPE html><p>%PDF-1.7 1 0 obj trailer",
        b"PK\x03\x04" + b"\x00" * 60,
        b"MZ" + b"\x00" * 60,
        b"GIF89a" + b"\x00" * 60,
        b"II*\x00" + b"\x00" * 60,
        b"\x00\x00\x00\x1cftypavif" + b"\x00" * 60,
        b"just text",
    ],
)
def test_other_types_are_not_supported(data: bytes) -> None:
    assert refusal_of(data) == "document_type_not_supported"


@pytest.mark.parametrize("size", [(40_000, 10), (10, 40_000), (7_000, 7_000)])
def test_a_picture_that_declares_too_many_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    assert refusal_of(png(*size)) == "document_too_large"


def test_a_picture_without_extent_is_corrupt() -> None:
    assert refusal_of(png(0, 10)) == "document_corrupt"


def test_a_png_cut_short_is_corrupt() -> None:
    assert refusal_of(png(10, 10, end=False)) == "document_corrupt"


def test_a_pdf_without_a_body_is_corrupt() -> None:
    assert refusal_of(b"%PDF-1.7\n%nothing") == "document_corrupt"


def test_a_heic_is_known_by_its_bytes_whatever_its_name() -> None:
    assert sniff(HEIC.read_bytes()) is Media.HEIC


def test_a_heic_cut_in_half_is_corrupt() -> None:
    data = HEIC.read_bytes()
    assert refusal_of(data[: len(data) // 2]) == "document_corrupt"


@pytest.mark.parametrize("media", ["png", "jpeg", "webp"])
def test_a_picture_cut_in_half_is_corrupt(media: str) -> None:
    data = draw(Kind.RESIDENCE_PERMIT, EXAMPLES[Kind.RESIDENCE_PERMIT], media=media)
    assert refusal_of(data[: len(data) // 2]) == "document_corrupt"
