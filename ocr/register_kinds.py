# SPDX-License-Identifier: Apache-2.0
"""Which register document a text is, what on its pages is mere furniture, and who only looks like a register."""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from ocr.layout import Line, squeezed
from ocr.models import Kind

_LINES_LOOKED_AT = 60
_NEARLY = 92.0  # of 100: one character in twelve of a long mark may be misread
_SHORT = 14  # letters; shorter marks must be there exactly
_TITLES = 30  # lines in which the title of articles of association stands
_LONGEST_TITLE = 40

# Order matters: the first kind all of whose marks stand in the text is taken.
_MARKS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.RNE_ATTESTATION, ("attestationdimmatriculationauregistrenationaldesentreprises",)),
    (Kind.SIRENE_NOTICE, ("situationaurepertoiresirene",)),
    (Kind.EXTRAIT_K, ("identificationdelapersonnephysique", "registreducommerceetdessocietes")),
    (Kind.KBIS, ("extraitkbis",)),
    (Kind.KBIS, ("identificationdelapersonnemorale", "registreducommerceetdessocietes")),
)
_ANNOUNCEMENT = ("journalofficiel", "associations", "annonce")
_FURNITURE = re.compile(
    r"(legreffier|findelextrait|rcs.{2,40}\d{8}\d{0,6}(page\d+(sur)?\d*)?|page\d{1,3}(sur\d{1,3})?"
    r"|greffedutribunal.*|ndegestion.*|codedeverification.*|https?controle.*"
    r"|donneesissuesde.*|documentfictifsansvaleur|specimen.{0,30})"
)


def kind_of(lines: Sequence[Line]) -> Kind:
    """Return the kind of register document that a text is, UNKNOWN where no mark is found."""
    text = squeezed(" ".join(line.text for line in lines[:_LINES_LOOKED_AT]))
    if any(squeezed(line.text) == "extraitk" for line in lines[:_TITLES]):
        return Kind.EXTRAIT_K
    for kind, marks in _MARKS:
        if all(_holds(text, mark) for mark in marks):
            return kind
    if _has_title_of_statutes(lines) and "article" in text:
        return Kind.STATUTS
    return Kind.JOAFE if all(mark in text for mark in _ANNOUNCEMENT) else Kind.UNKNOWN


def _holds(text: str, mark: str) -> bool:
    if mark in text:
        return True
    return len(mark) >= _SHORT and len(text) >= len(mark) and fuzz.partial_ratio(mark, text) >= _NEARLY


def _has_title_of_statutes(lines: Sequence[Line]) -> bool:
    titles = (squeezed(line.text) for line in lines[:_TITLES])
    return any(title.startswith("statuts") and len(title) <= _LONGEST_TITLE for title in titles)


def is_furniture(text: str) -> bool:
    """Tell whether a squeezed line is running head, foot or signature, no part of any value."""
    if _FURNITURE.fullmatch(text) is not None:
        return True
    return any(abs(len(text) - len(last)) <= 2 and Levenshtein.distance(text, last) <= 2 for last in _LAST)


_LAST = ("legreffier", "findelextrait")


@lru_cache(maxsize=1)
def _imitators() -> tuple[str, ...]:
    """Return the squeezed names of those who sell or print copies of register data."""
    data = tomllib.loads((files("ocr") / "data" / "registers.toml").read_text(encoding="utf-8"))
    return tuple(squeezed(name) for name in data["look_alikes"]["names"])


def imitator(text: str) -> str | None:
    """Return who printed a document, where a squeezed text outside its values names a look-alike."""
    return next((name for name in _imitators() if name in text), None)
