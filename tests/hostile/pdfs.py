# SPDX-License-Identifier: Apache-2.0
"""Hostile PDF files: what acts, hides, loops, nests, explodes, locks or lies."""

import io
import zlib
from collections.abc import Callable

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.hostile.files import CORRUPT, LARGE, LOCKED, TYPE, UNREADABLE, extract, one_page, pdf, photo, stream

BROKEN: set[str | None] = {CORRUPT, UNREADABLE}
# What is only worth a limit of memory or time may end at it; the reader is gone, the service is not.
EXPLODING: set[str | None] = {CORRUPT, UNREADABLE, LARGE, "reader_failed"}
EMPTY = stream(b"")


def acting(action: bytes) -> bytes:
    return one_page(EMPTY, catalogue=b"/OpenAction<<%s>>" % action)


def with_image(entries: bytes, body: bytes) -> bytes:
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        stream(b"300 0 0 200 0 0 cm /I Do"),
        stream(body, b"/Type/XObject/Subtype/Image" + entries),
    )


def with_resources(content: bytes, resources: bytes, *objects: bytes) -> bytes:
    """A page with a content and resources that name objects from 5 on."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<<%s>>>>" % resources
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree, page, stream(content), *objects)


def encrypted(password: str, bits: int) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption(password, "owner", strength=bits))
    canvas.drawString(72, 720, "closed")
    canvas.save()
    return file.getvalue()


def locked_with_aes() -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(extract())))
    writer.encrypt(owner_pass="owner", user_pass="user")  # type: ignore[no-untyped-call]
    file = io.BytesIO()
    writer.write(file)  # type: ignore[no-untyped-call]
    return file.getvalue()


def deep_pages(depth: int) -> bytes:
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 3) for number in range(depth)]
    page = b"<</Type/Page/MediaBox[0 0 300 200]>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", *nodes, page)


def with_xref(trailer: bytes) -> bytes:
    body = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    return (
        body
        + b"xref\n0 1\n0000000000 65535 f \ntrailer<<"
        + trailer % len(body)
        + b">>\nstartxref\n%d\n%%%%EOF" % len(body)
    )


def many_times(data: bytes, times: int) -> bytes:
    """Deflated so often: each layer a thousandth of the next."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def lzw_of_zeros(codes: int) -> bytes:
    """Nine-bit codes of LZW (clear, zero, zero, ...) packed."""
    bits = "".join(f"{256:09b}{0:09b}" for _ in range(codes))
    return int(bits, 2).to_bytes((len(bits) + 7) // 8, "big")


def fonts_in_circles() -> bytes:
    font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 65/LastChar 65/Widths[9]"
    font += b"/Encoding<</Differences[65/A]>>/CharProcs<</A 6 0 R>>/Resources<</Font<</F 5 0 R>>>>>>"
    return with_resources(
        b"BT /F 12 Tf (AAAA) Tj ET", b"/Font<</F 5 0 R>>", font, stream(b"9 0 d0 BT /F 1 Tf (AA) Tj ET")
    )


def patterns_in_circles() -> bytes:
    entries = b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 2 2]/XStep 2/YStep 2/Resources<</Pattern<</P 5 0 R>>>>"
    paint = b"/Pattern cs /P scn 0 0 300 200 re f"
    return with_resources(paint, b"/Pattern<</P 5 0 R>>", stream(paint, entries))


def tiny_tiles() -> bytes:
    entries = b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001/Resources<<>>"
    return with_resources(
        b"/Pattern cs /P scn 0 0 300 200 re f", b"/Pattern<</P 5 0 R>>", stream(b"0 0 1 1 re f", entries)
    )


def written(lines: int) -> bytes:
    return one_page(stream(b"BT /F 1 Tf " + b"(" + b"x" * 200 + b") Tj " * lines + b"ET", deflate=True))


def annotated(count: int, more: bytes) -> bytes:
    notes = b"<</Type/Annot/Subtype/FreeText/Rect[9 9 99 99]%s>>" % more
    return one_page(EMPTY, more=b"/Annots[%s]" % (notes * count))


GRAY = b"/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
SMALL = GRAY % (30, 20)

