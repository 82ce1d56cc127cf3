# SPDX-License-Identifier: Apache-2.0
"""Remarks on quality follow from the numbers measured."""

import pytest

from ocr.models import Kind, Remark
from ocr.quality import Measures, Sides, missing_end, missing_sides, ordered, remarks, unread_pages

GOOD = Measures(page=1, sharpness=1200, brightness=180, contrast=200, saturation=40, pitch=20)


def found(**numbers: float) -> list[tuple[str, str]]:
    names = {name: getattr(GOOD, name) for name in GOOD.__slots__}
    measures = Measures(**{**names, **numbers})
    return [(remark.code, remark.severity) for remark in remarks(Kind.PASSPORT, [measures], read=False)]


def test_a_good_picture_gives_no_remark() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "severity"),
    [
        ("sharpness", 20, "high"),
        ("sharpness", 100, "medium"),
        ("brightness", 20, "high"),
        ("brightness", 50, "medium"),
        ("contrast", 20, "high"),
        ("pitch", 5, "high"),
        ("pitch", 7, "medium"),
    ],
)
def test_each_weak_measure_gives_a_remark(name: str, value: float, severity: str) -> None:
    assert found(**{name: value}) == [("document_not_readable", severity)]


def test_a_weak_measure_weighs_little_where_the_document_was_read() -> None:
    blurred = Measures(page=1, sharpness=20, brightness=180, contrast=200, saturation=40)
    assert [remark.severity for remark in remarks(Kind.CNI, [blurred], read=True)] == ["low"]


def test_an_identity_document_without_colours_is_remarked_and_an_extract_is_not() -> None:
    grey = Measures(page=2, sharpness=1200, brightness=180, contrast=200, saturation=1)
    assert [remark.code for remark in remarks(Kind.CNI, [grey], read=True)] == ["document_greyscale"]
    assert remarks(Kind.KBIS, [grey], read=True) == ()


def test_a_blank_page_is_called_blank() -> None:
    blank = Measures(page=1, sharpness=0, brightness=254, contrast=2, saturation=0)
    assert [remark.text for remark in remarks(Kind.UNKNOWN, [blank], read=False)] == ["The page is blank."]


def test_a_card_shown_from_one_side_lacks_the_other() -> None:
    assert [remark.code for remark in missing_sides(Kind.CNIE, Sides(front=False, back=True))] == [
        "document_missing_front"
    ]
    assert [remark.code for remark in missing_sides(Kind.CNI, Sides(front=True, back=False))] == [
        "document_missing_back"
    ]
    assert missing_sides(Kind.PASSPORT, Sides(front=True, back=False)) == ()


def test_an_extract_without_its_end_is_incomplete() -> None:
    assert [remark.code for remark in missing_end(Kind.KBIS, "extraitkbis")] == ["document_incomplete"]
    assert missing_end(Kind.KBIS, "extraitkbisfindelextrait") == ()
    assert missing_end(Kind.SIRENE_NOTICE, "") == ()


def test_pages_that_were_not_read_are_counted() -> None:
    assert [remark.code for remark in unread_pages(9, 4)] == ["pages_not_read"]
    assert unread_pages(3, 3) == ()


def test_what_matters_comes_first_in_the_order_of_refusals_with_what_to_do() -> None:
    back, grey, dim, end = (
        Remark("document_missing_back", "medium", "Only the front is shown."),
        Remark("document_greyscale", "low", "The picture has no colours."),
        Remark("document_not_readable", "high", "The picture is blurred."),
        Remark("document_incomplete", "medium", "The end of the extract is missing."),
    )
    found = ordered([back, grey, end, dim])
    codes = ["document_not_readable", "document_incomplete", "document_missing_back", "document_greyscale"]
    assert [remark.code for remark in found] == codes
    assert found[0].text.startswith("The picture is blurred. Photograph")
    assert found[2].text == "Only the front is shown. Send the back as well."
    assert found[3].text == "The picture has no colours."


def test_every_remark_on_quality_has_its_place_in_the_order() -> None:
    worst = Measures(page=1, sharpness=0, brightness=0, contrast=0, saturation=0, pitch=1)
    sides = Sides(front=False, back=False)
    every = (*remarks(Kind.CNI, [worst], read=False), *missing_sides(Kind.CNI, sides), *missing_end(Kind.KBIS, ""))
    assert len(ordered((*every, *unread_pages(9, 4)))) == len(every) + 1
