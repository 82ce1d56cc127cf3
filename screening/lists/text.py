# SPDX-License-Identifier: Apache-2.0
"""Reading the texts of list records: clean strings, scripts, numbers, joined names, moments."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

_SCRIPTS: Final = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "ARABIC": "Arab", "GREEK": "Grek", "HEBREW": "Hebr",
    "CJK": "Hani", "HANGUL": "Kore", "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "GEORGIAN": "Geor",
    "ARMENIAN": "Armn", "DEVANAGARI": "Deva", "THAI": "Thai", "KHMER": "Khmr", "MYANMAR": "Mymr",
    "BENGALI": "Beng", "TAMIL": "Taml", "ETHIOPIC": "Ethi", "SINHALA": "Sinh", "LAO": "Laoo",
}  # fmt: skip
_HTML = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[A-Za-z]{2,8});")
_LONGEST_NUMBER: Final = 9
_RUN = re.compile(r"[^()]*[()]|[^()]+")  # up to a bracket; before a closing one it is inside
_ASIDE = re.compile(r"(?P<outside>.+?)\s*\((?:original script:)?(?P<inside>[^()]+)\)[\s,]*", re.IGNORECASE)

_LABEL = re.compile(r"\b(?:[Nn]°|[Nn]o\.:?)\s*")
_DATE = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b")
# "AB 123456" and "1808 233282" are one number in two groups; "12 March 2031" is none.
_DOCUMENT = re.compile(
    r"(?:\b(?:[A-Z]{1,2}(?:-[A-Z])?|\d{2,4})[\s-]+(?=\d))?\b(?=[A-Z0-9/-]*\d)[A-Z0-9](?:[A-Z0-9/-]*[A-Z0-9])?\b"
)
_SENTENCE = re.compile(r"[(),;:]|\b[A-Z]{3,}\b")
_SHORTEST_DOCUMENT: Final = 5


def clean(text: str | None) -> str:
    """Return the text in NFC with single spaces, without HTML entities, control and direction marks."""
    if not text:
        return ""
    if "&" in text:
        text = _HTML.sub(lambda match: html.unescape(match[0]), text)
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = "".join(
        ch if (category := unicodedata.category(ch))[0] != "C" else (" " if category == "Cc" else "") for ch in text
    )
    return " ".join(unicodedata.normalize("NFC", spaced).split())


def script_of(text: str) -> str:
    """Return the ISO 15924 code of the script most letters belong to; Latn without letters."""
    if text.isascii():
        return "Latn"
    seen: Counter[str] = Counter()
    for ch in text:
        if ch.isalpha():
            seen[unicodedata.name(ch, "UNKNOWN").split(" ", 1)[0].split("-", 1)[0]] += 1
    return _SCRIPTS.get(seen.most_common(1)[0][0], "Zyyy") if seen else "Latn"


def whole_number(text: str | None) -> int | None:
    """Return a number written in up to nine ASCII digits; None for anything else.

    `str.isdigit` would let pass what `int` refuses: "²" and texts of thousands of digits.
    """
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER else None


def iso_moment(text: str) -> datetime | None:
    """Return an ISO 8601 moment, UTC where it tells no zone; None for anything else."""
    # The French register writes seven decimals of a second; Python reads six.
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.strip()))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def joined(text: str) -> list[str]:
    """Return the parts of a field joined by ";" outside brackets."""
    parts = [""]
    for run in _RUN.findall(text):
        first, *others = [run] if run.endswith(")") else run.split(";")
        parts[-1] += first
        parts += others
    return parts


def split_names(text: str) -> Iterator[str]:
    """Yield the names joined in one field: by ";", or in another script within brackets.

    "/" joins nothing: "J/V" and "Isfahan/Esfahan" contain it.
    """
    for part in joined(text):
        aside = _ASIDE.fullmatch(part)
        if aside and script_of(aside["inside"]) != script_of(aside["outside"]):
            yield aside["outside"]
            yield from aside["inside"].split(";")
        else:
            yield part


def document_numbers(text: str) -> list[str]:
    """Return the document numbers (five characters or more) told in a free text.

    A text without words is one number, however grouped: "0802 562844", "TR-P 614 166".
    In sentences ("A123456, délivré le 14 juillet 2011") words, dates and short figures are left out.
    """
    cleaned = clean(_LABEL.sub(" ", _DATE.sub(" ", clean(text))))
    if cleaned == cleaned.upper() and not _SENTENCE.search(cleaned):
        return _parted(cleaned) if cleaned else []
    found = (number for match in _DOCUMENT.findall(cleaned) for number in _parted(match))
    return [number for number in found if len(number) >= _SHORTEST_DOCUMENT]


def _parted(number: str) -> list[str]:
    # "9705215107/770501001" are two numbers, "96/184442" is one.
    parts = number.split("/")
    return parts if all(len(part) >= _SHORTEST_DOCUMENT for part in parts) else [number]
