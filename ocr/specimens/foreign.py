# SPDX-License-Identifier: Apache-2.0
"""Cards of size ID-1 and ID-2 and visas of an invented state, one picture a face."""

from ocr.models import Kind
from ocr.specimens.cards import CARD_UNIT, PASSPORT_UNIT, heading
from ocr.specimens.holder import Holder, spaced
from ocr.specimens.paint import Picture, marked, paper, portrait, print_field, print_zone

_VISA_SIZES = {"MRVA": (120, 80), "MRVB": (105, 74)}  # millimetres; Doc 9303-7, 3.1


def identity_card(who: Holder) -> list[Picture]:
    """Return both sides of a card of size ID-1, or the one face of a card of size ID-2 (format TD2)."""
    return [_large_card(who)] if who.format == "TD2" else [_front(who), _back(who)]


def _front(who: Holder) -> Picture:
    unit = CARD_UNIT
    sheet = paper((round(85.6 * unit), 54 * unit), (226, 238, 228), (200, 218, 204))
    state = "UTOPIA" if who.issuer == "UTO" else f"EUROPEAN UNION  {who.issuer}"
    heading(sheet, state, "IDENTITY CARD / CARTE D'IDENTITÉ", unit)
    sheet.paste(portrait((25 * unit, 32 * unit)), (4 * unit, 14 * unit))
    for x, y, label, value in _facts(who):
        print_field(sheet, ((33 + x) * unit, (12 + y) * unit), label, value, unit)
    return marked(sheet, sheet.height)


def _back(who: Holder) -> Picture:
    unit = CARD_UNIT
    sheet = paper((round(85.6 * unit), 54 * unit), (232, 240, 232), (208, 222, 208))
    print_field(sheet, (5 * unit, 5 * unit), "Address / Adresse", who.address, unit)
    print_field(sheet, (5 * unit, 14 * unit), "Date of issue / Date de délivrance", spaced(who.issue), unit)
    print_field(sheet, (5 * unit, 23 * unit), "Authority / Autorité", "DEMONSTRATION OFFICE", unit)
    sheet = marked(sheet, 34 * unit)
    print_zone(sheet, who.zone(Kind.EU_IDENTITY_CARD), top=38, left=4.6, unit=unit)
    return sheet


def _large_card(who: Holder) -> Picture:
    unit = PASSPORT_UNIT
    sheet = paper((105 * unit, 74 * unit), (240, 234, 220), (222, 212, 192))
    heading(sheet, "UTOPIA", "IDENTITY CARD / CARTE D'IDENTITÉ", unit)
    sheet.paste(portrait((28 * unit, 36 * unit)), (5 * unit, 15 * unit))
    for x, y, label, value in _facts(who):
        print_field(sheet, ((38 + x) * unit, (14 + 0.98 * y) * unit), label, value, unit)
    sheet = marked(sheet, 54 * unit)
    print_zone(sheet, who.zone(Kind.EU_IDENTITY_CARD), top=58.5, left=6.8, unit=unit)
    return sheet


def visa(who: Holder) -> list[Picture]:
    """Return a visa sticker of format A, or of format B where the holder asks for it."""
    unit = PASSPORT_UNIT
    width, height = _VISA_SIZES.get(who.format, _VISA_SIZES["MRVA"])
    sheet = paper((width * unit, height * unit), (224, 234, 222), (196, 214, 192))
    heading(sheet, "UTOPIA", "VISA", unit)
    sheet.paste(portrait((24 * unit, 31 * unit)), (5 * unit, 16 * unit))
    columns = (
        (34, 14, "Valid for / Valable pour", "UTOPIA"),
        (34, 21, "From / Du", spaced(who.issue)),
        (62, 21, "Until / Au", spaced(who.visa_expiry())),
        (34, 28, "Number of entries / Nombre d'entrées", "01"),
        (34, 35, "Surname, name / Nom, prénom", f"{who.surname} {who.given}"),
        (34, 42, "Number / Numéro", who.card_number()),
    )
    for x, y, label, value in columns:
        print_field(sheet, (x * unit, y * unit), label, value, unit)
    sheet = marked(sheet, (height - 22) * unit)
    left = 4.2 if width == 120 else 6.8
    print_zone(sheet, who.zone(Kind.VISA), top=height - 16.5, left=left, unit=unit)
    return [sheet]


def _facts(who: Holder) -> tuple[tuple[float, float, str, str], ...]:
    """Return the printed fields of a card: millimetres from the first one, label, value."""
    return (
        (0, 0, "Surname / Nom", who.surname),
        (0, 6.5, "Given names / Prénoms", who.given),
        (0, 13, "Sex / Sexe", who.sex),
        (14, 13, "Nationality / Nationalité", who.issuer),
        (0, 19.5, "Date of birth / Date de naissance", spaced(who.birth)),
        (0, 26, "Date of expiry / Date d'expiration", spaced(who.expiry(10))),
        (0, 32.5, "Document No / N° du document", who.card_number()),
    )
