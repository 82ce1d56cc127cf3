# SPDX-License-Identifier: Apache-2.0
"""Identity documents: passport page, identity cards of 2021 and of 1988, residence permit."""

import hashlib
import textwrap
from collections.abc import Mapping
from datetime import date
from typing import Any

from PIL import ImageDraw

from ocr.specimens import codes, zones
from ocr.specimens.paint import (
    INK,
    Picture,
    marked,
    paper,
    portrait,
    print_field,
    print_text,
    print_zone,
    stacked,
)

_PASSPORT_UNIT = 12  # pixels of a millimetre: 300 dpi
_CARD_UNIT = 16
_OLD_CARD_UNIT = 14
_SMALL_PRINT_LETTERS = "BCDFGHJKLMNPQRTVWXYZ"  # the alphabet of French document numbers


def passport(person: Mapping[str, Any]) -> Picture:
    """Return the data page of a passport, 125 x 88 mm."""
    unit = _PASSPORT_UNIT
    who = _Holder(person)
    sheet = paper((125 * unit, 88 * unit), (236, 226, 232), (214, 196, 212))
    _heading(sheet, "RÉPUBLIQUE FRANÇAISE", "PASSEPORT / PASSPORT", unit)
    sheet.paste(portrait((33 * unit, 43 * unit)), (5 * unit, 17 * unit))
    number = who.number("{:02d}{}{}{:05d}")
    expiry = who.expiry(10)
    columns = (
        (43, 16, "Type / Type", "P"),
        (62, 16, "Code du pays / Country code", "FRA"),
        (92, 16, "Passeport n° / Passport No.", number),
        (43, 23, "Nom / Surname (1)", who.surname),
        (43, 30, "Prénoms / Given names (2)", who.given),
        (43, 37, "Nationalité / Nationality (3)", "FRANÇAISE"),
        (92, 37, "Sexe / Sex (5)", who.sex),
        (43, 44, "Date de naissance / Date of birth (4)", who.spaced(who.birth)),
        (92, 44, "Lieu de naissance / Place of birth (6)", who.birth_place),
        (43, 51, "Date de délivrance / Date of issue (8)", who.spaced(who.issue)),
        (92, 51, "Date d'expiration / Date of expiry (9)", who.spaced(expiry)),
        (43, 58, "Autorité / Authority (10)", "PRÉFECTURE DE DÉMONSTRATION"),
    )
    for x, y, label, value in columns:
        print_field(sheet, (x * unit, y * unit), label, value, unit)
    sheet = marked(sheet, 64 * unit)
    lines = zones.td3(
        issuer="FRA", surname=who.surname, given=who.given, number=number, nationality="FRA",
        birth=who.birth, sex=who.sex, expiry=expiry,
    )  # fmt: skip
    print_zone(sheet, lines, top=71.5, left=6.5, unit=unit)
    return sheet


def cnie(person: Mapping[str, Any]) -> Picture:
    """Return both sides of an identity card of 2021, 85.6 x 54 mm each."""
    who = _Holder(person)
    return stacked([_cnie_front(who), _cnie_back(who)])


def _cnie_front(who: "_Holder") -> Picture:
    unit = _CARD_UNIT
    sheet = paper((round(85.6 * unit), 54 * unit), (228, 236, 244), (198, 214, 230))
    _heading(sheet, "RÉPUBLIQUE FRANÇAISE", "CARTE NATIONALE D'IDENTITÉ / IDENTITY CARD", unit)
    sheet.paste(portrait((25 * unit, 32 * unit)), (4 * unit, 14 * unit))
    columns = (
        (33, 12, "NOM / Surname", who.surname),
        (33, 18.5, "Prénoms / Given names", who.given),
        (33, 25, "SEXE / Sex", who.sex),
        (47, 25, "NAT. / Nationality", "FRA"),
        (33, 31.5, "DATE DE NAISS. / Date of birth", who.spaced(who.birth)),
        (61, 44.5, "N° / Document No", who.card_number()),
        (33, 38, "LIEU DE NAISS. / Place of birth", who.birth_place),
        (33, 44.5, "DATE D'EXPIR. / Expiry date", who.spaced(who.expiry(10))),
    )
    for x, y, label, value in columns:
        print_field(sheet, (x * unit, y * unit), label, value, unit)
    return marked(sheet, sheet.height)


def _cnie_back(who: "_Holder") -> Picture:
    unit = _CARD_UNIT
    sheet = paper((round(85.6 * unit), 54 * unit), (232, 238, 240), (206, 218, 222))
    first, *rest = textwrap.wrap(who.address, 26) or [""]
    print_field(sheet, (4 * unit, 4 * unit), "ADRESSE / Address", first, unit)
    for row, line in enumerate(rest[:1]):
        print_text(sheet, (4 * unit, (9.8 + 3.6 * row) * unit), line, round(2.9 * unit), name="DejaVuSans-Bold")
    issued = "DATE DE DÉLIVRANCE / Date of issue"
    print_field(sheet, (4 * unit, 15 * unit), issued, who.spaced(who.issue), unit)
    print_field(sheet, (4 * unit, 23 * unit), "TAILLE / Height", "1,70 m", unit)
    sheet = marked(sheet, 33 * unit)
    square = codes.datamatrix(codes.visible_code(who.visible_values()), 19 * unit)
    sheet.paste(square, (64 * unit, 7 * unit))
    lines = zones.td1(
        code="ID", issuer="FRA", surname=who.surname, given=who.given, number=who.card_number(),
        nationality="FRA", birth=who.birth, sex=who.sex, expiry=who.expiry(10),
    )  # fmt: skip
    print_zone(sheet, lines, top=38, left=4.6, unit=unit)
    return sheet


