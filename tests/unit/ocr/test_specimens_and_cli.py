# SPDX-License-Identifier: Apache-2.0
"""Specimens are marked, true in their digits and readable; the command line prints what was read."""

import io
import json
from itertools import islice
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from ocr import Kind, Media, mrz, read, sniff
from ocr.__main__ import main
from ocr.specimens import DEGRADATIONS, EXAMPLES, KINDS, LAYOUTS, REGISTER_KINDS, draw, fitted, paint, people, zone
from ocr.specimens.degrade import degraded
from ocr.specimens.paint import portrait

CARDS = [kind for kind in KINDS if kind not in REGISTER_KINDS]
ZONE_FACE = {Kind.RESIDENCE_PERMIT: "back"}  # the rest is shown with all its faces


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_drawn_in_decent_size(kind: Kind) -> None:
    with Image.open(io.BytesIO(draw(kind, EXAMPLES[kind]))) as picture:
        assert min(picture.size) > 800


def test_an_extract_is_marked_in_its_text_and_has_two_columns() -> None:
    document = pdfium.PdfDocument(draw(Kind.KBIS, EXAMPLES[Kind.KBIS], media="pdf"))
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "document fictif" in text
    assert "Immatriculation au RCS, numéro" in text


@pytest.mark.slow
def test_a_long_extract_goes_on_to_a_second_page_and_is_read_whole() -> None:
    officer = EXAMPLES[Kind.KBIS]["officers"][0]
    company: dict[str, Any] = {**EXAMPLES[Kind.KBIS], "officers": [officer] * 7, "observations": ["Transfert du siège"]}
    reading = read(draw(Kind.KBIS, company, media="pdf"))
    assert len(reading.pages) == 2
    assert reading.fields["officers.7.surname"].value == "VALCOURT"
    assert reading.fields["observations.1"].value == "Transfert du siège"
    assert reading.quality == ()
    assert [remark.code for remark in reading.authenticity] == ["pdf_unsigned"]


def test_what_cannot_be_drawn_is_an_error() -> None:
    with pytest.raises(ValueError, match="no specimen"):
        draw(Kind.UNKNOWN, {})
    with pytest.raises(ValueError, match="none of"):
        draw(Kind.KBIS, EXAMPLES[Kind.KBIS], media="bmp")
    with pytest.raises(ValueError, match="none of"):
        draw(Kind.KBIS, EXAMPLES[Kind.KBIS], degrade="crumple")


@pytest.mark.slow
@pytest.mark.parametrize("kind", CARDS)
@pytest.mark.parametrize("degrade", [None, "scan", "photo", "rotate90", "rotate180", "grey"])
def test_a_specimen_is_read_with_every_digit_right(kind: Kind, degrade: str | None) -> None:
    layout = ZONE_FACE.get(kind, "stacked")
    reading = read(draw(kind, EXAMPLES[kind], media="jpeg", degrade=degrade, layout=layout))
    assert reading.kind is kind
    assert reading.mrz is not None
    assert reading.mrz.valid
    assert reading.fields["surname"].value == "VALCOURT"
    assert reading.fields["birth_date"].value == "1987-05-14"


@pytest.mark.slow
@pytest.mark.parametrize("degrade", ["scan", "photo", "rotate90", "rotate180"])
def test_an_extract_without_text_layer_is_read_by_ocr(degrade: str) -> None:
    printed = read(draw(Kind.KBIS, EXAMPLES[Kind.KBIS], media="pdf")).fields
    read_by_ocr = read(draw(Kind.KBIS, EXAMPLES[Kind.KBIS], media="jpeg", degrade=degrade)).fields
    right = [name for name, field in printed.items() if name in read_by_ocr and read_by_ocr[name].value == field.value]
    assert len(right) >= 0.9 * len(printed)


@pytest.mark.slow
def test_boxes_follow_a_turned_picture() -> None:
    upright = read(draw(Kind.PASSPORT, EXAMPLES[Kind.PASSPORT], media="png"))
    turned = read(draw(Kind.PASSPORT, EXAMPLES[Kind.PASSPORT], media="png", degrade="rotate90"))
    assert (turned.pages[0].width, turned.pages[0].height) == (upright.pages[0].width, upright.pages[0].height)
    one, other = upright.fields["birth_date"].box, turned.fields["birth_date"].box
    assert one is not None
    assert other is not None
    assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 15


@pytest.mark.slow
@pytest.mark.parametrize("degrade", ["blur", "dark"])
def test_a_spoilt_picture_is_never_read_surely(degrade: str) -> None:
    reading = read(draw(Kind.PASSPORT, EXAMPLES[Kind.PASSPORT], media="jpeg", degrade=degrade))
    right = reading.mrz is not None and reading.mrz.valid
    assert right or any(remark.code == "document_not_readable" for remark in reading.quality)


