# SPDX-License-Identifier: Apache-2.0
"""Values as French registers print them: dates, numbers, amounts, names."""

import re

MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_PLAIN_MONTHS = {name.translate(str.maketrans("éû", "eu")): number for number, name in enumerate(MONTHS, 1)}
_NUMERIC_DATE = re.compile(r"\b(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})\b")
_WRITTEN_DATE = re.compile(r"\b(\d{1,2}|1er)\s+([a-zéèêû]{3,9})\s+(\d{4})\b", re.IGNORECASE)
_MONTH_DATE = re.compile(r"\b(\d{2})\s?[/.-]\s?(\d{4})\b")
_AMOUNT = re.compile(r"(\d[\d   .]*)(?:,(\d{1,2}))?\s*(Euros?|EUR|€)?", re.IGNORECASE)
_SIREN = re.compile(r"\b(\d{3})\s?(\d{3})\s?(\d{3})(?!\d)")


def iso_date(text: str) -> str | None:
    """Return the first date of a text as YYYY-MM-DD (or YYYY-MM where no day stands), or None."""
    if match := _NUMERIC_DATE.search(text):
        day, month, year = (int(part) for part in match.groups())
        return _iso(year, month, day)
    if match := _WRITTEN_DATE.search(text):
        word = match[2].lower().translate(str.maketrans("éèêû", "eeeu"))
        number = _PLAIN_MONTHS.get(word)
        day = 1 if match[1].lower() == "1er" else int(match[1])
        return None if number is None else _iso(int(match[3]), number, day)
    if match := _MONTH_DATE.search(text):
        month = int(match[1])
        return f"{int(match[2]):04}-{month:02}" if 1 <= month <= 12 else None
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not (1 <= month <= 12 and 1 <= day <= longest[month - 1]):
        return None
    return f"{year:04}-{month:02}-{day:02}"


def siren_in(text: str) -> str | None:
    """Return the first nine digits printed in threes (or together) in a text, or None."""
    match = _SIREN.search(text)
    return "".join(match.groups()) if match else None


def amount(text: str) -> str | None:
    """Return an amount as 'NNNN.NN EUR' (the currency only where printed), or None."""
    match = _AMOUNT.search(text)
    if match is None:
        return None
    whole = re.sub(r"\D", "", match[1])
    cents = (match[2] or "0").ljust(2, "0")
    return f"{int(whole)}.{cents}" + (" EUR" if match[3] else "")


def person_name(text: str) -> tuple[str, str]:
    """Return surname and given names of 'SURNAME Given Given': capitals lead, given names follow."""
    words = text.replace(",", " ").split()
    count = 0
    while count < len(words) and _is_capital(words[count]):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _is_capital(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    return bool(letters) and all(char.isupper() for char in letters)
