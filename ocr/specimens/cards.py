# SPDX-License-Identifier: Apache-2.0
"""French identity documents, one picture a face: passport, cards of 2021 and 1988, residence permit."""

import textwrap

from PIL import ImageDraw

from ocr.models import Kind
from ocr.specimens import codes
from ocr.specimens.holder import Holder, dotted, spaced
from ocr.specimens.paint import (
    INK,
    Picture,
    marked,
    paper,
    portrait,
    print_field,
    print_text,
    print_zone,
)

PASSPORT_UNIT = 12  # pixels of a millimetre: 300 dpi
CARD_UNIT = 16
OLD_CARD_UNIT = 14


def passport(who: Holder) -> list[Picture]:
    """Return the data page of a passport, 125 x 88 mm."""
    unit = PASSPORT_UNIT
    sheet = paper((125 * unit, 88 * unit), (236, 226, 232), (214, 196, 212))
    heading(sheet, "RÉPUBLIQUE FRANÇAISE", "PASSEPORT / PASSPORT", unit)
    sheet.paste(portrait((33 * unit, 43 * unit)), (5 * unit, 17 * unit))
    columns = (
        (43, 16, "Type / Type", "P"),
        (62, 16, "Code du pays / Country code", "FRA"),
        (92, 16, "Passeport n° / Passport No.", who.passport_number()),
        (43, 23, "Nom / Surname (1)", who.surname),
        (43, 30, "Prénoms / Given names (2)", who.given),
        (43, 37, "Nationalité / Nationality (3)", "FRANÇAISE"),
        (92, 37, "Sexe / Sex (5)", who.sex),
        (43, 44, "Date de naissance / Date of birth (4)", spaced(who.birth)),
        (92, 44, "Lieu de naissance / Place of birth (6)", who.birth_place),
        (43, 51, "Date de délivrance / Date of issue (8)", spaced(who.issue)),
        (92, 51, "Date d'expiration / Date of expiry (9)", spaced(who.expiry(10))),
        (43, 58, "Autorité / Authority (10)", "PRÉFECTURE DE DÉMONSTRATION"),
    )
    for x, y, label, value in columns:
        print_field(sheet, (x * unit, y * unit), label, value, unit)
    sheet = marked(sheet, 64 * unit)
    print_zone(sheet, who.zone(Kind.PASSPORT), top=71.5, left=6.5, unit=unit)
    return [sheet]


def cnie(who: Holder) -> list[Picture]:
    """Return both sides of an identity card of 2021, 85.6 x 54 mm each."""
    return [_cnie_front(who), _cnie_back(who)]


def _cnie_front(who: Holder) -> Picture:
    unit = CARD_UNIT
    sheet = paper((round(85.6 * unit), 54 * unit), (228, 236, 244), (198, 214, 230))
    heading(sheet, "RÉPUBLIQUE FRANÇAISE", "CARTE NATIONALE D'IDENTITÉ / IDENTITY CARD", unit)
    sheet.paste(portrait((25 * unit, 32 * unit)), (4 * unit, 14 * unit))
    columns = (
        (33, 12, "NOM / Surname", who.surname),
        (33, 18.5, "Prénoms / Given names", who.given),
        (33, 25, "SEXE / Sex", who.sex),
        (47, 25, "NAT. / Nationality", "FRA"),
        (33, 31.5, "DATE DE NAISS. / Date of birth", spaced(who.birth)),
        (61, 44.5, "N° / Document No", who.card_number()),
        (33, 38, "LIEU DE NAISS. / Place of birth", who.birth_place),
        (33, 44.5, "DATE D'EXPIR. / Expiry date", spaced(who.expiry(10))),
    )
    for x, y, label, value in columns:
        print_field(sheet, (x * unit, y * unit), label, value, unit)
    return marked(sheet, sheet.height)


def _cnie_back(who: Holder) -> Picture:
    unit = CARD_UNIT
    sheet = paper((round(85.6 * unit), 54 * unit), (232, 238, 240), (206, 218, 222))
    first, *rest = textwrap.wrap(who.address, 26) or [""]
    print_field(sheet, (4 * unit, 4 * unit), "ADRESSE / Address", first, unit)
    for row, line in enumerate(rest[:1]):
        print_text(sheet, (4 * unit, (9.8 + 3.6 * row) * unit), line, round(2.9 * unit), name="DejaVuSans-Bold")
    issued = "DATE DE DÉLIVRANCE / Date of issue"
    print_field(sheet, (4 * unit, 15 * unit), issued, spaced(who.issue), unit)
    print_field(sheet, (4 * unit, 23 * unit), "TAILLE / Height", "1,70 m", unit)
    sheet = marked(sheet, 33 * unit)
    square = codes.datamatrix(codes.visible_code(who.visible_values()), 19 * unit)
    sheet.paste(square, (64 * unit, 7 * unit))
    print_zone(sheet, who.zone(Kind.CNIE), top=38, left=4.6, unit=unit)
    return sheet