@pytest.mark.slow
def test_two_pages_of_one_card_complete_each_other() -> None:
    front_and_back = Image.open(io.BytesIO(draw(Kind.CNI, EXAMPLES[Kind.CNI])))
    half = front_and_back.height // 2
    pages = [front_and_back.crop((0, top, front_and_back.width, top + half)) for top in (0, half)]
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    reading = read(file.getvalue())
    assert reading.kind is Kind.CNI
    assert reading.fields["expiry_date"].value == "2027-09-17"
    assert not [remark for remark in reading.quality if remark.code.startswith("document_missing")]


@pytest.mark.slow
def test_every_degradation_changes_the_picture() -> None:
    plain = portrait((300, 200))
    plain.paste((200, 30, 30), (10, 10, 120, 50))  # colours, for the grey copy to lose
    for name in DEGRADATIONS:
        assert degraded(plain, name).tobytes() != plain.tobytes(), name


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_faces_of_a_card_are_laid_out_as_asked(layout: str) -> None:
    file = draw(Kind.CNI, EXAMPLES[Kind.CNI], media="pdf", layout=layout)
    document = pdfium.PdfDocument(file)
    assert len(document) == (2 if layout == "pages" else 1)
    document.close()


def test_several_pages_are_no_picture() -> None:
    with pytest.raises(ValueError, match="pdf"):
        draw(Kind.CNI, EXAMPLES[Kind.CNI], media="png", layout="pages")
    with pytest.raises(ValueError, match="none of"):
        draw(Kind.CNI, EXAMPLES[Kind.CNI], layout="heap")


def test_invented_people_are_the_same_for_a_seed_and_their_zones_hold() -> None:
    assert list(islice(people(5), 40)) == list(islice(people(5), 40))
    assert list(islice(people(5), 3)) != list(islice(people(6), 3))
    for person in islice(people(5), 150):
        for kind in CARDS:
            for form in ("", "TD2", "MRVB"):
                read_off = mrz.verify(zone(kind, fitted({**person, "format": form}, kind, 1)))
                assert read_off is not None
                assert read_off.valid, (kind, person)


def test_a_zone_of_ones_own_is_printed_as_it_is() -> None:
    forged = ("A" * 44, "B" * 44)
    assert zone(Kind.PASSPORT, {**EXAMPLES[Kind.PASSPORT], "zone": forged}) == forged
    with pytest.raises(ValueError, match="no zone"):
        zone(Kind.KBIS, {})


def test_a_long_card_number_goes_on_in_the_optional_data_with_its_own_digit() -> None:
    lines = zone(Kind.EU_IDENTITY_CARD, {**EXAMPLES[Kind.EU_IDENTITY_CARD], "document_number": "592178319054"})
    read_off = mrz.verify(lines)
    assert read_off is not None
    assert read_off.valid
    assert mrz.texts(read_off)["document_number"] == "592178319054"


@pytest.mark.slow
def test_the_command_line_draws_reads_and_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract, note = tmp_path / "extrait.pdf", tmp_path / "note.txt"
    assert main(["specimen", "kbis", "--out", str(extract)]) == 0
    assert sniff(extract.read_bytes()) is Media.PDF
    note.write_text("no document")
    assert main(["read", str(extract), str(note)]) == 1
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["kind"] == "kbis"
    assert first["pages"] == 1
    assert set(first["fields"]["siren"]) == {"value", "raw", "confidence", "page", "box", "source"}
    assert second["refusal"]["code"] == "document_type_not_supported"
    assert main(["doctor"]) == 0
    assert json.loads(capsys.readouterr().out)["mrz_model"] is True


@pytest.mark.slow
@pytest.mark.parametrize("form", ["MRVA", "MRVB"])
def test_a_visa_is_known_and_refused_with_what_to_send_instead(form: str) -> None:
    reading = read(draw(Kind.VISA, {**EXAMPLES[Kind.VISA], "format": form}, media="jpeg"))
    assert (reading.kind, reading.mrz is not None and reading.mrz.valid) == (Kind.VISA, True)
    assert reading.mrz is not None
    assert reading.mrz.format == form
    assert reading.refusal is not None
    assert reading.refusal.code == "document_not_accepted"
    assert "passport" in reading.refusal.text


def test_a_file_that_cannot_be_opened_is_refused_and_the_next_one_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("no document", encoding="utf-8")
    assert main(["read", str(tmp_path / "absent.pdf"), str(tmp_path), str(note)]) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["refusal"]["code"] for answer in answers] == [
        *["reader_failed"] * 2,
        "document_type_not_supported",
    ]


def test_a_font_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paint, "_DEJAVU", tmp_path)
    with pytest.raises(paint.FontMissingError, match="DejaVuSansCondensed"):
        paint.font_file("DejaVuSansCondensed")
