# SPDX-License-Identifier: Apache-2.0
"""Every engine behind the interface gives the same kind of words, or an EngineError."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.child import engine
from ocr.child.engine import Engine, EngineError, Libtesseract, Model, PageMode, Pytesseract, Tesserocr

TABLE = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
    "4\t1\t1\t1\t1\t0\t10\t20\t90\t12\t-1\t\n"
    "5\t1\t1\t1\t1\t1\t10\t20\t30\t12\t96.5\tGreffe\n"
    "5\t1\t1\t1\t1\t2\t50\t20\t30\t12\t95\t \n"
)


def page() -> NDArray[np.uint8]:
    sheet = Image.new("L", (600, 120), 255)
    face = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 28)
    ImageDraw.Draw(sheet).text((20, 40), "Société fictive", font=face, fill=0)
    return np.asarray(sheet, np.uint8)


@pytest.mark.parametrize("kind", [Pytesseract, Libtesseract])
def test_print_is_read_alike_in_this_process_and_through_the_program(kind: type[Engine]) -> None:
    words = kind().words(page(), Model.FRENCH, PageMode.COLUMN)
    assert [word.text for word in words] == ["Société", "fictive"]
    assert all(word.confidence > 0.8 for word in words)
    assert words[0].box[0] == pytest.approx(20, abs=4)
    assert words[0].line == words[1].line


def test_the_library_is_taken_where_it_can_be_loaded_and_the_program_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda _: None)
    assert isinstance(engine.available(), Libtesseract)
    monkeypatch.setattr(engine, "_LIBRARY", "libnowhere.so.0")
    assert isinstance(engine.available(), Pytesseract)


class Reader:
    """Stands in for tesserocr's reader."""

    def __init__(self, answer: str, **_: object) -> None:
        self.answer, self.cleared = answer, 0
        self.variables: dict[str, str] = {}

    def SetPageSegMode(self, mode: int) -> None:  # noqa: N802
        assert mode == 4

    def SetImageBytes(self, data: bytes, width: int, height: int, depth: int, row: int) -> None:  # noqa: N802
        assert len(data) == row * height == width * height * depth

    def SetVariable(self, name: str, value: str) -> None:  # noqa: N802
        self.variables[name] = value

    def GetTSVText(self, number: int) -> str:  # noqa: N802
        assert number == 0
        if not self.answer:
            raise RuntimeError("no text")
        return self.answer

    def Clear(self) -> None:  # noqa: N802
        self.cleared += 1


def tesserocr(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> Tesserocr:
    module = SimpleNamespace(PyTessBaseAPI=lambda **_: reader)
    monkeypatch.setitem(sys.modules, "tesserocr", module)
    monkeypatch.setattr(engine, "find_spec", lambda _: object())
    found = engine.available()
    assert isinstance(found, Tesserocr)
    found.warm()
    return found


def test_tesserocr_is_taken_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(TABLE)
    (word,) = tesserocr(monkeypatch, reader).words(page(), Model.FRENCH, PageMode.COLUMN)
    assert (word.text, word.box, word.confidence, word.line) == ("Greffe", (10, 20, 40, 32), 0.965, (1, 1, 1))
    assert reader.cleared == 1
    assert reader.variables == {"debug_file": "/dev/null", "textord_fast_pitch_test": "1"}


def test_tesseract_knows_the_variables_that_it_is_given() -> None:
    reader = Libtesseract()
    handle = reader._handle(Model.FRENCH)
    for name, value in engine._IN_PROCESS.items():
        assert reader._library.TessBaseAPISetVariable(handle, name.encode(), value.encode()), name


def test_a_failing_engine_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader("")
    with pytest.raises(EngineError):
        tesserocr(monkeypatch, reader).words(page(), Model.FRENCH, PageMode.COLUMN)
    assert reader.cleared == 1


def test_a_missing_model_is_an_engine_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "_SYSTEM_DATA", tmp_path)
    with pytest.raises(EngineError):
        Libtesseract().warm()
