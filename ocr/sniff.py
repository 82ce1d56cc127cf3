# SPDX-License-Identifier: Apache-2.0
"""What a file says of itself: magic bytes and declared sizes, read without any decoder.

Safe in the web process: only slices and struct.unpack, in time linear in the size of the file.
Name and declared type of an upload are never asked, only its bytes (a HEIC named .jpg is HEIC).
"""

import struct
from collections.abc import Callable, Iterator

from ocr.models import DEFAULT_LIMITS, Limits, Media, Refusal

_PNG = b"\x89PNG\r\n\x1a\n"
# Brands of ISO/IEC 23008-12 (HEIF) coded with HEVC, and the generic image brands that phones write.
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_STANDALONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0..15 without DHT, JPG, DAC
_PDF_WINDOW = 1024  # ISO 32000-1, annex H.3.4.1: readers look for the header in the first 1,024 bytes

_CORRUPT = Refusal("document_corrupt", "The file is empty, cut short or damaged.")
_TYPE = Refusal("document_type_not_supported", "Only PDF, JPEG, PNG, WebP and HEIC files are read.")


def sniff(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Media | Refusal:
    """Return the media type that the magic bytes prove, or why the file cannot be read."""
    if not data:
        return _CORRUPT
    if len(data) > limits.max_bytes:
        return Refusal("document_too_large", f"The file exceeds {limits.max_bytes:,} bytes.")
    media = _media(data)
    if media is None:
        return _TYPE
    if media is Media.PDF:
        return Media.PDF if _pdf_has_body(data) else _CORRUPT
    size = _SIZES[media](data)
    if size is None:
        return _CORRUPT
    return _bounded(media, size, limits)


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Return (width, height) of a whole JPEG, or None when it is damaged or cut short."""
    position, size = 2, None
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _STANDALONE_MARKERS:
            position += 2
            continue
        if marker == 0xDA:  # the scan starts: the frame was declared before, the end must come after
            return size if data.rfind(b"\xff\xd9", position) > 0 else None
        (length,) = struct.unpack_from(">H", data, position + 2)
        if marker in _FRAME_MARKERS and position + 9 <= len(data):
            height, width = struct.unpack_from(">HH", data, position + 5)
            size = (width, height)
        if length < 2:
            return None
        position += 2 + length
    return None


def _media(data: bytes) -> Media | None:
    if data.startswith(b"\xff\xd8\xff"):
        return Media.JPEG
    if data.startswith(_PNG):
        return Media.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Media.WEBP
    if data[4:8] == b"ftyp":
        return Media.HEIC if data[8:12] in _HEIC_BRANDS else None
    header = data.find(b"%PDF-", 0, _PDF_WINDOW + 5)
    # Bytes before the header are tolerated only where they cannot be another document in disguise.
    if header >= 0 and not data[:header].strip(b"\x00\t\n\x0c\r \xef\xbb\xbf"):
        return Media.PDF
    return None


def _pdf_has_body(data: bytes) -> bool:
    return b"obj" in data and (b"startxref" in data or b"trailer" in data or b"/XRef" in data)


def _png_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR" or len(data) < 33:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    position = 8
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        if data[position + 4 : position + 8] == b"IEND":
            return (width, height)
        position += 12 + length
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    (declared,) = struct.unpack_from("<I", data, 4)
    if declared + 8 > len(data) + 1 or len(data) < 30:
        return None
    form = data[12:16]
    if form == b"VP8X":
        return (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
        )
    if form == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return (width & 0x3FFF, height & 0x3FFF)
    return None


def _heic_size(data: bytes) -> tuple[int, int] | None:
    if not _boxes_are_whole(data):
        return None
    sizes = list(_spatial_extents(data))
    return max(sizes, key=lambda size: size[0] * size[1]) if sizes else None


def _boxes_are_whole(data: bytes) -> bool:
    position = 0
    while position + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        if length == 1 and position + 16 <= len(data):
            (length,) = struct.unpack_from(">Q", data, position + 8)
        if length == 0:  # ISO/IEC 14496-12, 4.2: the last box reaches the end of the file
            return True
        if length < 8:
            return False
        position += length
    return position == len(data)


def _spatial_extents(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield every declared size ('ispe', ISO/IEC 23008-12, 6.5.3) whichever item it belongs to."""
    position = data.find(b"ispe")
    while position >= 0 and position + 16 <= len(data):
        width, height = struct.unpack_from(">II", data, position + 8)
        yield width, height
        position = data.find(b"ispe", position + 4)


def _bounded(media: Media, size: tuple[int, int], limits: Limits) -> Media | Refusal:
    width, height = size
    if width == 0 or height == 0:
        return _CORRUPT
    if max(width, height) > limits.max_side or width * height > limits.max_pixels:
        return Refusal(
            "document_too_large",
            f"The picture declares {width:,} x {height:,} pixels; "
            f"{limits.max_pixels // 1_000_000} megapixels are read at most.",
        )
    return media


_SIZES: dict[Media, Callable[[bytes], tuple[int, int] | None]] = {
    Media.JPEG: jpeg_size,
    Media.PNG: _png_size,
    Media.WEBP: _webp_size,
    Media.HEIC: _heic_size,
}
