# SPDX-License-Identifier: Apache-2.0
"""Where on a page of a PDF a 2D code can stand, from what is drawn there."""

from collections.abc import Iterator

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from numpy.typing import NDArray

from ocr.child.decode import opened
from ocr.child.engine import available
from ocr.child.page import Seen
from ocr.child.pdf_content import code_areas
from ocr.models import DEFAULT_LIMITS, Box, Media

WIDTH, HEIGHT = 595, 842
# A code of 25 modules of 2 points, every other one dark, its lower left corner at (400, 700): from the top 92 to 142.
CODE = "\n".join(f"{400 + 4 * x} {700 + 4 * y} 2 2 re f" for x in range(12) for y in range(12))
RULES = "\n".join(f"40 {100 + 20 * row} 515 0.5 re f" for row in range(30))
BULLETS = "40 300 3 3 re f\n40 320 3 3 re f"


def stream(facts: str, drawn: str) -> str:
    return f"<<{facts}/Length {len(drawn)}>>stream\n{drawn}\nendstream"


def document(drawn: str, turned: int = 0, facts: str = "", others: tuple[str, ...] = ()) -> bytes:
    """Return a PDF of one page with a content stream, shown turned clockwise; its other objects are counted from 5."""
    added = "".join(f"{number} 0 obj{other} endobj\n" for number, other in enumerate(others, 5))
    return (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Rotate {turned}/Contents 4 0 R{facts}>>"
        f"endobj\n4 0 obj{stream('', drawn)} endobj\n{added}trailer<</Root 1 0 R>>\n%%EOF"
    ).encode()


def page(drawn: str, turned: int = 0) -> pdfium.PdfPage:
    """Return the only page of a PDF with a content stream, shown turned clockwise by so many degrees."""
    return pdfium.PdfDocument(document(drawn, turned))[0]


def around(area: Box, box: Box) -> bool:
    """Tell whether an area holds a box with a margin of 8 points and is not much larger."""
    return all(side - 20 <= edge <= side - 8 for side, edge in zip(box[:2], area[:2], strict=True)) and all(
        side + 8 <= edge <= side + 20 for side, edge in zip(box[2:], area[2:], strict=True)
    )


@pytest.mark.parametrize(
    ("turned", "box"),
    [(0, (400, 96, 446, 142)), (90, (700, 400, 746, 446)), (180, (149, 700, 195, 746)), (270, (96, 149, 142, 195))],
)
def test_strokes_close_together_are_one_area_where_the_page_shows_them(turned: int, box: Box) -> None:
    (area,) = code_areas(page(f"{RULES}\n{CODE}", turned))
    assert around(area, box)


@pytest.mark.parametrize("drawn", ["", RULES, BULLETS])
def test_rules_and_a_few_strokes_are_no_code(drawn: str) -> None:
    assert code_areas(page(drawn)) == []


@pytest.mark.parametrize("drawn", [f"q 1e30 0 0 1e30 -1e30 0 cm\n{CODE}\nQ", f"{CODE}\n1e38 1e38 1e38 1e38 re f"])
def test_what_is_drawn_far_outside_stays_within_the_page(drawn: str) -> None:
    for left, top, right, bottom in code_areas(page(drawn)):
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT


def pieces() -> Iterator[str]:
    """Yield a picture cut in two halves, one upon the other, and one apart."""
    for x, y in ((100, 600), (100, 630), (300, 400)):
        yield f"q 60 0 0 30 {x} {y} cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q"


def test_pieces_of_a_picture_are_one_area_and_the_smallest_area_comes_first() -> None:
    smaller, larger = code_areas(page("\n".join(pieces())))
    assert around(smaller, (300, 412, 360, 442))
    assert around(larger, (100, 182, 160, 242))


OURS, FOREIGN = "https://registry.example/one", "https://elsewhere.example/two"