PDFS: dict[str, tuple[Callable[[], bytes], set[str | None]]] = {
    **{
        f"pdf that would {name}": (lambda action=action: acting(action), BROKEN)  # type: ignore[misc]
        for name, action in {
            "run a script from a stream": b"/S/JavaScript/JS 4 0 R",
            "run a script with a hidden name": b"/S/J#61vaScript/JS(app.alert(1))",
            "start a program with parameters": b"/S/Launch/Win<</F(cmd.exe)/P(/c calc)>>",
            "open another file": b"/S/GoToR/F(/etc/passwd)/D[0/Fit]",
            "open an embedded file": b"/S/GoToE/T<</R/C/N(a)>>",
            "call a server": b"/S/URI/URI(http://127.0.0.1:9/)",
            "send its form": b"/S/SubmitForm/F(http://127.0.0.1:9/)",
            "import data": b"/S/ImportData/F(//host/share/a.fdf)",
            "play a film": b"/S/Rendition/OP 0/R<</S/MR/C<</S/MCD/D(a)>>>>",
            "act again and again": b"/S/Named/N/NextPage/Next 1 0 R",
        }.items()
    },
    "pdf with scripts by name": (
        lambda: one_page(EMPTY, catalogue=b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>"), BROKEN,
    ),
    "pdf with a form that is a program": (lambda: one_page(EMPTY, catalogue=b"/AcroForm<</XFA 4 0 R>>"), BROKEN),
    "pdf with another pdf inside": (
        lambda: one_page(
            stream(extract(), b"/Type/EmbeddedFile"),
            catalogue=b"/Names<</EmbeddedFiles<</Names[(a)<</EF<</F 4 0 R>>>>]>>>>",
        ),
        BROKEN,
    ),
    "pdf with 20,000 annotations": (lambda: annotated(20_000, b"/Contents(a)"), BROKEN),
    "pdf with an annotation that draws itself": (lambda: annotated(1, b"/AP<</N 4 0 R>>"), BROKEN),
    "pdf locked for its owner only": (
        lambda: encrypted("", 128),
        {UNREADABLE, None},
    ),
    "pdf locked with 40 bits": (lambda: encrypted("u", 40), {LOCKED}),
    "pdf locked with 256 bits": (locked_with_aes, {LOCKED}),
    "pdf locked by a stranger": (
        lambda: one_page(EMPTY).replace(b"/Root", b"/Encrypt<</Filter/Stranger/V 9/R 9>>/Root"),
        {CORRUPT, LOCKED},
    ),
    "pdf with a crooked lock": (
        lambda: one_page(EMPTY).replace(b"/Root", b"/Encrypt<</Filter/Standard/V 5/R 6/O()/U()/P -1>>/Root"),
        {CORRUPT, LOCKED, UNREADABLE},
    ),
    "pdf with pages 500 deep": (lambda: deep_pages(500), BROKEN),
    "pdf with pages 20,000 deep": (lambda: deep_pages(20_000), BROKEN),
    "pdf whose kids are their parents": (
        lambda: pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Pages/Kids[2 0 R]/Count 1>>",
        ),
        BROKEN,
    ),
    "pdf that counts 2 billion pages": (
        lambda: extract().replace(b"/Count 1", b"/Count 2147483647"),
        {*BROKEN, LARGE, None},
    ),
    "pdf that counts less than no page": (lambda: extract().replace(b"/Count 1", b"/Count -1"), {*BROKEN, LARGE, None}),
    "pdf whose table is its own forerunner": (lambda: with_xref(b"/Size 3/Root 1 0 R/Prev %d"), BROKEN),
    "pdf whose table lies behind the end": (
        lambda: extract().replace(b"startxref\n", b"startxref\n9"),
        {*BROKEN, None},
    ),
    "pdf whose table is of negative size": (lambda: with_xref(b"/Size -%d/Root 1 0 R"), BROKEN),
    "pdf whose root is a number": (lambda: one_page(EMPTY).replace(b"/Root 1 0 R", b"/Root 7"), {*BROKEN, None}),
    "pdf whose root is itself": (lambda: pdf(b"1 0 R"), BROKEN),
    "pdf of 300,000 brackets": (lambda: one_page(EMPTY, more=b"/A" + b"[" * 300_000), BROKEN),
    "pdf of 100,000 dictionaries": (lambda: one_page(EMPTY, more=b"/A" + b"<</B" * 100_000), BROKEN),
    "pdf of open strings": (lambda: one_page(EMPTY, more=b"/A" + b"(" * 200_000), BROKEN),
    "pdf with a stream of 2 GB declared": (
        lambda: one_page(EMPTY).replace(b"/Length 0", b"/Length 2147483647"),
        BROKEN,
    ),
    "pdf with a stream of less than nothing": (lambda: one_page(EMPTY).replace(b"/Length 0", b"/Length -5"), BROKEN),
    "pdf whose length is itself": (lambda: one_page(EMPTY).replace(b"/Length 0", b"/Length 4 0 R"), BROKEN),
    "pdf deflated three times": (
        lambda: one_page(stream(many_times(b"0 0 9 9 re f " * 2_000_000, 3), b"/Filter[" + b"/FlateDecode" * 3 + b"]")),
        EXPLODING,
    ),
    "pdf with forty filters": (
        lambda: one_page(stream(b"00" * 9_000, b"/Filter[" + b"/ASCIIHexDecode" * 40 + b"]")), EXPLODING,
    ),
    "pdf with an LZW bomb": (lambda: one_page(stream(lzw_of_zeros(200_000), b"/Filter/LZWDecode")), EXPLODING),
    "pdf with run lengths": (lambda: one_page(stream(b"\x81\x00" * 2_000_000, b"/Filter/RunLengthDecode")), EXPLODING),
    "pdf with a predictor of 1 GB columns": (
        lambda: one_page(stream(bytes(500), b"/DecodeParms<</Predictor 15/Columns 1073741824>>", deflate=True)),
        EXPLODING,
    ),
    "pdf with an unknown filter": (lambda: one_page(stream(b"abc", b"/Filter/Nonsense")), BROKEN),
    "pdf with fonts in circles": (fonts_in_circles, EXPLODING),
    "pdf with patterns in circles": (patterns_in_circles, EXPLODING),
    "pdf with tiny tiles": (tiny_tiles, EXPLODING),
    "pdf with two million letters": (lambda: written(20_000), {*EXPLODING, None}),
    "pdf with a letter of a mile": (lambda: one_page(stream(b"BT /F 99999999 Tf (a) Tj ET")), BROKEN),
    "pdf with lines without end": (
        lambda: one_page(stream(b"0 0 m " + b"1e30 -1e30 l 5 5 l " * 50_000 + b"S")),
        EXPLODING,
    ),
    "pdf with dashes of nothing": (lambda: one_page(stream(b"[0.0001] 0 d 0 0 m 500 500 l S " * 200)), EXPLODING),
    "pdf with 100,000 saved states": (lambda: one_page(stream(b"q " * 100_000)), EXPLODING),
    "pdf with a picture of nothing": (lambda: with_image(GRAY % (0, 0), b""), BROKEN),
    "pdf with a picture of negative size": (lambda: with_image(GRAY % (-5, -5), bytes(25)), BROKEN),
    "pdf with a picture too short": (lambda: with_image(GRAY % (4_000, 4_000), bytes(9)), BROKEN),
    "pdf with a picture of one line": (lambda: with_image(GRAY % (2_000_000_000, 1), bytes(9)), EXPLODING),
    "pdf with a broken JPEG": (lambda: with_image(SMALL + b"/Filter/DCTDecode", photo()[:5000]), BROKEN),
    "pdf with a JPEG 2000 of noise": (
        lambda: with_image(SMALL + b"/Filter/JPXDecode", b"\x00\x00\x00\x0cjP  " + bytes(99)),
        BROKEN,
    ),
    "pdf with a JBIG2 of noise": (
        lambda: with_image(SMALL + b"/Filter/JBIG2Decode", b"\x97JB2" + bytes(range(256))),
        BROKEN,
    ),
    "pdf with a fax of noise": (
        lambda: with_image(
            SMALL + b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 60000/Rows 60000>>", bytes(range(256)) * 40
        ),
        EXPLODING,
    ),
    "pdf with a mask of itself": (lambda: with_image(SMALL + b"/SMask 5 0 R", bytes(600)), BROKEN),
    "pdf with colours in circles": (
        lambda: with_image(
            b"/Width 9/Height 9/BitsPerComponent 8/ColorSpace[/Indexed[/Indexed 5 0 R 9 0]9 0]", bytes(81)
        ),
        BROKEN,
    ),
    "pdf with a page on its back": (lambda: one_page(EMPTY, b"595 842 0 0"), BROKEN),
    "pdf with a page of letters": (lambda: one_page(EMPTY, b"a b c d"), BROKEN),
    "pdf with a page far away": (lambda: one_page(EMPTY, b"1e9 1e9 1.0000001e9 1.0000001e9"), BROKEN),
    "pdf with a page turned by a degree": (lambda: one_page(EMPTY, more=b"/Rotate 1"), BROKEN),
    "pdf with units of a mile": (lambda: one_page(EMPTY, more=b"/UserUnit 1e9"), BROKEN),
    "pdf with 30 large pages": (
        lambda: pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count 30>>" % (b"3 0 R " * 30),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 2000 2000]>>",
        ),
        {*EXPLODING},
    ),
    "pdf behind a GIF": (lambda: b"GIF89a" + extract(), {TYPE}),
    "pdf behind a program": (lambda: b"MZ" + bytes(60) + extract(), {TYPE}),
    "pdf behind 2,000 blanks": (lambda: b" " * 2_000 + extract(), {TYPE}),
    "pdf twice": (lambda: extract() + extract(), {*BROKEN, None}),
    "pdf with a JPEG before its end": (lambda: extract().replace(b"%%EOF", photo() + b"%%EOF"), {*BROKEN, None}),
    "pdf of version 9.9": (lambda: extract().replace(b"%PDF-1.", b"%PDF-9.", 1), {*BROKEN, None}),
    "pdf without a table": (lambda: extract().replace(b"xref", b"xxxx"), {*BROKEN, None}),
    "pdf with a signature of nothing": (
        lambda: one_page(
            EMPTY,
            catalogue=b"/AcroForm<</SigFlags 3/Fields[<</FT/Sig/T(a)"
            b"/V<</Type/Sig/ByteRange[0 9 9 9]/Contents<00>>>>>]>>",
        ),
        BROKEN,
    ),
    "pdf with signatures in circles": (
        lambda: one_page(EMPTY, catalogue=b"/AcroForm<</Fields[5 0 R]>>", more=b"/ByteRange 1 0 R/Kids[3 0 R]"), BROKEN,
    ),
}  # fmt: skip
