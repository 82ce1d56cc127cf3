# SPDX-License-Identifier: Apache-2.0
"""Hostile pictures: bombs, liars, rare kinds, polyglots and what a telephone leaves in them."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

from tests.hostile.files import CORRUPT, HEIC, LARGE, TYPE, UNREADABLE, chunk, photo, png, saved, with_segment

BROKEN: set[str | None] = {CORRUPT, UNREADABLE}
READ: set[str | None] = {None}


def exif(*entries: tuple[int, int, bytes]) -> bytes:
    """A big-endian EXIF block of entries: tag, type and four bytes of value."""
    body = b"".join(struct.pack(">HHI", tag, kind, 1) + value for tag, kind, value in entries)
    return b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + struct.pack(">H", len(entries)) + body + bytes(4)


def gps() -> bytes:
    """Orientation, maker, and a pointer to a block of places behind them."""
    head = exif((0x010F, 2, b"SPEC"), (0x0112, 3, b"\x00\x01\x00\x00"), (0x8825, 4, struct.pack(">I", 50)))
    place = struct.pack(">H", 1) + struct.pack(">HHI", 2, 2, 4) + b"48N\x00" + bytes(4)
    return with_segment(0xE1, head + place)


def scans(count: int) -> bytes:
    """A progressive JPEG that repeats its last scan, each of which is decoded over the whole picture."""
    file = io.BytesIO()
    Image.new("L", (2000, 2000)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + b"\xff\xd9"


def without(marker: bytes) -> bytes:
    """The photo whose segments of a kind are gone."""
    data = photo()
    while (at := data.find(marker)) >= 0:
        (length,) = struct.unpack_from(">H", data, at + 2)
        data = data[:at] + data[at + 2 + length :]
    return data


def with_part(name: bytes, body: bytes) -> bytes:
    """A PNG of a good size with a part of its own before the picture."""
    return png(300, 200, bytes(301 * 200), extra=chunk(name, body))


def interlaced(side: int) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 1))
    rows = zlib.compress(bytes((side + 1) * side * 2), 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def frames(form: str, count: int, **options: object) -> bytes:
    file = io.BytesIO()
    sheets = [Image.new("RGB", (400, 300), (index % 256, 0, 0)) for index in range(count)]
    sheets[0].save(file, form, save_all=True, append_images=sheets[1:], **options)
    return file.getvalue()


def webp(form: bytes, body: bytes) -> bytes:
    content = b"WEBP" + form + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(content)) + content


def archive(name: str, body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(name, body)
    return file.getvalue()


def heic() -> bytes:
    return HEIC.read_bytes()


PICTURES: dict[str, tuple[Callable[[], bytes], set[str | None]]] = {
    "jpeg with a place": (gps, READ),
    "jpeg whose EXIF points at itself": (lambda: with_segment(0xE1, exif((0x8769, 4, struct.pack(">I", 8)))), READ),
    "jpeg whose EXIF points far away": (lambda: with_segment(0xE1, exif((0x8825, 4, b"\xff\xff\xff\xff"))), READ),
    "jpeg whose EXIF counts 65,535 entries": (
        lambda: with_segment(0xE1, b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff"), READ,
    ),
    "jpeg with a broken colour profile": (lambda: with_segment(0xE2, b"ICC_PROFILE\x00\x01\x01" + bytes(300)), READ),
    "jpeg with an Adobe mark": (lambda: with_segment(0xEE, b"Adobe\x00d\x00\x00\x00\x00\x02"), {*BROKEN, None}),
    "jpeg with a page of HTML": (lambda: with_segment(0xFE, b"<script>alert(1)</script>"), READ),
    "jpeg with a zip behind it": (lambda: photo() + archive("a.txt", b"a"), READ),
    "jpeg of 400 scans": (lambda: scans(400), {*BROKEN, LARGE, "reader_failed"}),
    "jpeg without tables of numbers": (lambda: without(b"\xff\xdb"), BROKEN),
    "jpeg without tables of codes": (lambda: without(b"\xff\xc4"), {*BROKEN, None}),
    "jpeg without a frame": (lambda: without(b"\xff\xc0"), BROKEN),
    "jpeg of lossless kind": (lambda: photo().replace(b"\xff\xc0", b"\xff\xc3", 1), BROKEN),
    "jpeg of arithmetic kind": (lambda: photo().replace(b"\xff\xc0", b"\xff\xc9", 1), {*BROKEN, None}),
    "jpeg of twelve bits": (lambda: photo().replace(b"\x00\x11\x08", b"\x00\x11\x0c", 1), BROKEN),
    "jpeg of many pictures": (lambda: frames("MPO", 3), {UNREADABLE, TYPE}),
    "jpeg of grey": (lambda: saved("L", "JPEG"), {UNREADABLE}),
    "jpeg of one pixel": (lambda: saved("RGB", "JPEG", (1, 1)), {UNREADABLE}),
    "jpeg of 20,000 by 40": (lambda: saved("L", "JPEG", (20_000, 40)), {UNREADABLE}),
    "jpeg of 40 by 20,000": (lambda: saved("L", "JPEG", (40, 20_000)), {UNREADABLE}),
    "png interlaced": (lambda: interlaced(3_000), {UNREADABLE}),
    "png of 2,000 empty parts": (lambda: png(300, 200, bytes(301 * 200), extra=chunk(b"IDAT", b"") * 2_000), BROKEN),
    "png with 10 MB of words": (
        lambda: with_part(b"tEXt", b"k\x00" + b"x" * 10**7),
        BROKEN,
    ),
    "png with a profile bomb": (
        lambda: with_part(b"iCCP", b"p\x00\x00" + zlib.compress(bytes(50_000_000))),
        BROKEN,
    ),
    "png with a language bomb": (
        lambda: with_part(b"iTXt", b"k\x00\x01\x00\x00\x00" + zlib.compress(bytes(80_000_000))),
        BROKEN,
    ),
    "png of no width": (lambda: png(0, 10, b""), {CORRUPT}),
    "png of an unknown depth": (lambda: png(30, 30, bytes(31 * 30), bits=7), BROKEN),
    "png without data": (
        lambda: png(99, 99, b"").replace(b"IDAT", b"iDAT"),
        BROKEN,
    ),
    "png whose part is 4 GB": (
        lambda: saved("RGB", "PNG")[:33] + b"\xff\xff\xff\xffIDAT",
        {CORRUPT},
    ),
    "png of 1 bit": (lambda: saved("1", "PNG"), {UNREADABLE}),
    "png with an alpha of 16 bits": (lambda: saved("LA", "PNG"), {UNREADABLE}),
    "png that moves": (lambda: frames("PNG", 60), {UNREADABLE}),
    "png with a program behind it": (lambda: saved("RGB", "PNG") + b"\x7fELF" + bytes(500), {UNREADABLE}),
    "webp that moves": (lambda: frames("WEBP", 60), {UNREADABLE}),
    "webp lossless of 16,383 squared": (lambda: webp(b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(40)), {LARGE}),
    "webp lossless of noise": (lambda: webp(b"VP8L", b"\x2f" + bytes(range(200))), {*BROKEN, LARGE}),
    "webp that declares a canvas": (lambda: webp(b"VP8X", bytes(4) + b"\x63\x00\x00\x63\x00\x00" + bytes(30)), BROKEN),
    "heic without a picture": (lambda: heic()[:40] + bytes(8), BROKEN),
    "heic of noise": (lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(range(256)) * 4, {CORRUPT}),
    "heic whose parts are not there": (lambda: heic().replace(b"iloc", b"ilox"), BROKEN),
    "heic whose codec is another": (lambda: heic().replace(b"hvcC", b"av1C"), BROKEN),
    "heic of no size": (lambda: heic().replace(b"ispe\0\0\0\0", b"ispe\0\0\0\0" + bytes(8), 1), {CORRUPT, LARGE}),
    "film": (lambda: b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(300), {TYPE}),
    "icon": (lambda: saved("RGB", "ICO", (32, 32)), {TYPE}),
    "photoshop": (lambda: b"8BPS\x00\x01" + bytes(100), {TYPE}),
    "postscript": (lambda: b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file", {TYPE}),
    "word": (lambda: archive("word/document.xml", b"<a/>"), {TYPE}),
    "zip bomb": (lambda: archive("a", bytes(60_000_000)), {TYPE}),
    "gzip": (lambda: gzip.compress(bytes(1_000_000)), {TYPE}),
    "svg packed": (lambda: gzip.compress(b"<svg/>"), {TYPE}),
    "svg that loads a file": (
        lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>', {TYPE},
    ),
    "xml of a billion laughs": (lambda: b'<!DOCTYPE a [<!ENTITY b "&c;&c;">]><a>&b;</a>', {TYPE}),
    "rtf": (lambda: b"{\\rtf1 {\\object}}", {TYPE}),
    "jpeg 2000": (lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(100), {TYPE}),
    "jpeg xl": (lambda: b"\xff\x0a" + bytes(100), {TYPE}),
    "byte order marks": (lambda: b"\xef\xbb\xbf" * 500, {TYPE}),
    "one byte": (lambda: b"\xff", {TYPE}),
    "a start of a jpeg": (lambda: b"\xff\xd8\xff", {CORRUPT}),
    "a jpeg of marks": (lambda: b"\xff\xd8" + b"\xff" * 100_000, {CORRUPT}),
    "a jpeg of starts": (lambda: b"\xff\xd8\xff\xd8" * 1000, {CORRUPT}),
}  # fmt: skip
