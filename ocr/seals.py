# SPDX-License-Identifier: Apache-2.0
"""Signed 2D codes of French documents: the visible seal of the identity card of 2021, and 2D-Doc.

Pure bytes and text; whether a signature holds is found out elsewhere (ocr/child/seals.py).
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ocr import french
from ocr.models import Box, Field, Source

_SURE = 0.99  # Reed-Solomon has corrected what was smudged
_HEADER, _SIGNATURE = 24, 48  # of the card's seal, as on the official specimen (XP Z42-105, ISO 22376)
_NAMES = (
    "given_names",
    "surname",
    "birth_date",
    "document_number",
    "expiry_date",
    "nationality",
    "",
    "sex",
    "birth_place",
)

_2DDOC = re.compile(rb"DC(0[1-4])([A-Z0-9]{4})([A-Z0-9]{4})[0-9A-F]{8}")
_HEADERS = {b"01": 22, b"02": 22, b"03": 24, b"04": 26}  # characters by version of the specification (ANTS, 3.1)
_GROUP, _CUT, _UNIT = "\x1d", "\x1e", "\x1f"
# Identifiers of data that concern a person or an address: our name, and the length where it is fixed.
_DATA: dict[str, tuple[str, int]] = {
    "10": ("addressee", 0),
    "20": ("", 0),
    "21": ("", 0),
    "22": ("street", 0),
    "23": ("", 0),
    "24": ("postal_code", 5),
    "25": ("city", 0),
    "26": ("country", 2),
    "60": ("given_names", 0),
    "61": ("", 0),
    "62": ("surname", 0),
    "63": ("usage_name", 0),
    "65": ("", 2),
    "66": ("document_number", 0),
    "67": ("nationality", 2),
    "68": ("sex", 1),
    "69": ("birth_date", 8),
    "6A": ("birth_place", 0),
    "6C": ("issuing_country", 2),
}


class SealState(StrEnum):
    """Whether the signature of a code holds under a certificate that the operator configured."""

    VALID = "valid"
    WRONG = "wrong"  # the very certificate that the code names is configured, and its signature does not hold
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Seal:
    """A signed 2D code: the certificate it names ("" where it does not say), what is signed, and r and s."""

    certificate: str
    signed: bytes
    signature: bytes
    values: tuple[tuple[str, str], ...]

    def fields(self, page: int, box: Box | None) -> dict[str, Field]:
        """Return the values as fields that were read from a code."""
        return {name: Field(value, value, _SURE, page, box, Source.BARCODE) for name, value in self.values}


def seal_of(data: bytes) -> Seal | None:
    """Return the seal that the bytes of a code are, None where they are none of the two kinds."""
    return _two_d_doc(data) or _card_seal(data)


def _card_seal(data: bytes) -> Seal | None:
    signed, signature = data[:-_SIGNATURE], data[-_SIGNATURE:]
    parts = signed[_HEADER:].decode("latin-1").split(";")
    if len(parts) != 10 or parts[6] != "CNI":
        return None
    return Seal("", signed, signature, tuple(_named(zip(_NAMES, parts, strict=False))))


def _two_d_doc(data: bytes) -> Seal | None:
    head = _2DDOC.match(data)
    signed, mark, encoded = data.partition(_UNIT.encode())
    if head is None or not mark:
        return None
    try:
        signature = base64.b32decode(encoded.rstrip(b"=") + b"=" * (-len(encoded.rstrip(b"=")) % 8))
    except binascii.Error:
        return None
    text = signed[_HEADERS[head[1]] :].decode("utf-8", "replace")
    return Seal((head[2] + head[3]).decode(), signed, signature, tuple(_named(_data(text))))


def _data(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and value of each datum up to the first that is not known: its length is not known either."""
    while text[:2] in _DATA:
        name, length = _DATA[text[:2]]
        text = text[2:]
        end = length or min([at for at in (text.find(_GROUP), text.find(_CUT)) if at >= 0], default=len(text))
        yield name, text[:end].strip()
        text = text[end:].lstrip(_GROUP + _CUT)


def _named(pairs: "Iterator[tuple[str, str]] | zip[tuple[str, str]]") -> Iterator[tuple[str, str]]:
    for name, text in pairs:
        value = _iso(text) if name.endswith("_date") else text
        if name and value:
            yield name, value


def _iso(text: str) -> str | None:
    return french.iso_date(f"{text[:2]}/{text[2:4]}/{text[4:]}" if text.isdecimal() and len(text) == 8 else text)
