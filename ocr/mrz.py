# SPDX-License-Identifier: Apache-2.0
"""Machine-readable zones: layouts, check digits and fields of Doc 9303 and of the French CNI.

Pure text. A check digit is computed and compared, never used to choose a character: a zone whose
digits do not hold stays invalid.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ocr.countries import is_listed
from ocr.models import Mrz, MrzFormat

FILLER = "<"
SECOND_OPINION = "second_opinion"  # the check that two engines agree; there only where one was doubtful
_WEIGHTS = (7, 3, 1)  # Doc 9303-3, 4.9
_VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_VALUES[FILLER] = 0

# What may stand at a place: a letter or filler, c issuer or nationality, n digit, d digit of a date
# (filler where unknown), s sex, k check digit or filler, i first letter of a card, x anything, and a
# capital that letter itself.
_CLASSES: dict[MrzFormat, tuple[str, ...]] = {
    "TD3": ("Px" + "ccc" + "a" * 39, "x" * 9 + "nccc" + "d" * 6 + "ns" + "d" * 6 + "n" + "x" * 14 + "kn"),
    "TD2": ("ix" + "ccc" + "a" * 31, "x" * 9 + "nccc" + "d" * 6 + "ns" + "d" * 6 + "n" + "x" * 7 + "n"),
    "TD1": (
        "ix" + "ccc" + "x" * 9 + "k" + "x" * 15,
        "d" * 6 + "ns" + "d" * 6 + "nccc" + "x" * 11 + "n",
        "a" * 30,
    ),
    "MRVA": ("Vx" + "ccc" + "a" * 39, "x" * 9 + "nccc" + "d" * 6 + "ns" + "d" * 6 + "n" + "x" * 16),
    "MRVB": ("Vx" + "ccc" + "a" * 31, "x" * 9 + "nccc" + "d" * 6 + "ns" + "d" * 6 + "n" + "x" * 8),
    # National identity card 1988-2021, 2 x 36; not the TD2 of ICAO.
    "CNI": ("IDFRA" + "a" * 25 + "x" * 6, "nnnn" + "xxx" + "nnnnn" + "n" + "a" * 14 + "d" * 6 + "nsn"),
}  # fmt: skip
_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ANYTHING = _DIGITS + _LETTERS + FILLER
_MEMBERS = {
    **{letter: letter for letter in _LETTERS},
    "a": _LETTERS + FILLER,
    "n": _DIGITS,
    "d": _DIGITS + FILLER,
    "k": _DIGITS + FILLER,
    "s": "MFX" + FILLER,
    "i": "IAC",
    "c": _ANYTHING,
    "x": _ANYTHING,
}
_AS_DIGIT = str.maketrans("OQDUILZSGBT", "00001125687")
_AS_LETTER = str.maketrans("012568", "OIZSGB")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a field stands: line and columns, both from 0, end exclusive."""

    line: int
    start: int
    end: int


def _spans(second: int, **places: tuple[int, int]) -> dict[str, Span]:
    return {name: Span(second, start, end) for name, (start, end) in places.items()}


_ID_LINE = _spans(
    1,
    document_number=(0, 9),
    nationality=(10, 13),
    birth_date=(13, 19),
    sex=(20, 21),
    expiry_date=(21, 27),
)
SPANS: dict[MrzFormat, dict[str, Span]] = {
    "TD3": {"issuing_country": Span(0, 2, 5), "names": Span(0, 5, 44), **_ID_LINE},
    "TD2": {"issuing_country": Span(0, 2, 5), "names": Span(0, 5, 36), **_ID_LINE},
    "MRVA": {"issuing_country": Span(0, 2, 5), "names": Span(0, 5, 44), **_ID_LINE},
    "MRVB": {"issuing_country": Span(0, 2, 5), "names": Span(0, 5, 36), **_ID_LINE},
    "TD1": {
        "issuing_country": Span(0, 2, 5),
        "document_number": Span(0, 5, 14),
        "names": Span(2, 0, 30),
        **_spans(1, birth_date=(0, 6), sex=(7, 8), expiry_date=(8, 14), nationality=(15, 18)),
    },
    "CNI": {
        "issuing_country": Span(0, 2, 5),
        "surname": Span(0, 5, 30),
        **_spans(
            1,
            issue_month=(0, 4),
            document_number=(0, 12),
            given_names=(13, 27),
            birth_date=(27, 33),
            sex=(34, 35),
        ),
    },
}


