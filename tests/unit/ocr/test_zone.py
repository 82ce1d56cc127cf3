# SPDX-License-Identifier: Apache-2.0
"""The network reads what is drawn, and doubts are settled by the other engine or stay doubts."""

import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr import mrz
from ocr.child import decode, engine, glyphs, look, pipeline, zone
from ocr.child.engine import Model, PageMode, ReadWord
from ocr.child.glyphs import ALPHABET, BLANK
from ocr.models import DEFAULT_LIMITS, Media
from ocr.specimens import zones
from ocr.specimens.ocrb_lines import IGNORED, Painter
from ocr.training.glyphs import fresh, loss_and_gradients

LINES = zones.td3(
    issuer="FRA", surname="VALCOURT", given="Éléonore Maëlys", number="33BF83789", nationality="FRA",
    birth="1987-05-14", sex="F", expiry="2033-03-08",
)  # fmt: skip


def card(lines: tuple[str, ...], angle: float = 0.0, pitch: int = 16) -> NDArray[np.uint8]:
    """Return a grey card, 44 characters wide, with the lines at its foot, turned by some degrees."""
    face = ImageFont.truetype("/usr/share/fonts/opentype/ocr-b/OCRB.otf", round(pitch * 1.55))
    sheet = Image.new("L", (50 * pitch, 34 * pitch), 235)
    pen = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines):
        for place, char in enumerate(line):
            pen.text(((3 + place) * pitch, (27 + 2.5 * row) * pitch), char, font=face, fill=30)
    return np.asarray(sheet.rotate(angle, expand=True, fillcolor=235), np.uint8)


class Tesseract:
    """Reads always the same lines, in turn."""

    name, starts_programs = "fake", False

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines, self.asked = lines, 0

    def warm(self) -> None:
        raise AssertionError("nobody warms it")

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        assert (model, mode) == (Model.ZONE, PageMode.BLOCK)
        row = self.asked % len(self.lines)
        self.asked += 1
        return [ReadWord(self.lines[row], (0, 0, 9, 9), 0.9, (1, 1, 0))]


@pytest.mark.parametrize("angle", [0, 13, 90, 180])
def test_a_clear_zone_is_read_at_any_angle_without_a_second_opinion(angle: float) -> None:
    other = Tesseract(())
    found = zone.read_zone(card(LINES, angle), other)
    assert found is not None
    assert found.zone.lines == LINES
    assert found.zone.valid
    assert other.asked == 0
    assert found.sureness("names") > 0.97
    outline = found.outline("document_number")
    assert outline is not None
    assert np.linalg.norm(outline[1] - outline[0]) == pytest.approx(9 * 16, rel=0.05)


def doubted(monkeypatch: pytest.MonkeyPatch, other: Tesseract) -> zone.ZoneReading:
    monkeypatch.setattr(zone, "_LIMITS", {**zone._LIMITS, "sure": 1.1})  # nothing is as sure as that
    found = zone.read_zone(card(LINES), other)
    assert found is not None
    return found


def test_a_doubt_is_settled_when_the_other_engine_sees_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Tesseract(LINES)
    found = doubted(monkeypatch, other)
    assert (found.zone.valid, found.zone.checks[mrz.SECOND_OPINION], other.asked) == (True, True, len(LINES))
    assert found.rivals == ()


DOUBT = 10  # of the first line, whose piece shows four characters on either side


def doubted_at(places: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch, other: Tesseract) -> zone.ZoneReading:
    monkeypatch.setattr(look.Sighting, "doubtful", lambda _sighting, _sure: places)
    found = zone.read_zone(card(LINES), other)
    assert found is not None
    return found


