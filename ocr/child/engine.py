# SPDX-License-Identifier: Apache-2.0
"""The OCR engine behind one small interface; pytesseract is the one that is always there."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_DATA = Path(__file__).resolve().parents[1] / "data"
_SYSTEM_DATA = Path("/usr/share/tesseract-ocr")  # Debian: one folder a major version
_LIBRARY = "libtesseract.so.5"  # since tesseract 4; its C interface has not changed
_LSTM_ONLY = 1  # --oem
# A quicker test for print of a fixed pitch, which took a seventh of the layout; an LSTM reads the same words with it.
_VARIABLES = {"textord_fast_pitch_test": "1"}
_IN_PROCESS = _VARIABLES | {"debug_file": "/dev/null"}
_WORD_ROW = "5"  # level of a row of tesseract's TSV that holds a word
_COLUMNS = 12
_LINE, _WORD = 2, 3  # RIL_TEXTLINE and RIL_WORD of tesseract's capi.h; blocks are 0, paragraphs 1
_POINTER, _NUMBER = ctypes.c_void_p, ctypes.c_int
_PROTOTYPES: dict[str, tuple[Any, ...]] = {  # what each function gives, then what it takes
    "TessBaseAPICreate": (_POINTER,),
    "TessBaseAPIRecognize": (_NUMBER, _POINTER, _POINTER),
    "TessBaseAPIGetIterator": (_POINTER, _POINTER),
    "TessResultIteratorNext": (_NUMBER, _POINTER, _NUMBER),
    "TessResultIteratorGetUTF8Text": (_POINTER, _POINTER, _NUMBER),
    "TessResultIteratorConfidence": (ctypes.c_float, _POINTER, _NUMBER),
    "TessResultIteratorDelete": (None, _POINTER),
    # A cursor on results is one on the page as well (ResultIterator is a PageIterator).
    "TessPageIteratorBoundingBox": (_NUMBER, *(_POINTER, _NUMBER), *(_POINTER,) * 4),
    "TessPageIteratorIsAtBeginningOf": (_NUMBER, _POINTER, _NUMBER),
    "TessDeleteText": (None, _POINTER),
}


class Model(StrEnum):
    """A trained model: our own for machine-readable zones, Debian's for French print."""

    ZONE = "mrz"
    FRENCH = "fra"


class PageMode(StrEnum):
    """How the page is cut into lines, by the numbers of tesseract's --psm."""

    COLUMN = "4"  # keeps the label and the value of a table row on one line
    BLOCK = "6"
    SPARSE = "11"


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One word as the engine gives it: box in pixels, confidence 0..1, number of its line."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float
    line: tuple[int, int, int]


class Engine(Protocol):
    """Reads the words of a grey picture (rows x columns, 0 is black)."""

    name: str
    starts_programs: bool  # whether the confinement must leave a program to be started

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        """Return the words found, in reading order; raises EngineError when the engine fails."""

    def warm(self) -> None:
        """Load all models now, so that no document waits for them."""


class EngineError(RuntimeError):
    """The OCR engine is missing, crashed or answered something unreadable."""


def available() -> Engine:
    """Return the fastest engine there is; pytesseract where tesseract cannot be had in-process.

    tesserocr is taken where somebody installed it and is no requirement of ours: its wheel carries
    JBIG-KIT (GPL-2.0-or-later). Debian's own library saves most of what it saves.
    """
    if find_spec("tesserocr") is not None:
        return Tesserocr()
    try:
        return Libtesseract()
    except EngineError:
        return Pytesseract()


class Pytesseract:
    """Debian's tesseract through pytesseract, one program start a call."""

    name = "pytesseract"
    starts_programs = True

    def __init__(self) -> None:
        self._library: Any = import_module("pytesseract")

    def warm(self) -> None:
        """Do nothing: each start of the program loads its model."""

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        picture = Image.fromarray(image)
        picture.format = "PPM"  # written without compression: a PNG of a page costs 60 ms
        variables = " ".join(f"-c {name}={value}" for name, value in _VARIABLES.items())
        config = f"--psm {mode} --oem {_LSTM_ONLY} {variables}"
        if model is Model.ZONE:
            config += f' --tessdata-dir "{_DATA}"'
        try:
            table = self._library.image_to_data(picture, lang=model.value, config=config)
        except (self._library.TesseractError, OSError, ValueError) as error:
            raise EngineError(type(error).__name__) from error
        return list(_rows(table))