# What stands under a check digit of its own, the digit included. A composite digit alone lets one misreading in ten
# pass, so what only it covers (optional data, the names of a CNI) is not listed.
_ID_DIGITS = ((1, 0, 10), (1, 13, 20), (1, 21, 28))
_COVERED: dict[MrzFormat, tuple[tuple[int, int, int], ...]] = {
    "TD3": (*_ID_DIGITS, (1, 28, 44)),
    "TD2": (*_ID_DIGITS, (1, 35, 36)),
    "MRVA": _ID_DIGITS,
    "MRVB": _ID_DIGITS,
    "TD1": ((0, 5, 15), (1, 0, 7), (1, 8, 15), (1, 29, 30)),
    "CNI": ((1, 0, 13), (1, 27, 34), (1, 35, 36)),
}


def is_covered(name: MrzFormat, line: int, place: int) -> bool:
    """Tell whether a check digit of its own covers the character at a place, or stands there."""
    return any(line == row and start <= place < end for row, start, end in _COVERED[name])


def undetectable(char: str) -> str:
    """Return the characters that a check digit cannot tell from one: their values lie ten apart."""
    value = _VALUES[char] % 10
    return "".join(other for other, its in _VALUES.items() if its % 10 == value and other != char)


def check_digit(text: str) -> str:
    """Return the check digit of a text of A-Z, 0-9 and fillers (modulus 10, weights 7-3-1)."""
    return str(sum(_VALUES[c] * _WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def layouts_of(count: int) -> tuple[MrzFormat, ...]:
    """Return the formats that have so many lines."""
    return tuple(name for name, classes in _CLASSES.items() if len(classes) == count)


def width_of(name: MrzFormat) -> int:
    """Return the number of characters in a line of a format."""
    return len(_CLASSES[name][0])


def height_of(name: MrzFormat) -> int:
    """Return the number of lines of a format."""
    return len(_CLASSES[name])


def format_of(lines: Sequence[str]) -> MrzFormat | None:
    """Return the format of whole lines by their lengths and the document code, or None."""
    sizes = tuple(len(line) for line in lines)
    code = lines[0][:1] if lines else ""
    if sizes == (30, 30, 30):
        return "TD1" if code in {"I", "A", "C"} else None
    if sizes == (44, 44):
        return {"P": "TD3", "V": "MRVA"}.get(code)  # type: ignore[return-value]
    if sizes == (36, 36):
        if lines[0].startswith("IDFRA"):
            return "CNI"
        # A passport cut to 36 characters can still pass these digits: the code decides, not they.
        return {"V": "MRVB", "I": "TD2", "A": "TD2", "C": "TD2"}.get(code)  # type: ignore[return-value]
    return None


def allowed(name: MrzFormat, line: int) -> tuple[str, ...]:
    """Return the characters that may stand at each place of a line; issuer and nationality may be anything.

    So a code that is wrong cannot become a listed one.
    """
    return tuple(_MEMBERS[place] for place in _CLASSES[name][line])


def are_alike(one: str, other: str) -> bool:
    """Tell whether a letter and a digit look so alike that only their place tells which is meant."""
    return other in {one.translate(_AS_DIGIT), one.translate(_AS_LETTER)}


def as_placed(name: MrzFormat, line: int, text: str) -> str:
    """Return a line with look-alikes settled by place: digits where digits stand, letters likewise.

    Issuer and nationality are left as read, so that a wrong code cannot become a listed one.
    """
    return "".join(_settled(char, place) for char, place in zip(text, _CLASSES[name][line], strict=True))


def _settled(char: str, place: str) -> str:
    if place in "nd" or (place == "k" and char != FILLER):
        return char.translate(_AS_DIGIT)
    if place in "ai" or place.isupper():
        return char.translate(_AS_LETTER)
    return char


def verify(lines: Sequence[str]) -> Mrz | None:
    """Return the zone that whole lines form with the outcome of every check, None if they form none."""
    name = format_of(lines)
    if name is None or any(char not in _VALUES for line in lines for char in line):
        return None
    checks = _CHECKS[name](lines)
    places = SPANS[name]
    checks["issuer_code"] = is_listed(_cut(lines, places["issuing_country"]))
    checks["sex_code"] = _cut(lines, places["sex"]) in {"M", "F", "X", FILLER}
    if "nationality" in places:
        checks["nationality_code"] = is_listed(_cut(lines, places["nationality"]))
    return Mrz(name, tuple(lines), all(checks.values()), checks)


def texts(zone: Mrz) -> dict[str, str]:
    """Return the printed text of each field of a zone by name, fillers kept."""
    found = {name: _cut(zone.lines, span) for name, span in SPANS[zone.format].items()}
    if zone.format == "TD1":
        found["document_number"] = _td1_number(zone.lines[0])
    return found


def names(text: str) -> tuple[str, str]:
    """Return surname and given names of a name field, single spaces for fillers (Doc 9303-3, 4.6)."""
    surname, _, given = text.strip(FILLER).partition("<<")
    return _spaced(surname), _spaced(given)


def _spaced(text: str) -> str:
    return " ".join(part for part in text.split(FILLER) if part)


def _cut(lines: Sequence[str], span: Span) -> str:
    return lines[span.line][span.start : span.end]


def _holds(text: str, digit: str) -> bool:
    return check_digit(text) == digit


def _common(second: str) -> dict[str, bool]:
    return {
        "document_number": _holds(second[:9], second[9]),
        "birth_date": _holds(second[13:19], second[19]),
        "expiry_date": _holds(second[21:27], second[27]),
    }


def _check_td3(lines: Sequence[str]) -> dict[str, bool]:
    b = lines[1]
    empty = b[28:42] == FILLER * 14 and b[42] == FILLER  # Doc 9303-4, 4.2.2: 0 or filler
    return {
        **_common(b),
        "personal_number": empty or _holds(b[28:42], b[42]),
        "composite": _holds(b[:10] + b[13:20] + b[21:43], b[43]),
    }


def _check_td2(lines: Sequence[str]) -> dict[str, bool]:
    b = lines[1]
    return {**_common(b), "composite": _holds(b[:10] + b[13:20] + b[21:35], b[35])}


def _check_visa(lines: Sequence[str]) -> dict[str, bool]:
    return _common(lines[1])


def _check_td1(lines: Sequence[str]) -> dict[str, bool]:
    a, b = lines[0], lines[1]
    return {
        "document_number": _holds_td1_number(a),
        "birth_date": _holds(b[:6], b[6]),
        "expiry_date": _holds(b[8:14], b[14]),
        "composite": _holds(a[5:30] + b[:7] + b[8:15] + b[18:29], b[29]),
    }


def _long_number(first: str) -> str | None:
    """Return the part of a number over nine characters that stands in the optional data, if any.

    Doc 9303-5, 4.2.2, note j: a filler in place of the check digit, then the rest and its digit.
    """
    rest = first[15:30].split(FILLER, maxsplit=1)[0]
    return rest if first[14] == FILLER and len(rest) >= 2 else None


def _holds_td1_number(first: str) -> bool:
    rest = _long_number(first)
    if rest is None:
        return _holds(first[5:14], first[14])
    return _holds(first[5:14] + FILLER + rest[:-1], rest[-1])


def _td1_number(first: str) -> str:
    rest = _long_number(first)
    return first[5:14] + (rest[:-1] if rest is not None else "")


def _check_cni(lines: Sequence[str]) -> dict[str, bool]:
    a, b = lines
    return {
        "document_number": _holds(b[:12], b[12]),
        "birth_date": _holds(b[27:33], b[33]),
        "composite": _holds(a + b[:35], b[35]),
    }


_CHECKS = {
    "TD3": _check_td3,
    "TD2": _check_td2,
    "TD1": _check_td1,
    "MRVA": _check_visa,
    "MRVB": _check_visa,
    "CNI": _check_cni,
}