def cni(who: Holder) -> list[Picture]:
    """Return both sides of an identity card of 1988 to 2021, 105 x 74 mm each."""
    unit = OLD_CARD_UNIT
    front = paper((105 * unit, 74 * unit), (222, 232, 246), (196, 212, 236))
    heading(front, "RÉPUBLIQUE FRANÇAISE", "CARTE NATIONALE D'IDENTITÉ N° " + who.cni_number(), unit)
    front.paste(portrait((28 * unit, 37 * unit)), (5 * unit, 15 * unit))
    rows = (
        f"Nom : {who.surname}",
        f"Prénom(s) : {', '.join(who.given.split())}",
        f"Sexe : {who.sex}      Né(e) le : {dotted(who.birth)}",
        f"à : {who.birth_place}",
        "Taille : 1,70 m",
    )
    for row, text in enumerate(rows):
        print_text(front, (38 * unit, (17 + 7 * row) * unit), text, round(3 * unit))
    front = marked(front, 52 * unit)
    print_zone(front, who.zone(Kind.CNI), top=58.5, left=6.8, unit=unit)
    return [front, _cni_back(who)]


def _cni_back(who: Holder) -> Picture:
    unit = OLD_CARD_UNIT
    sheet = paper((105 * unit, 74 * unit), (226, 234, 246), (204, 218, 238))
    rows = (
        f"Adresse : {who.address}",
        f"Cette carte est valable jusqu'au : {dotted(who.cni_expiry())}",
        f"délivrée le : {dotted(who.issue)}",
        "par : PRÉFECTURE DE DÉMONSTRATION",
    )
    for row, text in enumerate(rows):
        print_text(sheet, (7 * unit, (12 + 10 * row) * unit), text, round(2.9 * unit))
    return marked(sheet, sheet.height)


def residence_permit(who: Holder) -> list[Picture]:
    """Return both sides of a residence permit, 85.6 x 54 mm each; the zone stands on the back."""
    unit = CARD_UNIT
    front = paper((round(85.6 * unit), 54 * unit), (238, 230, 224), (222, 206, 198))
    heading(front, "TITRE DE SÉJOUR FRA", "RESIDENCE PERMIT  " + who.card_number(), unit)
    front.paste(portrait((25 * unit, 32 * unit)), (4 * unit, 14 * unit))
    columns = (
        (33, 13, "NOM Prénoms / NAME Forenames", who.surname),
        (33, 19, "", who.given),
        (33, 26, "SEXE / Sex", who.sex),
        (47, 26, "NATIONALITÉ / Nationality", who.nationality),
        (33, 33, "DATE NAISSANCE / Date of birth", spaced(who.birth)),
        (33, 40, "EXPIRE LE / Card expiry", spaced(who.expiry(10))),
        (33, 47, "CATÉGORIE / Type of permit", "TITRE DE DÉMONSTRATION"),
    )
    for x, y, label, value in columns:
        print_field(front, (x * unit, y * unit), label, value, unit)
    back = paper((round(85.6 * unit), 54 * unit), (236, 226, 222), (220, 202, 198))
    heading(back, "TITRE DE SÉJOUR", "RESIDENCE PERMIT", unit)
    print_field(back, (5 * unit, 16 * unit), "OBSERVATIONS / Remarks", "AUTORISE SON TITULAIRE À TRAVAILLER", unit)
    print_field(back, (5 * unit, 24 * unit), "ADRESSE / Address", who.address, unit)
    back = marked(back, 34 * unit)
    print_zone(back, who.zone(Kind.RESIDENCE_PERMIT), top=38, left=4.6, unit=unit)
    return [marked(front, front.height), back]


def heading(sheet: Picture, state: str, title: str, unit: int) -> None:
    """Print the band with the issuing state and the name of the document."""
    band = (0, 0, sheet.width, 11 * unit)
    ImageDraw.Draw(sheet).rectangle(band, fill=(218, 224, 238))
    print_text(sheet, (5 * unit, 2 * unit), state, round(3 * unit), name="DejaVuSans-Bold")
    print_text(sheet, (5 * unit, 6.4 * unit), title, round(2.6 * unit), fill=INK)
