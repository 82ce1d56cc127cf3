# SPDX-License-Identifier: Apache-2.0
"""Country names in French and English, as lists and documents write them, to ISO 3166-1."""

import re
import unicodedata
from functools import lru_cache

from screening.parameters import data_text

_REMARK = re.compile(r"\s*[\[(][^\])]*[\])]?\s*$")
_NOW = re.compile(r"\b(?:now|currently)\s+(?:the\s+|republic of\s+)*(?P<today>[^()]+?)\)?\s*$", re.IGNORECASE)
_WORD = re.compile(r"[^a-z]+")


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ").replace("œ", "oe"))
    letters = "".join(ch for ch in plain.casefold() if not unicodedata.combining(ch))
    return _WORD.sub(" ", letters).strip()


def _load() -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    codes: dict[str, str] = {}
    names: dict[str, tuple[str, str]] = {}
    for line in data_text("countries.csv").splitlines():
        if line.startswith("#") or not line:
            continue
        code, english, french, others = line.split(";")
        names[code] = (english, french)
        for name in (english, french, *others.split("|")):
            if name:
                codes.setdefault(_key(name), code)
        codes[_key(code)] = code
    return codes, names


_CODES, _NAMES = _load()


@lru_cache(maxsize=4096)
def alpha2(text: str | None) -> str | None:
    """Return the alpha-2 code of a country named in French or English, or None if unknown.

    A remark in brackets behind the name is forgotten ("Iraq (previous address)"), of a state that
    ended its successor counts ("Former USSR, now Ukraine").
    """
    text = " ".join((text or "").split())
    if text in {"", "00"}:
        return None
    if successor := _NOW.search(text):
        text = successor["today"]
    return _CODES.get(_key(text)) or _CODES.get(_key(_REMARK.sub("", text)))


def country_name(code: str, language: str) -> str:
    """Return the short name of an alpha-2 code in "en" or "fr"; the code itself if unknown."""
    names = _NAMES.get(code)
    return code if names is None else names[1 if language == "fr" else 0]
