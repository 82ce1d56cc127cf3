# SPDX-License-Identifier: Apache-2.0
"""The invented holder of a specimen: defaults for what is left out, numbers, dates, zone lines."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from ocr.models import Kind
from ocr.specimens import zones

_LETTERS = "BCDFGHJKLMNPQRTVWXYZ"  # the alphabet of French document numbers
_VISA_DAYS = 90


class Holder:
    """A person as the specimens print one; `person` holds surname, given_names, birth_date (ISO), sex.

    Also taken, where given: birth_place, issue_date, expiry_date, address, nationality, issuer (code
    of three letters), document_number, format ("TD1", "TD2", "MRVA", "MRVB") and zone, the lines to
    print instead of the true ones.
    """

    def __init__(self, person: Mapping[str, Any]) -> None:
        self.surname = str(person["surname"]).upper()
        given = person["given_names"]
        self.given = given if isinstance(given, str) else " ".join(given)
        self.birth = str(person["birth_date"])
        self.sex = str(person.get("sex", "X"))
        self.birth_place = str(person.get("birth_place", "MONTFLEURY")).upper()
        self.issue = str(person.get("issue_date", "2022-06-15"))
        self.address = str(person.get("address", "1 RUE DE L'EXEMPLE 99000 MONTFLEURY")).upper()
        self.nationality = str(person.get("nationality", "FRA"))
        self.issuer = str(person.get("issuer", "UTO"))
        self.format = str(person.get("format", ""))
        self._zone = tuple(person.get("zone", ()))
        self._expiry = person.get("expiry_date")
        self._number = person.get("document_number")
        identity = f"{self.surname}|{self.given}|{self.birth}"
        self._seed = int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "big")

    def is_adult(self) -> bool:
        """Tell whether the holder was 18 when the document was issued."""
        return self.issue >= f"{int(self.birth[:4]) + 18}{self.birth[4:]}"

    def expiry(self, years: int) -> str:
        """Return the last day of validity: the day before the anniversary of issue."""
        if self._expiry is not None:
            return str(self._expiry)
        issued = date.fromisoformat(self.issue)
        last_day = date.fromordinal(date(issued.year + years, issued.month, 1).toordinal() + issued.day - 2)
        return last_day.isoformat()

    def cni_expiry(self) -> str:
        """Return the expiry printed on a card of 1988: adults' 15 years from 2014 on (decree 2013-1188)."""
        return self.expiry(15 if self.issue >= "2014" and self.is_adult() else 10)

    def visa_expiry(self) -> str:
        """Return the last day of a short-stay visa."""
        if self._expiry is not None:
            return str(self._expiry)
        return date.fromordinal(date.fromisoformat(self.issue).toordinal() + _VISA_DAYS - 1).isoformat()

    def passport_number(self) -> str:
        """Return a passport number: two digits, two letters, five digits."""
        if self._number is not None:
            return str(self._number)
        return f"{self._seed % 90 + 10:02d}{self._letter(3)}{self._letter(7)}{self._seed % 99991:05d}"

    def card_number(self) -> str:
        """Return a card number of nine letters and digits."""
        if self._number is not None:
            return str(self._number)
        alphabet = _LETTERS + "23456789"
        return "".join(alphabet[(self._seed >> 5 * place) % len(alphabet)] for place in range(9))

    def cni_number(self) -> str:
        """Return the twelve digits of a card of 1988: year and month of issue, office, serial."""
        return f"{self.issue[2:4]}{self.issue[5:7]}753{self._seed % 99991:05d}"

    def foreigner_number(self) -> str:
        """Return the ten digits of the foreigners' register (AGDREF); 99 is no department."""
        return f"99{self._seed % 10**8:08d}"

    def zone(self, kind: Kind) -> tuple[str, ...]:
        """Return the lines of the machine-readable zone on a document of a kind."""
        return self._zone or self._true_zone(kind)

    def _true_zone(self, kind: Kind) -> tuple[str, ...]:
        if kind is Kind.CNI:
            return zones.cni(
                surname=self.surname, given=self.given.split(), birth=self.birth, sex=self.sex, issue=self.issue,
                department="753", serial=self.cni_number()[7:12],
            )  # fmt: skip
        common = {"surname": self.surname, "given": self.given, "birth": self.birth, "sex": zones.sex_code(self.sex)}
        if kind is Kind.PASSPORT:
            french = {"issuer": "FRA", "nationality": "FRA", "number": self.passport_number()}
            return zones.td3(**common, **french, expiry=self.expiry(10))
        if kind is Kind.VISA:
            about = {"issuer": self.issuer, "nationality": self.nationality, "number": self.card_number()}
            width = 36 if self.format == "MRVB" else 44
            return zones.visa(**common, **about, expiry=self.visa_expiry(), width=width)
        card = {**common, "number": self.card_number(), "expiry": self.expiry(10)}
        if kind is Kind.RESIDENCE_PERMIT:
            optional = "<" + self.foreigner_number()
            return zones.td1(**card, code="IR", issuer="FRA", nationality=self.nationality, optional=optional)
        if kind is Kind.CNIE:
            return zones.td1(**card, code="ID", issuer="FRA", nationality="FRA")
        if self.format == "TD2":
            return zones.td2(**card, code="I", issuer=self.issuer, nationality=self.issuer)
        return zones.td1(**card, code="I", issuer=self.issuer, nationality=self.issuer)

    def visible_values(self) -> list[str]:
        """Return the ten values of the signed 2D code in their order."""
        values = [self.given, self.surname, slashed(self.birth), self.card_number()]
        values += [slashed(self.expiry(10)), "FRA", "CNI", self.sex, self.birth_place, "1,70"]
        return values

    def _letter(self, shift: int) -> str:
        return _LETTERS[(self._seed >> shift) % len(_LETTERS)]


def spaced(iso: str) -> str:
    """Return an ISO date as DD MM YYYY."""
    return " ".join(reversed(iso.split("-")))


def dotted(iso: str) -> str:
    """Return an ISO date as DD.MM.YYYY."""
    return ".".join(reversed(iso.split("-")))


def slashed(iso: str) -> str:
    """Return an ISO date as DD/MM/YYYY."""
    return "/".join(reversed(iso.split("-")))