def modules(text: str) -> NDArray[np.uint8]:
    """Return the modules of a QR code with its margin, 0 or 255."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return np.asarray(zxingcpp.write_barcode_to_image(code, scale=1), np.uint8)


def picture(text: str, side: float, left: float, bottom: float, around: int = 0) -> str:
    """Return a picture of a code, with so many modules of paper around it."""
    pixels = np.pad(modules(text), around, constant_values=255)
    inline = f"BI /W {len(pixels)} /H {len(pixels)} /CS /G /BPC 8 /F /AHx ID {pixels.tobytes().hex()}> EI"
    return f"q {side} 0 0 {side} {left} {bottom} cm {inline} Q"


def squares(text: str, side: float, left: float, bottom: float) -> str:
    """Return the dark modules as parts of a path that nothing has painted yet."""
    pixels = modules(text)
    one = side / len(pixels)
    dark = zip(*np.nonzero(pixels[::-1] == 0), strict=True)
    return " ".join(f"{left + x * one:.3f} {bottom + y * one:.3f} {one:.3f} {one:.3f} re" for y, x in dark)


def codes_seen(data: bytes) -> list[str]:
    """Return the codes on the only page of a PDF whose print is in its text layer."""
    with opened(data, Media.PDF, DEFAULT_LIMITS) as decoded:
        seen = Seen(decoded.sheets[0], available(), scanned=False)
        seen.look_for_codes()
        return sorted(code.text for code in seen.codes)


@pytest.mark.parametrize(("side", "around"), [(100, 0), (400, 0), (400, 60)])
def test_a_code_in_a_small_picture_hides_none_in_another_one(side: int, around: int) -> None:
    drawn = f"{picture(OURS, 60, 450, 750)}\n{picture(FOREIGN, side, 40, 200, around)}"
    assert codes_seen(document(drawn)) == [FOREIGN, OURS]


def test_a_code_seen_twice_is_one() -> None:
    assert codes_seen(document(f"{picture(OURS, 60, 450, 750)}\n{picture(OURS, 400, 40, 200)}")) == [OURS]


def test_a_code_in_one_path_with_a_rule_as_wide_as_the_page_is_seen() -> None:
    assert codes_seen(document(f"{squares(OURS, 80, 400, 650)} 40 600 515 0.5 re f")) == [OURS]


def test_a_code_that_is_a_glyph_is_seen() -> None:
    font = (
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<</a 6 0 R>>"
        "/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[1000]>>"
    )
    glyph = stream("", f"1000 0 0 0 1000 1000 d1 {squares(OURS, 1000, 0, 0)} f")
    drawn = "BT /F1 80 Tf 400 650 Td (a) Tj ET"
    assert codes_seen(document(drawn, 0, "/Resources<</Font<</F1 5 0 R>>>>", (font, glyph))) == [OURS]


def test_a_code_on_a_stamp_is_seen() -> None:
    stamp = "<</Type/Annot/Subtype/Stamp/Rect[400 650 480 730]/F 4/AP<</N 6 0 R>>>>"
    form = stream("/Type/XObject/Subtype/Form/BBox[0 0 80 80]", f"{squares(OURS, 80, 0, 0)} f")
    assert codes_seen(document("", 0, "/Annots[5 0 R]", (stamp, form))) == [OURS]


def test_a_code_that_is_a_tile_of_a_coloured_pattern_is_seen() -> None:
    facts = "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 80 80]/XStep 80/YStep 80/Resources<<>>"
    tile = stream(f"{facts}/Matrix[1 0 0 1 400 650]", f"{squares(OURS, 80, 0, 0)} f")
    drawn = "/Pattern cs /P1 scn 400 650 80 80 re f"
    assert codes_seen(document(drawn, 0, "/Resources<</Pattern<</P1 5 0 R>>>>", (tile,))) == [OURS]


def test_print_in_a_font_with_a_file_is_no_code() -> None:
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    data = document("BT /F1 60 Tf 100 650 Td (Extrait) Tj ET", 0, "/Resources<</Font<</F1 5 0 R>>>>", (font,))
    assert code_areas(pdfium.PdfDocument(data)[0]) == []