@pytest.mark.parametrize("at", [DOUBT, 1, 43])
def test_a_doubt_is_settled_by_a_look_at_its_neighbourhood(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Tesseract((LINES[0][max(0, at - 4) : at + 5],))
    found = doubted_at([(0, at)], monkeypatch, other)
    assert (found.zone.valid, found.zone.checks[mrz.SECOND_OPINION], other.asked) == (True, True, 1)


@pytest.mark.parametrize("piece", [LINES[0][6:15].replace(LINES[0][DOUBT], "Q"), LINES[0][6:14], ""])
def test_a_piece_that_is_read_otherwise_has_the_line_looked_at(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Tesseract((piece, LINES[0]))
    found = doubted_at([(0, DOUBT)], monkeypatch, other)
    assert (found.zone.valid, found.zone.checks[mrz.SECOND_OPINION], other.asked) == (True, True, 2)


def test_doubts_far_apart_are_looked_at_one_by_one_and_many_by_their_line(monkeypatch: pytest.MonkeyPatch) -> None:
    two = Tesseract((LINES[0][6:15], LINES[1][26:35]))
    assert doubted_at([(0, DOUBT), (1, 30)], monkeypatch, two).zone.valid
    many = Tesseract((LINES[0],))
    assert doubted_at([(0, 4), (0, 20), (0, 36)], monkeypatch, many).zone.valid
    assert (two.asked, many.asked) == (2, 1)


def test_a_character_that_seems_to_be_seen_twice_is_doubted() -> None:
    found = zone.read_zone(card(LINES), Tesseract(()))
    assert found is not None
    assert found.sighting.doubtful(0.9) == []
    row = found.sighting.seen[0]
    squeezed = row.places.copy()
    squeezed[21:] -= 10  # four characters from the 19th on take the room of three
    sighting = replace(found.sighting, seen=(replace(row, places=squeezed), found.sighting.seen[1]))
    assert {(0, 20), (0, 21)} <= set(sighting.doubtful(0.9))
    assert {line for line, _ in sighting.doubtful(0.9)} == {0}


def test_the_real_second_engine_reads_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = engine.available()

    class Noted(Tesseract):
        def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
            words = real.words(image, model, mode)
            seen.append("".join(word.text for word in words))
            return words

    found = doubted_at([(0, DOUBT)], monkeypatch, Noted(()))
    assert found.zone.valid
    assert seen == [LINES[0][6:15]]


def test_a_doubt_that_stays_makes_the_zone_invalid_and_names_the_rival(monkeypatch: pytest.MonkeyPatch) -> None:
    rival = (LINES[0].replace("VALCOURT", "VALCOURF"), LINES[1])
    other = Tesseract(rival)
    found = doubted(monkeypatch, other)
    assert (found.zone.valid, found.zone.checks[mrz.SECOND_OPINION], other.asked) == (False, False, 3 * len(LINES))
    assert [zone.lines for zone in found.rivals] == [rival]
    assert found.is_sure


class WithPrint(Tesseract):
    """Reads lines of a zone in turn, no print, and notes that it was asked for print."""

    asked_for_print = 0

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        if model is Model.FRENCH:
            self.asked_for_print += 1
            return []
        return super().words(image, model, mode)


@pytest.mark.parametrize("char", ["T", "F"])
def test_print_is_read_beside_a_zone_that_the_second_opinion_contradicts(
    char: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = (LINES[0].replace("VALCOURT", f"VALCOUR{char}"), LINES[1])
    monkeypatch.setattr(zone, "_LIMITS", {**zone._LIMITS, "sure": 1.1})
    file, other = io.BytesIO(), WithPrint(seen)
    Image.fromarray(card(LINES)).save(file, "PNG")
    reading = pipeline.read_document(file.getvalue(), Media.PNG, replace(DEFAULT_LIMITS, compare_print=False), other)
    assert reading.mrz is not None
    assert (reading.mrz.valid, other.asked_for_print > 0) == (seen == LINES, seen != LINES)


def test_a_page_of_a_card_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[float] = []
    real = decode._pdf_pixels

    def noted(page: pdfium.PdfPage, scale: float) -> decode.Rgb:
        drawn.append(scale)
        return real(page, scale)

    monkeypatch.setattr(decode, "_pdf_pixels", noted)
    sheet = Image.new("L", (800, 1300), 235)
    sheet.paste(Image.fromarray(card(LINES)))
    file = io.BytesIO()
    sheet.save(file, "PDF", resolution=100)
    reading = pipeline.read_document(file.getvalue(), Media.PDF, DEFAULT_LIMITS, WithPrint(LINES))
    assert reading.mrz is not None
    assert len(drawn) == 1


def test_a_wrongly_printed_digit_is_never_repaired_nor_asked_about_where_it_is_clear() -> None:
    wrong = LINES[1][:19] + str((int(LINES[1][19]) + 1) % 10) + LINES[1][20:]
    other = Tesseract(LINES)
    found = zone.read_zone(card((LINES[0], wrong)), other)
    assert found is not None
    assert (found.zone.lines, found.zone.valid, other.asked) == ((LINES[0], wrong), False, 0)
    assert found.is_sure


def test_what_is_clear_under_a_failing_digit_is_not_asked_about_however_unclear_the_rest() -> None:
    wrong = LINES[1][:19] + str((int(LINES[1][19]) + 1) % 10) + LINES[1][20:]
    overprinted = np.minimum(card((LINES[0], wrong)), card((LINES[0].replace("VALCOURT", "VALCQDRT"), wrong)))
    other = Tesseract(LINES)
    found = zone.read_zone(overprinted, other)
    assert found is not None
    assert found.sighting.left > 0.3
    assert not found.is_sure
    assert (found.zone.lines[1], found.zone.valid, other.asked) == (wrong, False, 0)


def test_a_picture_without_print_has_no_zone() -> None:
    assert zone.read_zone(np.full((400, 600), 200, np.uint8), Tesseract(())) is None


def test_the_real_second_engine_agrees_on_a_clear_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zone, "_LIMITS", {**zone._LIMITS, "sure": 1.1})
    found = zone.read_zone(card(LINES, pitch=25), engine.available())
    assert found is not None
    assert found.zone.checks[mrz.SECOND_OPINION]


@pytest.fixture
def pieces() -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
    return Painter(7).lines()


def test_most_of_what_is_drawn_spoilt_is_read_right(
    pieces: Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]],
) -> None:
    right = total = 0
    for _ in range(30):
        image, labels = next(pieces)
        answers = glyphs.log_likelihoods(image).argmax(axis=1)
        asked = (labels != IGNORED) & (labels != BLANK)
        right += int((answers == labels)[asked].sum())
        total += int(asked.sum())
    assert total > 500
    assert right > 0.8 * total


def test_the_classes_are_those_of_a_zone() -> None:
    assert set(ALPHABET) == set(mrz._VALUES)


@pytest.mark.parametrize("name", ["a", "b", "d", "e0", "f"])
def test_gradients_are_those_of_the_loss(name: str) -> None:
    chance = np.random.default_rng(0)
    plane = chance.normal(size=(glyphs.HEIGHT, 64))
    labels = chance.integers(-1, BLANK + 1, 16)
    layers = {key: weight.astype(np.float64) for key, weight in fresh(1).items()}
    _, gradients = loss_and_gradients(plane, labels, layers)  # type: ignore[arg-type]  # doubles, to be exact
    place = np.unravel_index(int(np.abs(gradients[name]).argmax()), gradients[name].shape)
    losses = []
    for step in (1e-5, -2e-5):
        layers[name][place] += step
        losses.append(loss_and_gradients(plane, labels, layers)[0])  # type: ignore[arg-type]  # doubles, to be exact
    assert (losses[0] - losses[1]) / 2e-5 == pytest.approx(float(gradients[name][place]), rel=1e-3)
