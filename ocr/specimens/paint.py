# SPDX-License-Identifier: Apache-2.0
"""Drawing parts that the specimens share: paper, print, portrait, zone and the marks of a specimen."""

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont

Picture: TypeAlias = Image.Image
Colour: TypeAlias = tuple[int, int, int]

_DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
_OCR_B = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
INK: Colour = (28, 32, 52)
_ZONE_PITCH_MM = 2.54  # Doc 9303-3, 4.4: ten characters to the inch
_ZONE_SIZE_MM = 3.4
_ZONE_STEP_MM = 6.35  # Doc 9303-4, 4.1: distance of the lines


class FontMissingError(RuntimeError):
    """A font of the system packages fonts-dejavu-core, -extra or fonts-ocr-b is not installed."""


@lru_cache(maxsize=64)
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font by name (DejaVu family or OCR-B) at a size in pixels; FontMissingError."""
    path = _OCR_B if name == "OCR-B" else font_file(name)
    try:
        return ImageFont.truetype(str(path), size)
    except OSError as error:
        raise FontMissingError(str(path)) from error


def font_file(name: str) -> Path:
    """Return the file of a font of the DejaVu family; FontMissingError."""
    path = _DEJAVU / f"{name}.ttf"
    if not path.is_file():
        raise FontMissingError(str(path))
    return path


def paper(size: tuple[int, int], base: Colour, wave: Colour) -> Picture:
    """Return a sheet with fine waves, rounded off as a card is."""
    sheet = Image.new("RGB", size, base)
    pen = ImageDraw.Draw(sheet)
    width, height = size
    for index, start in enumerate(range(-height // 4, height + height // 4, 9)):
        points = [
            (x, start + 26 * math.sin(x / 95 + index / 6) + 9 * math.sin(x / 31 - index / 4))
            for x in range(0, width + 12, 12)
        ]
        pen.line(points, fill=wave, width=1)
    return sheet


def portrait(size: tuple[int, int]) -> Picture:
    """Return a plain head and shoulders: nobody's face."""
    width, height = size
    view = Image.new("RGB", size, (214, 219, 226))
    pen = ImageDraw.Draw(view)
    pen.ellipse((width * 0.08, height * 0.66, width * 0.92, height * 1.3), fill=(92, 104, 128))
    pen.rectangle((width * 0.42, height * 0.5, width * 0.58, height * 0.72), fill=(190, 160, 142))
    pen.ellipse((width * 0.27, height * 0.14, width * 0.73, height * 0.62), fill=(206, 176, 156))
    pen.chord((width * 0.25, height * 0.1, width * 0.75, height * 0.5), 175, 365, fill=(74, 62, 56))
    return view


def print_text(sheet: Picture, at: tuple[float, float], text: str, size: int, *,
               name: str = "DejaVuSans", fill: Colour = INK) -> None:  # fmt: skip
    """Print one line of text with its upper left corner at a place."""
    ImageDraw.Draw(sheet).text(at, text, font=font(name, size), fill=fill)


def print_field(sheet: Picture, at: tuple[float, float], label: str, value: str, unit: float) -> None:
    """Print a small label with its value under it; unit is the number of pixels of a millimetre."""
    print_text(sheet, at, label, round(1.7 * unit), fill=(70, 84, 120))
    below = (at[0], at[1] + 2.2 * unit)
    room, size = sheet.width - at[0] - unit, 2.9 * unit
    size *= min(1.0, room / max(1.0, font("DejaVuSans-Bold", round(size)).getlength(value)))
    print_text(sheet, below, value, round(size), name="DejaVuSans-Bold")


def print_zone(sheet: Picture, lines: Sequence[str], top: float, left: float, unit: float) -> None:
    """Print a machine-readable zone in OCR-B on a pale band, evenly spaced; places in millimetres."""
    pen = ImageDraw.Draw(sheet)
    bottom = top + _ZONE_STEP_MM * len(lines) if len(lines) == 2 else top + 4.2 * len(lines) + 1
    band = (0, round((top - 2) * unit), sheet.width, round((bottom + 1) * unit))
    pen.rectangle(band, fill=(250, 250, 247))
    step = _ZONE_STEP_MM if len(lines) == 2 else 4.2  # three lines stand closer on a small card
    face = font("OCR-B", round(_ZONE_SIZE_MM * unit))
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            place = ((left + column * _ZONE_PITCH_MM) * unit, (top + row * step) * unit)
            pen.text(place, char, font=face, fill=(12, 12, 14))


def marked(sheet: Picture, height: float) -> Picture:
    """Return the sheet with SPECIMEN across its upper part and "document fictif" in small print."""
    words = Image.new("RGBA", (sheet.width, round(height)), (0, 0, 0, 0))
    size = round(min(sheet.width / 6.2, height / 2.6))
    face = font("DejaVuSans-Bold", size)
    text = Image.new("RGBA", (round(face.getlength("SPECIMEN")) + 8, round(size * 1.3)), (0, 0, 0, 0))
    ImageDraw.Draw(text).text((4, 0), "SPECIMEN", font=face, fill=(178, 24, 44, 84))
    slanted = text.rotate(18, expand=True, resample=Image.Resampling.BICUBIC)
    words.alpha_composite(
        slanted,
        (max(0, (words.width - slanted.width) // 2), max(0, (words.height - slanted.height) // 2)),
    )
    pen = ImageDraw.Draw(words)
    small = font("DejaVuSans", max(11, round(sheet.width / 95)))
    note = "document fictif — SPECIMEN — sans valeur"
    pen.text((sheet.width - small.getlength(note) - 16, 8), note, font=small, fill=(150, 24, 40, 230))
    result = sheet.convert("RGBA")
    result.alpha_composite(words, (0, 0))
    return result.convert("RGB")


def on_a4(sheets: Sequence[Picture], unit: float) -> Picture:
    """Return card sides on a white A4 sheet, as a copier leaves them; unit is pixels of a millimetre."""
    page = Image.new("RGB", (round(210 * unit), round(297 * unit)), (252, 252, 250))
    top = round(28 * unit)
    for index, sheet in enumerate(sheets):
        page.paste(sheet, (round((34 + 11 * index) * unit), top))
        top += sheet.height + round(22 * unit)
    return page


def stacked(sheets: Sequence[Picture]) -> Picture:
    """Return card sides one under the other on a pale desk."""
    gap = sheets[0].width // 18
    height = sum(sheet.height for sheet in sheets) + gap * (len(sheets) + 1)
    desk = Image.new("RGB", (sheets[0].width + 2 * gap, height), (232, 230, 225))
    top = gap
    for sheet in sheets:
        desk.paste(sheet, (gap, top))
        top += sheet.height + gap
    return desk
