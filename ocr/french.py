# SPDX-License-Identifier: Apache-2.0
"""Values as French registers print them: dates, numbers, amounts, names."""

import re
from collections.abc import Iterator, Sequence

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
_AMOUNT = re.compile(
    r"(?<![\d/])(\d[\d\s.]*?)(?:[,.](\d{1,2}))?(?![\d/]|[\s.,]\d)\s*"
    r"(Euros?\b|EUR\b|€|Francs?\s+CFP|XPF\b|Francs?(?:\s+fran[çc]ais)?\b|FRF\b|F\b|Dollars?(?:\s+US)?\b|USD\b|\$"
    r"|Livres?(?:\s+sterling)?\b|GBP\b|£|CHF\b)?",
    re.IGNORECASE,
)
_CURRENCIES = (("EUR", ("eur", "€")), ("XPF", ("francs cfp", "franc cfp", "xpf")), ("FRF", ("franc", "frf", "f")),
               ("USD", ("dollar", "usd", "$")), ("GBP", ("livre", "gbp", "£")), ("CHF", ("chf",)))  # fmt: skip
_SIREN = re.compile(r"(?<!\d)(\d{3})[\s.]?(\d{3})[\s.]?(\d{3})(?!\d)")
_PARTICLES = frozenset(
    {"DE", "DU", "DES", "LA", "LE", "LES", "VAN", "VON", "DER", "DEN", "TEN", "EL", "AL", "BEN", "BIN", "SAINT"}
)


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
    """Return the first amount of a text as 'NNNN.NN EUR' (the currency only where printed), or None."""
    return next((found for _, found in amounts(text)), None)


def amounts(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each amount of a text starts, and the amount as 'NNNN.NN EUR'."""
    for match in _AMOUNT.finditer(text):
        whole = re.sub(r"\D", "", match[1])
        cents = (match[2] or "0").ljust(2, "0")
        yield match.start(), f"{int(whole)}.{cents}{_currency(match[3])}"


def _currency(printed: str | None) -> str:
    word = " ".join((printed or "").lower().split())
    return next((f" {code}" for code, starts in _CURRENCIES if word and word.startswith(starts)), "")


def person_name(text: str) -> tuple[str, str]:
    """Return surname and given names of 'SURNAME Given Given': capitals lead, given names follow.

    Where all is in capitals a comma divides; without one the given names start behind the first word
    that is no particle. A single letter is a given name: nobody is registered under an initial.
    """
    before, comma, after = text.partition(",")
    words = text.replace(",", " ").split()
    if comma and after.strip():
        return " ".join(before.split()), " ".join(after.split())
    count = _particles(words)
    while count < len(words) and _is_capital(words[count]) and (count == 0 or len(words[count]) > 1):
        count += 1
    count = max(count, min(1, len(words)))
    if count == len(words) > 1:
        count = 1 + next((index for index, word in enumerate(words[:-2]) if word not in _PARTICLES), len(words) - 2)
    return " ".join(words[:count]), " ".join(words[count:])


def _particles(words: Sequence[str]) -> int:
    """Count the particles in lower case before a surname in capitals: 'de LA TOUR Jean'."""
    count = 0
    while count < len(words) - 1 and words[count].islower():
        count += 1
    return count if 0 < count < len(words) and _is_capital(words[count]) else 0


def _is_capital(word: str) -> bool:
    """Tell whether a word is printed as a surname: in capitals but for a prefix ('McDONALD', "d'ORVAL")."""
    letters = [char for char in word if char.isalpha()]
    upper = sum(char.isupper() for char in letters)
    return bool(letters) and (upper == len(letters) or (upper > 2 and len(letters) - upper <= 2))