def cni(person: Mapping[str, Any]) -> Picture:
    """Return both sides of an identity card of 1988 to 2021, 105 x 74 mm each."""
    unit = _OLD_CARD_UNIT
    who = _Holder(person)
    front = paper((105 * unit, 74 * unit), (222, 232, 246), (196, 212, 236))
    _heading(front, "RÉPUBLIQUE FRANÇAISE", "CARTE NATIONALE D'IDENTITÉ N° " + who.cni_number(), unit)
    front.paste(portrait((28 * unit, 37 * unit)), (5 * unit, 15 * unit))
    rows = (
        f"Nom : {who.surname}",
        f"Prénom(s) : {', '.join(who.given.split())}",
        f"Sexe : {who.sex}      Né(e) le : {who.dotted(who.birth)}",
        f"à : {who.birth_place}",
        "Taille : 1,70 m",
    )
    for row, text in enumerate(rows):
        print_text(front, (38 * unit, (17 + 7 * row) * unit), text, round(3 * unit))
    front = marked(front, 52 * unit)
    lines = zones.cni(
        surname=who.surname, given=who.given.split(), birth=who.birth, sex=who.sex, issue=who.issue,
        department="753", serial=who.cni_number()[7:12],
    )  # fmt: skip
    print_zone(front, lines, top=58.5, left=6.8, unit=unit)
    return stacked([front, _cni_back(who)])


def _cni_back(who: "_Holder") -> Picture:
    unit = _OLD_CARD_UNIT
    sheet = paper((105 * unit, 74 * unit), (226, 234, 246), (204, 218, 238))
    # Cards of adults print 15 years from 2014 on, ten before (decree 2013-1188).
    years = 15 if who.issue >= "2014" and who.is_adult() else 10
    rows = (
        f"Adresse : {who.address}",
        f"Cette carte est valable jusqu'au : {who.dotted(who.expiry(years))}",
        f"délivrée le : {who.dotted(who.issue)}",
        "par : PRÉFECTURE DE DÉMONSTRATION",
    )
    for row, text in enumerate(rows):
        print_text(sheet, (7 * unit, (12 + 10 * row) * unit), text, round(2.9 * unit))
    return marked(sheet, sheet.height)


def residence_permit(person: Mapping[str, Any]) -> Picture:
    """Return the back of a residence permit, 85.6 x 54 mm, with its zone."""
    unit = _CARD_UNIT
    who = _Holder(person)
    sheet = paper((round(85.6 * unit), 54 * unit), (236, 226, 222), (220, 202, 198))
    _heading(sheet, "TITRE DE SÉJOUR", "RESIDENCE PERMIT", unit)
    print_field(sheet, (5 * unit, 16 * unit), "OBSERVATIONS / Remarks", "AUTORISE SON TITULAIRE À TRAVAILLER", unit)
    print_field(sheet, (5 * unit, 24 * unit), "ADRESSE / Address", who.address, unit)
    sheet = marked(sheet, 34 * unit)
    lines = zones.td1(
        code="IR", issuer="FRA", surname=who.surname, given=who.given, number=who.card_number(),
        nationality=who.nationality, birth=who.birth, sex=who.sex, expiry=who.expiry(10),
        optional="<9900000001",
    )  # fmt: skip
    print_zone(sheet, lines, top=38, left=4.6, unit=unit)
    return sheet


def _heading(sheet: Picture, state: str, title: str, unit: int) -> None:
    band = (0, 0, sheet.width, 11 * unit)
    ImageDraw.Draw(sheet).rectangle(band, fill=(218, 224, 238))
    print_text(sheet, (5 * unit, 2 * unit), state, round(3 * unit), name="DejaVuSans-Bold")
    print_text(sheet, (5 * unit, 6.4 * unit), title, round(2.6 * unit), fill=INK)


class _Holder:
    """The invented holder of a document, with defaults for what the caller left out."""

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

    def number(self, pattern: str) -> str:
        """Return a passport number: two digits, two letters, five digits."""
        if self._number is not None:
            return str(self._number)
        first, second = self._letter(3), self._letter(7)
        return pattern.format(self._seed % 90 + 10, first, second, self._seed % 99991)

    def card_number(self) -> str:
        """Return a card number of nine letters and digits."""
        if self._number is not None:
            return str(self._number)
        alphabet = _SMALL_PRINT_LETTERS + "23456789"
        return "".join(alphabet[(self._seed >> 5 * place) % len(alphabet)] for place in range(9))

    def cni_number(self) -> str:
        """Return the twelve digits of a card of 1988: year and month of issue, office, serial."""
        return f"{self.issue[2:4]}{self.issue[5:7]}753{self._seed % 99991:05d}"

    def visible_values(self) -> list[str]:
        """Return the ten values of the signed 2D code in their order."""
        values = [self.given, self.surname, self.slashed(self.birth), self.card_number()]
        values += [self.slashed(self.expiry(10)), "FRA", "CNI", self.sex, self.birth_place, "1,70"]
        return values

    def spaced(self, iso: str) -> str:
        """Return an ISO date as DD MM YYYY."""
        return " ".join(reversed(iso.split("-")))

    def dotted(self, iso: str) -> str:
        """Return an ISO date as DD.MM.YYYY."""
        return ".".join(reversed(iso.split("-")))

    def slashed(self, iso: str) -> str:
        """Return an ISO date as DD/MM/YYYY."""
        return "/".join(reversed(iso.split("-")))

    def _letter(self, shift: int) -> str:
        return _SMALL_PRINT_LETTERS[(self._seed >> shift) % len(_SMALL_PRINT_LETTERS)]
