# SPDX-License-Identifier: Apache-2.0
"""Where on a page of a PDF a 2D code can stand, from what is drawn there."""

from collections.abc import Iterator

import pypdfium2 as pdfium
import pytest

from ocr.child.pdf_content import code_areas
from ocr.models import Box

WIDTH, HEIGHT = 595, 842
# A code of 25 modules of 2 points, every other one dark, its lower left corner at (400, 700): from the top 92 to 142.
CODE = "\n".join(f"{400 + 4 * x} {700 + 4 * y} 2 2 re f" for x in range(12) for y in range(12))
RULES = "\n".join(f"40 {100 + 20 * row} 515 0.5 re f" for row in range(30))
BULLETS = "40 300 3 3 re f\n40 320 3 3 re f"


def page(drawn: str, turned: int = 0) -> pdfium.PdfPage:
    """Return the only page of a PDF with a content stream, shown turned clockwise by so many degrees."""
    data = (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Rotate {turned}/Contents 4 0 R>>endobj\n"
        f"4 0 obj<</Length {len(drawn)}>>stream\n{drawn}\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )
    return pdfium.PdfDocument(data.encode())[0]


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
