# SPDX-License-Identifier: Apache-2.0
"""Composes machine-readable zones with their check digits (Doc 9303 parts 3 to 6, French CNI)."""

import unicodedata
from collections.abc import Sequence

from ocr.mrz import FILLER, check_digit

# Doc 9303-3, section 6: letters that do not decompose.
_LETTERS = str.maketrans({"Æ": "AE", "Œ": "OE", "Ø": "OE", "ß": "SS", "Ł": "L", "Þ": "TH", "Đ": "D"})


def transliterated(name: str) -> str:
    """Return a name in the alphabet of the zone: no diacritics, no apostrophes, fillers for gaps."""
    plain = unicodedata.normalize("NFKD", name.upper().translate(_LETTERS))
    kept = [char for char in plain if char.isascii() and (char.isalpha() or char in " -")]
    return FILLER.join("".join(kept).replace("-", " ").split())


def short_date(iso: str) -> str:
    """Return YYYY-MM-DD as YYMMDD."""
    return iso[2:4] + iso[5:7] + iso[8:10]


def td3(*, issuer: str, surname: str, given: str, number: str, nationality: str, birth: str,
        sex: str, expiry: str) -> tuple[str, ...]:  # fmt: skip
    """Return the two lines of a passport without a personal number; dates are ISO."""
    first = _filled(f"P<{issuer:<<3}{_names(surname, given)}", 44)
    second = _digit(_filled(number, 9)) + f"{nationality:<<3}"
    second += _digit(short_date(birth)) + sex + _digit(short_date(expiry)) + FILLER * 14 + "0"
    return first, second + check_digit(second[:10] + second[13:20] + second[21:43])


def td1(  # noqa: PLR0913 - the fields of the format
    *, code: str, issuer: str, surname: str, given: str, number: str, nationality: str,
        birth: str, sex: str, expiry: str, optional: str = "") -> tuple[str, ...]:  # fmt: skip
    """Return the three lines of a card of size ID-1; dates are ISO."""
    printed = _digit(_filled(number, 9))
    if len(number) > 9:  # Doc 9303-5, 4.2.2, note j: the rest and its digit go on in the optional data
        rest = number[9:] + check_digit(number[:9] + FILLER + number[9:])
        printed, optional = number[:9] + FILLER, rest + optional
    first = _filled(f"{code:<<2}{issuer:<<3}{printed}{optional}", 30)
    second = _digit(short_date(birth)) + sex + _digit(short_date(expiry))
    second = _filled(f"{second}{nationality:<<3}", 29)
    covered = first[5:30] + second[:7] + second[8:15] + second[18:29]
    return first, second + check_digit(covered), _filled(_names(surname, given), 30)


def td2(*, code: str, issuer: str, surname: str, given: str, number: str, nationality: str,  # noqa: PLR0913 - as td1
        birth: str, sex: str, expiry: str) -> tuple[str, ...]:  # fmt: skip
    """Return the two lines of a card of size ID-2 without optional data; dates are ISO."""
    first = _filled(f"{code:<<2}{issuer:<<3}{_names(surname, given)}", 36)
    second = _digit(_filled(number, 9)) + f"{nationality:<<3}"
    second += _digit(short_date(birth)) + sex + _digit(short_date(expiry)) + FILLER * 7
    return first, second + check_digit(second[:10] + second[13:20] + second[21:35])


def visa(*, issuer: str, surname: str, given: str, number: str, nationality: str, birth: str,  # noqa: PLR0913 - as td1
         sex: str, expiry: str, width: int) -> tuple[str, ...]:  # fmt: skip
    """Return the two lines of a visa of 44 (MRV-A) or 36 (MRV-B) characters; dates are ISO."""
    first = _filled(f"V<{issuer:<<3}{_names(surname, given)}", width)
    second = _digit(_filled(number, 9)) + f"{nationality:<<3}"
    second += _digit(short_date(birth)) + sex + _digit(short_date(expiry))
    return first, _filled(second, width)


def sex_code(sex: str) -> str:
    """Return the sex as the zone writes it: a filler where it is not M or F (Doc 9303-3, 4.1)."""
    return sex if sex in {"M", "F"} else FILLER


def cni(*, surname: str, given: Sequence[str], birth: str, sex: str, issue: str, department: str,
        serial: str) -> tuple[str, ...]:  # fmt: skip
    """Return the two lines of a French card of 1988 to 2021; given names are whole, dates ISO."""
    first = f"IDFRA{_filled(transliterated(surname), 25)}" + FILLER * 6
    number = _digit(issue[2:4] + issue[5:7] + department + serial)
    names = _filled((FILLER * 2).join(transliterated(name) for name in given), 14)
    second = number + names + _digit(short_date(birth)) + sex
    return first, second + check_digit(first + second)


def _names(surname: str, given: str) -> str:
    return f"{transliterated(surname)}{FILLER * 2}{transliterated(given)}"


def _filled(text: str, width: int) -> str:
    return text[:width].ljust(width, FILLER)


def _digit(text: str) -> str:
    return text + check_digit(text)
