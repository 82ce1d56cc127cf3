# SPDX-License-Identifier: Apache-2.0
"""Hostile files, built on the spot: bombs, liars, broken, locked and crooked documents."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import lru_cache

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ocr import Kind
from ocr.specimens import EXAMPLES, draw
from tests.paths import ROOT

LOCKED, LARGE, CORRUPT = "document_password_protected", "document_too_large", "document_corrupt"
TYPE, UNREADABLE = "document_type_not_supported", "document_not_readable"
HEIC = ROOT / "tests" / "golden" / "passport_specimen.heic"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, rows: bytes, *, bits: int = 8, extra: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


@lru_cache(maxsize=1)
def photo() -> bytes:
    return draw(Kind.PASSPORT, EXAMPLES[Kind.PASSPORT], media="jpeg")


@lru_cache(maxsize=1)
def extract() -> bytes:
    return draw(Kind.KBIS, EXAMPLES[Kind.KBIS], media="pdf")


def pdf(*objects: bytes) -> bytes:
    """Write objects 1, 2, ... with a true cross-reference table; object 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def stream(body: bytes, entries: bytes = b"", *, deflate: bool = False) -> bytes:
    data = zlib.compress(body, 9) if deflate else body
    filters = b"/Filter/FlateDecode" if deflate else b""
    return b"<<%s%s/Length %d>>stream\n%s\nendstream" % (entries, filters, len(data), data)


def one_page(content: bytes, box: bytes = b"0 0 595 842", catalogue: bytes = b"", more: bytes = b"") -> bytes:
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R%s>>" % (box, more),
        content,
    )


def locked_pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(72, 720, "closed")
    canvas.save()
    return file.getvalue()


def pages_pdf(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + index) for index in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count), *[page] * count)