class Libtesseract:
    """Debian's tesseract called in this process through its C interface (capi.h)."""

    name = "libtesseract"
    starts_programs = False

    def __init__(self) -> None:
        self._handles: dict[Model, ctypes.c_void_p] = {}
        try:
            self._library = ctypes.CDLL(_LIBRARY)
        except OSError as error:
            raise EngineError("the library of tesseract cannot be loaded") from error
        for name, (result, *arguments) in _PROTOTYPES.items():
            function = getattr(self._library, name)
            function.restype, function.argtypes = result, arguments

    def warm(self) -> None:
        for model in Model:
            self._handle(model)

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        handle, call = self._handle(model), self._library
        pixels = np.ascontiguousarray(image)
        height, width = pixels.shape
        call.TessBaseAPISetPageSegMode(handle, int(mode))
        call.TessBaseAPISetImage(handle, pixels.ctypes.data_as(ctypes.c_void_p), width, height, 1, width)
        try:
            if call.TessBaseAPIRecognize(handle, None) != 0:
                raise EngineError("tesseract gave no text")
            return list(self._recognised(call.TessBaseAPIGetIterator(handle)))
        finally:
            call.TessBaseAPIClear(handle)

    def _recognised(self, cursor: int | None) -> Iterator[ReadWord]:
        """Yield the words of a page, by a cursor on its first: the library's table of them takes four times as long."""
        call, box, line = self._library, (ctypes.c_int * 4)(), (0, 0, 0)
        sides = [ctypes.addressof(box) + offset for offset in range(0, ctypes.sizeof(box), ctypes.sizeof(ctypes.c_int))]
        try:
            while cursor:
                text = self._text(cursor)
                if text:
                    line = self._line(cursor, line)
                if text.strip() and call.TessPageIteratorBoundingBox(cursor, _WORD, *sides):
                    confidence = min(max(call.TessResultIteratorConfidence(cursor, _WORD), 0.0), 100.0) / 100
                    left, top, right, bottom = box
                    yield ReadWord(text, (left, top, right, bottom), confidence, line)
                if not call.TessResultIteratorNext(cursor, _WORD):
                    return
        finally:
            if cursor:
                call.TessResultIteratorDelete(cursor)

    def _text(self, cursor: int) -> str:
        text = self._library.TessResultIteratorGetUTF8Text(cursor, _WORD)
        if not text:
            return ""
        try:
            return ctypes.string_at(text).decode("utf-8", "replace")
        finally:
            self._library.TessDeleteText(text)

    def _line(self, cursor: int, last: tuple[int, int, int]) -> tuple[int, int, int]:
        """Return the numbers of block, paragraph and line of a word from those of the word before."""
        begins = self._library.TessPageIteratorIsAtBeginningOf
        if not begins(cursor, _LINE):  # as most words
            return last
        for level, number in enumerate(last):
            if begins(cursor, level):
                block, paragraph, line = (*last[:level], number + 1, 1, 1)[:3]
                return (block, paragraph, line)
        return last

    def _handle(self, model: Model) -> ctypes.c_void_p:
        if model not in self._handles:
            handle = ctypes.c_void_p(self._library.TessBaseAPICreate())
            folder = str(_data_folder(model)).encode()
            if self._library.TessBaseAPIInit2(handle, folder, model.encode(), _LSTM_ONLY) != 0:
                raise EngineError(f"tesseract cannot load the model {model.value}")
            for name, value in _IN_PROCESS.items():
                self._library.TessBaseAPISetVariable(handle, name.encode(), value.encode())
            self._handles[model] = handle
        return self._handles[model]


class Tesserocr:
    """A newer tesseract in this process, where the package tesserocr is installed."""

    name = "tesserocr"
    starts_programs = False

    def __init__(self) -> None:
        self._library: Any = import_module("tesserocr")
        self._readers: dict[Model, Any] = {}

    def warm(self) -> None:
        for model in Model:
            self._reader(model)

    def words(self, image: NDArray[np.uint8], model: Model, mode: PageMode) -> list[ReadWord]:
        reader = self._reader(model)
        height, width = image.shape
        try:
            reader.SetPageSegMode(int(mode))
            reader.SetImageBytes(image.tobytes(), width, height, 1, width)
            return list(_rows(reader.GetTSVText(0)))
        except RuntimeError as error:
            raise EngineError(type(error).__name__) from error
        finally:
            reader.Clear()

    def _reader(self, model: Model) -> Any:
        if model not in self._readers:
            try:
                reader = self._library.PyTessBaseAPI(path=str(_data_folder(model)), lang=model.value, oem=_LSTM_ONLY)
            except RuntimeError as error:
                raise EngineError(f"tesseract cannot load the model {model.value}") from error
            for name, value in _IN_PROCESS.items():
                reader.SetVariable(name, value)
            self._readers[model] = reader
        return self._readers[model]


def _data_folder(model: Model) -> Path:
    if model is Model.ZONE:
        return _DATA
    for folder in sorted(_SYSTEM_DATA.glob("*/tessdata"), reverse=True):
        if (folder / f"{model.value}.traineddata").is_file():
            return folder
    raise EngineError(f"the model {model.value} is not installed")


def _rows(table: str) -> Iterator[ReadWord]:
    """Yield the words of tesseract's table of tab-separated values, with or without its header."""
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) != _COLUMNS or cells[0] != _WORD_ROW or not cells[11].strip():
            continue
        block, paragraph, line = (int(cell) for cell in cells[2:5])
        left, top, width, height = (int(cell) for cell in cells[6:10])
        confidence = min(max(float(cells[10]), 0.0), 100.0) / 100
        yield ReadWord(cells[11], (left, top, left + width, top + height), confidence, (block, paragraph, line))
