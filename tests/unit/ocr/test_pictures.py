# SPDX-License-Identifier: Apache-2.0
"""Pictures keep what they show when they are made smaller, turned or flattened for the engine."""

import io

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from ocr.child import prepare, strips
from ocr.child.decode import opened
from ocr.child.engine import Model, PageMode, ReadWord
from ocr.child.page import Seen
from ocr.models import DEFAULT_LIMITS, Media
from ocr.specimens.codes import qr


def page(cap_height: int, lines: int = 8) -> NDArray[np.uint8]:
    """Return a grey page, 1,000 pixels wide, with lines whose capitals are about so many pixels high."""
    scale = cap_height / 21  # of cv2's plain font at scale 1
    sheet = np.full((lines * 4 * cap_height, 1000), 235, np.uint8)
    for row in range(lines):
        place = (60, (4 * row + 3) * cap_height)
        cv2.putText(sheet, "HAMBURGEFONTS", place, cv2.FONT_HERSHEY_SIMPLEX, scale, 20, max(1, cap_height // 8))
    return sheet


@pytest.mark.parametrize("shape", [(600, 900), (600, 900, 3)])
@pytest.mark.parametrize("scale", [0.31, 0.5, 0.8, 1.0, 1.7])
def test_a_resized_picture_has_its_size_and_its_light(shape: tuple[int, ...], scale: float) -> None:
    picture = np.asarray(np.random.default_rng(0).integers(0, 256, shape), np.uint8)
    found = strips.resized(picture, scale)
    assert found.shape == (round(600 * scale), round(900 * scale), *shape[2:])
    assert float(found.mean()) == pytest.approx(float(picture.mean()), abs=1.5)


def test_a_bright_half_stays_where_it_is_in_a_smaller_picture() -> None:
    picture = np.zeros((1000, 1000), np.uint8)
    picture[:, 500:] = 255
    found = strips.resized(picture, 0.3)
    assert (found[:, :149].max(), found[:, 151:].min()) == (0, 255)


@pytest.mark.parametrize("cap_height", [10, 16, 24])
def test_lines_are_counted_and_as_high_as_their_print(cap_height: int) -> None:
    found = strips.line_heights(page(cap_height))
    assert found == pytest.approx([cap_height] * 8, abs=3)


def test_a_page_without_print_has_no_lines() -> None:
    assert strips.line_heights(np.full((300, 300), 200, np.uint8)) == []


@pytest.mark.parametrize("angle", [0.0, 8.0, 90.0, 180.0])
@pytest.mark.parametrize("beside", [0, 4])
def test_the_lines_beside_a_card_are_counted_and_its_own_are_not(angle: float, beside: int) -> None:
    sheet = np.full((1000, 1000), 235, np.uint8)
    sheet[: 4 * 24 * 4] = page(24, 4)
    sheet[500 : 500 + 4 * 24 * beside] = page(24, beside) if beside else 235
    turned, turn = strips.rotated(sheet, angle)
    card = np.array([[0.0, 0], [1000, 0], [1000, 400], [0, 400]])
    outline = (turn @ np.column_stack([card, np.ones(4)]).T)[:2].T
    assert strips.count_lines_beside(turned, outline) == beside


@pytest.mark.parametrize("quarters", [0, 1, 2, 3, 4, 5])
def test_a_turned_picture_is_turned_counter_clockwise(quarters: int) -> None:
    picture = np.asarray(np.arange(2 * 3 * 3).reshape(2, 3, 3), np.uint8)
    assert np.array_equal(prepare.turned(picture, quarters), np.rot90(picture, quarters))


def test_large_print_is_not_enlarged_and_maps_back_to_the_picture() -> None:
    rgb = cv2.cvtColor(page(24), cv2.COLOR_GRAY2RGB)
    found, enlarged = prepare.flat_page(np.asarray(rgb, np.uint8), 1.0), prepare.flat_page(np.asarray(rgb, np.uint8))
    assert max(found.image.shape) == pytest.approx(1000, abs=20)
    assert max(enlarged.image.shape) > 2000
    corner = found.back @ np.array([100, 100, 1])
    assert corner[:2] / corner[2] == pytest.approx([100, 100], abs=12)


def test_a_dense_scan_is_read_narrower_and_maps_back_to_the_picture() -> None:
    sheet = np.full((2300, 1600), 235, np.uint8)
    sheet[:1408, :1000] = page(16, lines=22)
    rgb = np.asarray(cv2.cvtColor(sheet, cv2.COLOR_GRAY2RGB), np.uint8)
    usual, narrow = prepare.flat_page(rgb), prepare.flat_page(rgb, dense=True)
    assert narrow.image.shape[0] == usual.image.shape[0]
    assert narrow.image.shape[1] < 0.9 * usual.image.shape[1]
    ends = [np.flatnonzero((each.image < 128).any(axis=0))[[0, -1]] for each in (usual, narrow)]
    there = [
        each.there(np.array([[end, 0.0] for end in both]))[:, 0]
        for each, both in zip((usual, narrow), ends, strict=True)
    ]
    assert there[1] == pytest.approx(there[0], abs=3)


def test_a_small_dense_scan_keeps_its_width() -> None:
    rgb = np.asarray(cv2.cvtColor(page(8, lines=44), cv2.COLOR_GRAY2RGB), np.uint8)
    assert prepare.flat_page(rgb, dense=True).image.shape == prepare.flat_page(rgb).image.shape


def test_a_covered_line_is_gone_and_its_paper_stays() -> None:
    rgb = np.asarray(cv2.cvtColor(page(16), cv2.COLOR_GRAY2RGB), np.uint8)
    first = np.array([[40, 20], [700, 20], [700, 60], [40, 60]], np.float64)  # the line around row 48
    found = prepare.covered(rgb, [first])
    assert found[22:58, 42:698].min() == 235
    assert np.array_equal(found[70:], rgb[70:])
    assert rgb[22:58, 42:698].min() == 20


def test_what_lies_outside_a_picture_is_covered_as_far_as_it_is_in_it() -> None:
    rgb = np.full((50, 50, 3), 90, np.uint8)
    outlines = [
        np.array([[-40.0, -9], [20, -9], [20, 9], [-40, 9]]),
        np.array([[60.0, 60], [90, 60], [90, 70], [60, 70]]),
    ]
    assert np.array_equal(prepare.covered(rgb, outlines), rgb)


@pytest.mark.parametrize("media", [Media.JPEG, Media.PNG, Media.WEBP])
@pytest.mark.parametrize("orientation", range(10))
def test_a_picture_is_set_upright_as_its_camera_noted(media: Media, orientation: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 64, 3)).astype(np.uint8)
    image = Image.fromarray(noise)
    facts = image.getexif()
    facts[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, media.name, exif=facts)
    with Image.open(file) as stored:
        upright = np.asarray(ImageOps.exif_transpose(stored).convert("RGB"))
    with opened(file.getvalue(), media, DEFAULT_LIMITS) as decoded:
        (sheet,) = decoded.sheets
        assert np.array_equal(sheet.draw(sheet.scale), upright)
        assert (sheet.height, sheet.width) == upright.shape[:2]


@pytest.mark.parametrize("held", [1, 3, 6, 8])
@pytest.mark.parametrize("by", ["raw profile", "XMP"])
def test_a_png_is_set_upright_wherever_its_orientation_is_noted(by: str, held: int) -> None:
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 64, 3)).astype(np.uint8))
    facts, notes = image.getexif(), PngInfo()
    facts[0x0112] = held
    raw = facts.tobytes()
    if by == "XMP":
        notes.add_itxt("XML:com.adobe.xmp", f'<x:xmpmeta><rdf:Description tiff:Orientation="{held}"/></x:xmpmeta>')
    else:
        notes.add_text("Raw profile type exif", f"\nexif\n{len(raw):8}\n{raw.hex()}\n")
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=notes)
    upright = np.rot90(np.asarray(image), {1: 0, 3: 2, 6: 3, 8: 1}[held])
    with opened(file.getvalue(), Media.PNG, DEFAULT_LIMITS) as decoded:
        assert np.array_equal(decoded.sheets[0].draw(1.0), upright)


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_an_animated_picture_shows_what_stands_still(mode: str, apart: bool) -> None:  # noqa: FBT001
    image, frame = Image.new("L", (60, 40), 128).convert(mode), Image.new(mode, (60, 40))
    file = io.BytesIO()
    image.save(file, "PNG", save_all=True, append_images=[frame, frame], default_image=apart)
    with opened(file.getvalue(), Media.PNG, DEFAULT_LIMITS) as decoded:
        assert float(decoded.sheets[0].draw(1.0).mean()) == pytest.approx(128, abs=2)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "I;16", "1"])
