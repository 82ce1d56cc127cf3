# SPDX-License-Identifier: Apache-2.0
"""Birth dates as the lists write them: full, partial, about, between, and plainly wrong."""

import re
from datetime import date
from typing import Final

from screening.models import PartialDate

# Nobody screened today was born before 1880; lower years are Hijri ones (1343, 1402) that stand
# next to their Gregorian twins in the French register.
EARLIEST_YEAR: Final = 1880
LATEST_YEAR: Final = 2100

_MONTHS: Final = {
    "jan": 1, "fev": 2, "feb": 2, "fév": 2, "mar": 3, "avr": 4, "apr": 4, "mai": 5, "may": 5,
    "juin": 6, "jun": 6, "juil": 7, "jul": 7, "aou": 8, "aoû": 8, "aug": 8, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12, "déc": 12,
}  # fmt: skip
_CIRCA = re.compile(r"\b(?:circa|approx\w*|about|around|environ|vers|c)\b\.?", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:T.*)?")
_SLASHED = re.compile(r"(\d{1,2}|[dj]{2}|00)[/.-](\d{1,2}|mm|00)[/.-](\d{4})", re.IGNORECASE)
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_WORDED = re.compile(r"(?:(\d{1,2})(?:er)?\s+)?([^\W\d_]{3,})\.?\s+(\d{4})")
_YEAR = re.compile(r"\d{4}")
_BETWEEN = re.compile(r"(?:between\s+|entre\s+)?(.+?)\s*(?:\bto\b|\band\b|\bet\b|–|—|/|-)\s*(.+)")


def make_date(
    year: int,
    month: int | None = None,
    day: int | None = None,
    *,
    circa: bool = False,
    earliest: int = EARLIEST_YEAR,
) -> PartialDate | None:
    """Return the date, less precise where month or day are impossible; None for a bad year."""
    if not earliest <= year <= LATEST_YEAR:
        return None
    if month is None or not 1 <= month <= 12:
        return PartialDate(year, circa=circa)
    if day is None or not 1 <= day <= 31:
        return PartialDate(year, month, circa=circa)
    try:
        date(year, month, day)
    except ValueError:
        return PartialDate(year, month, circa=circa)
    return PartialDate(year, month, day, circa=circa)


def make_range(first: int, last: int, *, circa: bool = False) -> PartialDate | None:
    """Return the span of two years, in either order; None if one of them is impossible."""
    low, high = sorted((first, last))
    if low < EARLIEST_YEAR or high > LATEST_YEAR:
        return None
    if low == high:
        return PartialDate(low, circa=circa)
    return PartialDate(low, circa=circa, year_to=high)


def read_date(text: str | None, *, earliest: int = EARLIEST_YEAR) -> PartialDate | None:
    """Read one birth date in any of the lists' spellings; None when it tells no year."""
    cleaned = " ".join((text or "").split()).strip("'").strip()
    circa = bool(_CIRCA.search(cleaned))
    cleaned = _CIRCA.sub("", cleaned).strip(" .,;")
    single = _read_single(cleaned, circa=circa, earliest=earliest)
    if single is not None:
        return single
    if span := _BETWEEN.fullmatch(cleaned):
        first = _read_single(span[1], circa=circa, earliest=earliest)
        last = _read_single(span[2], circa=circa, earliest=earliest)
        if first and last:
            return make_range(first.year, last.year, circa=circa)
    return None


def _read_single(text: str, *, circa: bool, earliest: int) -> PartialDate | None:
    if match := _ISO.fullmatch(text):
        day = int(match[3]) if match[3] else None
        return make_date(int(match[1]), int(match[2]), day, circa=circa, earliest=earliest)
    if match := _SLASHED.fullmatch(text):
        month = int(match[2]) if match[2].isdigit() else None
        day = int(match[1]) if match[1].isdigit() else None
        return make_date(int(match[3]), month, day, circa=circa, earliest=earliest)
    if match := _MONTH.fullmatch(text):
        return make_date(int(match[2]), int(match[1]), circa=circa, earliest=earliest)
    if match := _WORDED.fullmatch(text):
        word = match[2].casefold()
        month = _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])
        if month is None:
            return None
        day = int(match[1]) if match[1] else None
        return make_date(int(match[3]), month, day, circa=circa, earliest=earliest)
    if _YEAR.fullmatch(text):
        return make_date(int(text), circa=circa, earliest=earliest)
    return None
