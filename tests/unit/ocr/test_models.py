# SPDX-License-Identifier: Apache-2.0
"""Values of a reading survive plain JSON, and nothing malformed becomes one."""

import json
from typing import Any

import pytest

from ocr.models import Field, Kind, Mrz, Page, Reading, Refusal, Remark, Source, refused
from ocr.plain import MalformedValueError

FIELD = Field("1987-05-14", "870514", 0.99, 1, (1.0, 2.0, 3.5, 4.0), Source.MRZ, ("1987-05-15",))
READING = Reading(
    kind=Kind.PASSPORT,
    pages=(Page(1, 1500.0, 1056.0, b"\xff\xd8\xff"),),
    fields={"birth_date": FIELD, "sex": Field("F", "F", 0.5, 1, None, Source.OCR)},
    mrz=Mrz("TD3", ("P<UTO", "L898"), valid=False, checks={"composite": False}),
    quality=(Remark("document_greyscale", "low", "The picture has no colours.", 1),),
    authenticity=(Remark("pdf_revisions", "medium", "Two revisions."),),
    refusal=None,
    seconds=0.25,
    engine="pytesseract",
)


def test_a_reading_survives_a_round_trip_through_json() -> None:
    plain = json.loads(json.dumps(READING.to_json()))
    assert Reading.from_json(plain, [b"\xff\xd8\xff"]) == READING


def test_a_refusal_survives_a_round_trip_through_json() -> None:
    reading = refused(Refusal("document_corrupt", "The file is damaged."), 0.1)
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading


def test_pictures_stay_out_of_the_json() -> None:
    assert "image" not in READING.to_json()["pages"][0]  # type: ignore[index, operator]


def _changed(**members: object) -> dict[str, Any]:
    return {**json.loads(json.dumps(READING.to_json())), **members}


@pytest.mark.parametrize(
    "members",
    [
        {"kind": "banknote"},
        {"pages": {}},
        {"pages": [{"number": True, "width": 1, "height": 1}]},
        {"pages": [{"number": 1, "width": float("nan"), "height": 1}]},
        {"fields": {"sex": {**FIELD.to_json(), "confidence": 1.5}}},
        {"fields": {"sex": {**FIELD.to_json(), "box": [1, 2, 3]}}},
        {"fields": {"sex": {**FIELD.to_json(), "source": "hearsay"}}},
        {"fields": {"sex": {"value": "F"}}},
        {"mrz": {"format": "TD9", "lines": [], "valid": True, "checks": {}}},
        {"mrz": {"format": "TD3", "lines": [], "valid": 1, "checks": {}}},
        {"quality": [{"code": "x", "severity": "dire", "text": "", "page": None}]},
        {"seconds": "long"},
        {"engine": None},
    ],
)
def test_a_malformed_reading_is_no_reading(members: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Reading.from_json(_changed(**members))


def test_a_reading_without_a_member_is_malformed() -> None:
    row = _changed()
    del row["mrz"]
    with pytest.raises(MalformedValueError, match="mrz"):
        Reading.from_json(row)


def test_there_must_be_one_picture_a_page() -> None:
    with pytest.raises(MalformedValueError, match="one image per page"):
        Reading.from_json(_changed(), [b"a", b"b"])
