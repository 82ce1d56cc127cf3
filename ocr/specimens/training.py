# SPDX-License-Identifier: Apache-2.0
"""Draws lines of machine-readable zones to train the zone's OCR model: python -m ocr.specimens.training.

Every line is random letters in one of the printed layouts with true check digits, set in OCR-B,
then spoilt as cameras and scanners do. Margins vary on all four sides: a model trained on wide
margins only read none of the strips cut from real pictures.
"""

import argparse
import random
import string
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.countries import CODES
from ocr.specimens import zones

_FONTS = [Path("/usr/share/fonts/opentype/ocr-b") / name for name in ("OCRB.otf", "OCRBS.otf")]
_FREQUENT = "EAISNRTULOMDCPVGBFHJQXYZKW"
_ISSUERS = sorted(CODES)
_SEED = 23
_LINE_HEIGHT = 38  # pixels, near the 36 rows of the network's input

Pixels = NDArray[np.float32]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write COUNT lines as .png, .box and .gt.txt into a folder, and list.txt beside them."""
    parser = argparse.ArgumentParser(prog="python -m ocr.specimens.training", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    painter = LinePainter(_SEED)
    written: list[Path] = []
    while len(written) < options.count:
        written += [
            _write(options.folder / f"line{len(written) + place:06d}", text, painter.paint(text))
            for place, text in enumerate(painter.texts())
        ]
    (options.folder / "list.txt").write_text("".join(f"{path}\n" for path in written))
    return 0


def _write(path: Path, text: str, image: NDArray[np.uint8]) -> Path:
    height, width = image.shape
    cv2.imwrite(f"{path}.png", image)
    # The whole line is one box, then one for the end of the line (tesseract's WordStr format).
    box = f"WordStr 0 0 {width} {height} 0 #{text}\n\t {width} 0 {width + 1} {height + 1} 0\n"
    Path(f"{path}.box").write_text(box)
    Path(f"{path}.gt.txt").write_text(f"{text}\n")
    return path


class LinePainter:
    """Invents and paints lines; the same seed gives the same lines."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._noise = np.random.default_rng(seed)

    def texts(self) -> tuple[str, ...]:
        """Return the lines of one invented zone: passport, card of size ID-1 or French card."""
        surname = " ".join(self._name(11) for _ in range(self._chance.choice([1, 1, 1, 2, 3])))
        given = [self._name(10) for _ in range(self._chance.randint(1, 3))]
        sex, draw = self._chance.choice("MF<"), self._chance.random()
        common = {"issuer": self._issuer(), "surname": surname, "given": " ".join(given), "number": self._number(9)}
        dates = {"birth": self._date(), "expiry": self._date(), "sex": sex, "nationality": self._issuer()}
        if draw < 0.4:
            return zones.td3(**common, **dates)
        if draw < 0.75:
            code = self._chance.choice(["ID", "IR", "I<", "AR", "AC"])
            optional = self._chance.choice(["", "<" + self._number(10), self._number(14)])
            return zones.td1(code=code, optional=optional, **common, **dates)
        return zones.cni(
            surname=surname, given=given, birth=dates["birth"], sex=self._chance.choice("MF"),
            issue=self._date(), department=self._number(3), serial=self._number(5),
        )  # fmt: skip

    def paint(self, text: str) -> NDArray[np.uint8]:
        """Return a grey picture of a line, framed as tesseract frames lines, and spoilt."""
        size = self._chance.randint(28, 60)
        page = self._spoilt(self._set(text, size), size)
        quality = self._chance.randint(25, 95)
        _, data = cv2.imencode(".jpg", np.clip(page, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
        gray = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
        factor = self._chance.uniform(0.9, 1.3) * _LINE_HEIGHT / gray.shape[0]
        return np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)

    def _set(self, text: str, size: int) -> Pixels:
        """Set the characters at an even pitch, with margins from almost none to wide."""
        chance = self._chance
        face = ImageFont.truetype(str(chance.choice(_FONTS)), size)
        pitch = face.getlength("0") * chance.uniform(0.97, 1.1)
        left = size * chance.choice([0.02, 0.05, 0.1, 0.2, 0.5])
        right = size * chance.choice([-0.05, 0.02, 0.1, 0.3, 0.6])
        height = int(size * chance.choice([1.0, 1.05, 1.1, 1.2, 1.3, 1.5, 1.9]) * 0.86) + 2
        sheet = Image.new("L", (int(pitch * len(text) + left + right), height), chance.randint(170, 255))
        pen, ink = ImageDraw.Draw(sheet), chance.randint(0, 70)
        top = (height - size * 0.8) * chance.uniform(0.2, 0.8) - size * 0.13
        for place, char in enumerate(text):
            shift = chance.uniform(-0.02, 0.02) * size
            pen.text((left + place * pitch, top + shift), char, font=face, fill=ink)
        return np.asarray(sheet, np.float32)

    def _spoilt(self, page: Pixels, size: int) -> Pixels:
        """Add texture, shade, thicker or thinner strokes, a slight turn, blur, coarseness, noise."""
        chance = self._chance
        height, width = page.shape
        if chance.random() < 0.6:
            grain = (max(2, height // chance.randint(3, 14)), max(2, width // chance.randint(3, 30)))
            texture = cv2.resize(
                self._noise.normal(0, 1, grain).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
            )
            page = np.minimum(page + texture * np.float32(chance.uniform(3, 22)), 255)
        if chance.random() < 0.4:
            page = page + np.linspace(-1, 1, width, dtype=np.float32)[None] * np.float32(chance.uniform(-40, 40))
        if chance.random() < 0.35:
            stroke = chance.choice([cv2.dilate, cv2.erode])
            page = np.asarray(stroke(page, np.ones((2, 2), np.uint8)), np.float32)
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), chance.uniform(-0.5, 0.5), 1.0)
        turn[0, 1] += chance.uniform(-0.12, 0.12)
        turned = cv2.warpAffine(page, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
        soft = cv2.GaussianBlur(turned, (0, 0), chance.uniform(0.3, 2.2) * size / 40)
        if chance.random() < 0.2:
            soft = cv2.blur(soft, (chance.randint(1, 6), 1))
        scale = chance.uniform(0.25, 1.0)
        small = cv2.resize(soft, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.asarray(small + self._noise.normal(0, chance.uniform(0, 10), small.shape), np.float32)

    def _name(self, longest: int) -> str:
        return "".join(self._chance.choice(_FREQUENT) for _ in range(self._chance.randint(2, longest)))

    def _number(self, count: int) -> str:
        mixed = string.ascii_uppercase + string.digits
        pools = (mixed if self._chance.random() < 0.5 else string.digits for _ in range(count))
        return "".join(self._chance.choice(pool) for pool in pools)

    def _issuer(self) -> str:
        return self._chance.choice(_ISSUERS)

    def _date(self) -> str:
        year, month, day = self._chance.randint(0, 99), self._chance.randint(1, 12), self._chance.randint(1, 28)
        return f"20{year:02d}-{month:02d}-{day:02d}"


if __name__ == "__main__":
    raise SystemExit(main())