def nested_forms() -> bytes:
    """Forms that draw each other twice, 24 levels deep: 16 million drawings."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        stream(b"/F Do"),
    ]
    for level in range(24):
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F %d 0 R>>>>" % (6 + level)
        objects.append(stream(b"/F Do /F Do", entries))
    objects.append(stream(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"))
    return pdf(*objects)


def image_bomb() -> bytes:
    """A picture of 60,000 x 60,000 in a PDF, 3.6 GB of zeros in a few kilobytes declared."""
    entries = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceGray/BitsPerComponent 8"
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        stream(b"595 0 0 842 0 0 cm /I Do"),
        stream(bytes(40_000_000), entries, deflate=True),
    )


def with_segment(marker: int, body: bytes) -> bytes:
    data = photo()
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + data[2:]


def with_frame(width: int, height: int) -> bytes:
    """The photo with another size declared in its frame."""
    data = bytearray(photo())
    place = next(at for at in range(len(data) - 1) if data[at] == 0xFF and data[at + 1] in {0xC0, 0xC2})
    struct.pack_into(">HH", data, place + 5, height, width)
    return bytes(data)


def with_orientation(value: int) -> bytes:
    tiff = b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01" + struct.pack(">HH", value, 0) + bytes(4)
    return with_segment(0xE1, b"Exif\x00\x00" + tiff)


def png_text_bomb() -> bytes:
    text = chunk(b"zTXt", b"k\x00\x00" + zlib.compress(bytes(90_000_000)))
    return png(30, 30, bytes(31 * 30), extra=text)


def gif_named_as_anything() -> bytes:
    file = io.BytesIO()
    Image.new("P", (40, 40)).save(file, "GIF")
    return file.getvalue()


def saved(mode: str, form: str, size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, form, **options)
    return file.getvalue()


def as_png(picture: Image.Image) -> bytes:
    """The picture on white paper, as a PNG."""
    sheet = Image.new("RGB", (picture.width + 200, picture.height + 200), "white")
    sheet.paste(picture, (100, 100))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def fuzzed(data: bytes, seed: int) -> bytes:
    """Some forty bytes changed at random places behind the first hundred."""
    chance = random.Random(seed)
    out = bytearray(data)
    for _ in range(40):
        out[chance.randrange(100, len(out))] = chance.randrange(256)
    return bytes(out)


# What each file may lead to: a code of refusal, several, or None where it is read.
FILES: dict[str, tuple[Callable[[], bytes], set[str | None]]] = {
    "empty": (lambda: b"", {CORRUPT}),
    "zeros": (lambda: bytes(5000), {TYPE}),
    "text": (lambda: b"hello " * 100, {TYPE}),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', {TYPE}),
    "html with a pdf header inside": (lambda: b"<html>%PDF-1.4 1 0 obj trailer</html>", {TYPE}),
    "zip": (lambda: b"PK\x03\x04" + bytes(100), {TYPE}),
    "zip polyglot": (lambda: b"PK\x03\x04" + bytes(40) + extract(), {TYPE}),
    "program": (lambda: b"\x7fELF" + bytes(200), {TYPE}),
    "script": (lambda: b"#!/bin/sh\nrm -rf /\n%PDF-1.7", {TYPE}),
    "gif": (gif_named_as_anything, {TYPE}),
    "tiff": (lambda: saved("L", "TIFF"), {TYPE}),
    "bmp": (lambda: saved("L", "BMP"), {TYPE}),
    "over the size limit": (lambda: b"\xff\xd8\xff" + bytes(21 * 1024 * 1024), {LARGE}),
    "40,000 pixels wide": (lambda: png(40_000, 40_000, b""), {LARGE}),
    "40,000 by 1": (lambda: png(40_000, 1, bytes(40_001)), {LARGE}),
    "900 megapixels of zeros": (lambda: png(30_000, 30_000, bytes(1_000_000), bits=1), {LARGE}),
    "39 megapixels of zeros": (lambda: png(6_200, 6_200, bytes(6_201 * 6_200)), {UNREADABLE}),
    "png that declares more than it holds": (lambda: png(6_000, 6_000, b"\x00" * 100), {CORRUPT, UNREADABLE}),
    "png that holds more than it declares": (lambda: png(10, 10, bytes(30_000_000)), {UNREADABLE, CORRUPT}),
    "png text bomb": (png_text_bomb, {CORRUPT, UNREADABLE}),
    "png with a broken check sum": (lambda: png(30, 30, bytes(31 * 30)).replace(b"IDAT", b"IDAT\x01", 1), {CORRUPT}),
    "png cut short": (lambda: draw(Kind.PASSPORT, EXAMPLES[Kind.PASSPORT])[:9000], {CORRUPT}),
    "png of 16 bits": (lambda: saved("I;16", "PNG"), {UNREADABLE}),
    "png with a palette and transparency": (lambda: saved("P", "PNG", transparency=0), {UNREADABLE}),
    "one pixel": (lambda: saved("RGB", "PNG", (1, 1)), {UNREADABLE}),
    "one line": (lambda: saved("RGB", "PNG", (5000, 1)), {UNREADABLE}),
    "jpeg header only": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF", {CORRUPT}),
    "jpeg cut in half": (lambda: photo()[: len(photo()) // 2], {CORRUPT}),
    "jpeg cut in half with an end": (lambda: photo()[: len(photo()) // 2] + b"\xff\xd9", {CORRUPT, UNREADABLE, None}),
    "jpeg of 65,535 by 65,535 declared": (lambda: with_frame(65_535, 65_535), {LARGE}),
    "jpeg of 6,300 by 6,300 declared": (lambda: with_frame(6_300, 6_300), {CORRUPT, UNREADABLE, None}),
    "jpeg of 0 by 0 declared": (lambda: with_frame(0, 0), {CORRUPT}),
    "jpeg in four colours": (lambda: saved("CMYK", "JPEG"), {UNREADABLE}),
    "jpeg with an orientation of 8": (lambda: with_orientation(8), {None}),
    "jpeg with an orientation of 200": (lambda: with_orientation(200), {None}),
    "jpeg with broken EXIF": (lambda: with_segment(0xE1, b"Exif\x00\x00MM\x00*\xff\xff\xff\xff"), {None}),
    "jpeg with 200 comments": (lambda: photo()[:2] + b"\xff\xfe\x00\x08abcdef" * 200 + photo()[2:], {None}),
    "jpeg with a pdf behind it": (lambda: photo() + extract(), {None}),
    "heic named .jpg": (HEIC.read_bytes, {None}),
    "heic cut short": (lambda: HEIC.read_bytes()[:-3000], {CORRUPT}),
    "heic that declares 60,000 by 60,000": (
        lambda: HEIC.read_bytes().replace(b"ispe\0\0\0\0", b"ispe\0\0\0\0" + struct.pack(">II", 60_000, 60_000), 1),
        {LARGE, CORRUPT},
    ),
    "avif": (lambda: b"\x00\x00\x00\x1cftypavif" + bytes(200), {TYPE}),
    "webp cut short": (lambda: saved("RGB", "WEBP")[:-20], {CORRUPT}),
    "webp that is not": (lambda: b"RIFF\x30\x00\x00\x00WEBPVP9 " + bytes(40), {CORRUPT}),
    "pdf header only": (lambda: b"%PDF-1.7", {CORRUPT}),
    "pdf of noise": (lambda: b"%PDF-1.7\n1 0 obj trailer" + random.Random(5).randbytes(4000), {CORRUPT}),
    "pdf with a password": (locked_pdf, {LOCKED}),
    "pdf of 31 pages": (lambda: pages_pdf(31), {LARGE}),
    "pdf of 20,000 pages": (lambda: pages_pdf(20_000), {LARGE}),
    "pdf without pages": (lambda: pages_pdf(0), {CORRUPT}),
    "pdf whose pages contain themselves": (
        lambda: pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 3>>"),
        {CORRUPT, UNREADABLE},
    ),
    "pdf page of 14 million points": (lambda: one_page(stream(b""), b"0 0 14400000 14400000"), {UNREADABLE, CORRUPT}),
    "pdf page without extent": (lambda: one_page(stream(b""), b"0 0 0 0"), {UNREADABLE, CORRUPT}),
    "pdf page of a hair's breadth": (lambda: one_page(stream(b""), b"0 0 0.001 842"), {UNREADABLE, CORRUPT}),
    "pdf with a content bomb": (
        lambda: one_page(stream(b"0 0 9 9 re f " * 3_000_000, deflate=True)),
        {UNREADABLE, LARGE},
    ),
    "pdf with nested forms": (nested_forms, {UNREADABLE, LARGE}),
    "pdf with a picture bomb": (image_bomb, {UNREADABLE, CORRUPT, LARGE, "reader_failed"}),
    "pdf that runs a script": (
        lambda: one_page(stream(b""), catalogue=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
        {UNREADABLE},
    ),
    "pdf that starts a program": (
        lambda: one_page(stream(b""), catalogue=b"/OpenAction<</S/Launch/F(/bin/sh)>>"),
        {UNREADABLE},
    ),
    "pdf cut short": (lambda: extract()[: len(extract()) // 2], {CORRUPT, UNREADABLE}),
    "pdf with rubbish behind it": (lambda: extract() + b"\x00" * 5000, {None}),
    "pdf behind blanks": (lambda: b"\n\n  " + extract(), {None}),
    **{
        f"jpeg with random changes {seed}": (
            lambda seed=seed: fuzzed(photo(), seed),  # type: ignore[misc]
            {CORRUPT, UNREADABLE, LARGE, None},
        )
        for seed in range(6)
    },
    **{
        f"pdf with random changes {seed}": (
            lambda seed=seed: fuzzed(extract(), seed),  # type: ignore[misc]
            {CORRUPT, UNREADABLE, LARGE, LOCKED, None},
        )
        for seed in range(6)
    },
    **{
        f"heic with random changes {seed}": (
            lambda seed=seed: fuzzed(HEIC.read_bytes(), seed),  # type: ignore[misc]
            {CORRUPT, UNREADABLE, LARGE, None},
        )
        for seed in range(4)
    },
}  # fmt: skip