def test_a_picture_of_any_form_keeps_its_light(mode: str) -> None:
    image = Image.new("I;16", (60, 40), 128 * 257) if mode == "I;16" else Image.new("L", (60, 40), 128).convert(mode)
    file = io.BytesIO()
    media = Media.JPEG if mode == "CMYK" else Media.PNG
    image.save(file, media.name)
    with opened(file.getvalue(), media, DEFAULT_LIMITS) as decoded:
        pixels = decoded.sheets[0].draw(1.0)
    assert pixels.shape == (40, 60, 3)
    assert float(pixels.mean()) == pytest.approx(128, abs=2)


def test_what_is_cut_out_is_level_and_knows_where_it_was() -> None:
    sheet = np.full((600, 600), 235, np.uint8)
    cv2.rectangle(sheet, (200, 260), (400, 340), 20, -1)
    turned, turn = strips.rotated(sheet, 30.0)
    outline = (turn @ np.array([[180, 240, 1], [420, 240, 1], [420, 360, 1], [180, 360, 1.0]]).T)[:2].T
    face = prepare.cut_out(turned, outline, 1.5)
    assert face.image.shape == pytest.approx((180, 360), abs=2)
    assert face.image[35:145, 35:325].max() < 60
    assert face.image[:25].min() > 200
    corners = np.array([[0.0, 0], [360, 0], [360, 180], [0, 180]])
    assert face.there(corners) == pytest.approx(outline, abs=2)


def test_more_than_one_place_is_looked_at_where_the_usual_reach_finds_none() -> None:
    sheet = np.full((1200, 1200), 235, np.uint8)
    for top, right in ((200, 1100), (800, 900)):
        for row in (top, top + 50):
            for left in range(100, right, 42):  # gaps of 34 pixels
                sheet[row : row + 14, left : left + 8] = 20
    level = [place for place in strips.find_candidates(sheet) if place.angle == 0]
    tops = sorted(float(place.corners[0, 1]) for place in level)
    assert tops == pytest.approx([200, 800], abs=10)


def test_a_middle_line_that_only_a_longer_reach_finds_is_not_left_out() -> None:
    sheet = np.full((1200, 1200), 235, np.uint8)
    for row, pitch in ((600, 21), (625, 42), (650, 21)):  # gaps of 13 and 34 pixels
        for left in range(100, 1101, pitch):
            sheet[row : row + 14, left : left + 8] = 20
    level = [place for place in strips.find_candidates(sheet) if place.angle == 0]
    assert [len(place.lines) for place in level[:2]] == [2, 3]


class Sideways:
    """Reads a word where the picture is wider than high, else nothing."""

    name, starts_programs = "fake", False

    def warm(self) -> None:
        raise AssertionError("nobody warms it")

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        assert (model, mode) == (Model.FRENCH, PageMode.COLUMN)
        return [ReadWord("HAMBURG", (9, 9, 90, 30), 0.9, (1, 1, 0))] if image.shape[1] > image.shape[0] else []


def test_a_dense_page_on_its_side_of_which_nothing_is_read_is_tried_again() -> None:
    file = io.BytesIO()
    Image.fromarray(np.rot90(page(10))).save(file, "PNG")
    with opened(file.getvalue(), Media.PNG, DEFAULT_LIMITS) as decoded:
        seen = Seen(decoded.sheets[0], Sideways(), dense=True)
        seen.look_for_print()
    assert [word.text for line in seen.lines for word in line.words] == ["HAMBURG"]


class OnTheCode:
    """Reads the same word beside a code and on it."""

    name, starts_programs = "fake", False

    def warm(self) -> None:
        raise AssertionError("nobody warms it")

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        across, down = image.shape[1] / 800, image.shape[0] / 1100
        places = [(60, 60, 200, 80), (560, 160, 640, 180), (560, 400, 640, 420)]
        return [
            ReadWord("Fin", (round(a * across), round(b * down), round(c * across), round(d * down)), 0.9, (1, 1, at))
            for at, (a, b, c, d) in enumerate(places)
        ]


def test_what_is_read_on_a_code_is_no_print() -> None:
    code = np.asarray(qr("https://a.example", 200))
    sheet = np.full((1100, 800, 3), 255, np.uint8)
    sheet[100 : 100 + len(code), 500 : 500 + len(code)] = code
    file = io.BytesIO()
    Image.fromarray(sheet).save(file, "PNG")
    with opened(file.getvalue(), Media.PNG, DEFAULT_LIMITS) as decoded:
        seen = Seen(decoded.sheets[0], OnTheCode(), dense=True)
        seen.look_for_print()
        before = len(seen.lines)
        seen.look_for_codes()
    assert before == 3
    assert [round(line.words[0].box[1], -1) for line in seen.lines] == [60, 400]
