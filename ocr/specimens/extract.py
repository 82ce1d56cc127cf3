# SPDX-License-Identifier: Apache-2.0
"""A Kbis-like extract as a PDF with a real text layer in two columns, labels as the greffes print."""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ocr.french import MONTHS
from ocr.specimens import codes
from ocr.specimens.paint import Picture, font, font_file

_PLAIN, _BOLD = "DejaVuSans", "DejaVuSans-Bold"
_LEFT, _VALUES, _RIGHT = 42.0, 232.0, 556.0  # points
_BOTTOM = 70.0
_SIZE, _STEP = 8.6, 12.8
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

Row = tuple[str, str]


def kbis(company: Mapping[str, Any]) -> bytes:
    """Return an extract on one or two pages from company data; needs company_name and siren."""
    facts = _facts(company)
    body = [*_company_rows(facts), *_officer_rows(facts), *_establishment_rows(facts)]
    body += _observation_rows(facts)
    pages = _paginated(body)
    file = io.BytesIO()
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, str(font_file(name))))
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setTitle("Extrait Kbis - SPECIMEN")
    canvas.setProducer("Specimen generator")
    for number, rows in enumerate(pages, 1):
        _page(canvas, facts, rows, number, len(pages))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def first_page(document: bytes) -> Picture:
    """Return the first page of a PDF at 200 dpi, as a scanner would see it."""
    pdf = pdfium.PdfDocument(document)
    try:
        bitmap = pdf[0].render(scale=200 / 72, rev_byteorder=True)
        return Image.fromarray(bitmap.to_numpy()[:, :, :3].copy())
    finally:
        pdf.close()


def _facts(company: Mapping[str, Any]) -> dict[str, Any]:
    siren = str(company["siren"])
    seed = hashlib.sha256(siren.encode()).digest()
    city = str(company.get("registry_city", "Montfleury"))
    defaults: dict[str, Any] = {
        "registry_city": city,
        "registry_address": ("1 PLACE DU PALAIS", f"99000 {city.upper()} CEDEX"),
        "registration_date": "2021-02-03",
        "legal_form": "Société par actions simplifiée",
        "share_capital": "10 000,00 Euros",
        "registered_address": f"8 Rue des Acacias 99000 {city}",
        "activity": "Commerce de détail en ligne",
        "trade_name": str(company["company_name"]).title(),
        "closing_date": "31 décembre",
        "issue_date": "2026-11-02",
        "officers": (),
        "observations": (),
        "euid_office": "9901",
        "management_number": f"2021B{int.from_bytes(seed[:2], 'big') % 100000:05d}",
        "verification_code": "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in seed[2:12]),
    }
    return {**defaults, **company}


def _company_rows(facts: Mapping[str, Any]) -> Iterator[Row]:
    siren = str(facts["siren"])
    yield "#", "IDENTIFICATION DE LA PERSONNE MORALE"
    threes = f"{siren[:3]} {siren[3:6]} {siren[6:9]}"
    yield "Immatriculation au RCS, numéro", f"{threes} R.C.S. {facts['registry_city']}"
    yield "Date d'immatriculation", _slashed(facts["registration_date"])
    yield "Dénomination ou raison sociale", facts["company_name"]
    yield "Forme juridique", facts["legal_form"]
    yield "Capital social", _capital(facts["share_capital"])
    yield "Adresse du siège", facts["registered_address"]
    if "domiciliation" in facts:
        yield "Domiciliation en commun", ""
        yield "Nom ou dénomination du domiciliataire", facts["domiciliation"]
    yield "Activités principales", facts["activity"]
    if "naf_code" in facts:
        yield "Nomenclature d'activités française (code NAF)", facts["naf_code"]
    until = facts.get("duration_until", _years_on(facts["registration_date"], 99))
    yield "Durée de la personne morale", f"Jusqu'au {_slashed(until)}"
    yield "Date de clôture de l'exercice social", facts["closing_date"]
    euid = facts.get("euid", f"FR{facts['euid_office']}.{siren}")
    yield "Numéro d'identification Européen - EUID", euid


def _officer_rows(facts: Mapping[str, Any]) -> Iterator[Row]:
    yield "#", "GESTION, DIRECTION, ADMINISTRATION, CONTROLE, ASSOCIES OU MEMBRES"
    for officer in facts["officers"]:
        yield "*", officer["role"]
        if "company_name" in officer:
            yield "Dénomination", officer["company_name"]
            yield "SIREN", officer["siren"]
            yield "Forme juridique", officer.get("legal_form", "Société à responsabilité limitée")
            yield "Adresse", officer.get("address", facts["registered_address"])
            continue
        given = officer["given_names"]
        given = given if isinstance(given, str) else " ".join(given)
        yield "Nom, prénoms", f"{str(officer['surname']).upper()} {given}"
        if officer.get("usage_name"):
            yield "Nom d'usage", str(officer["usage_name"]).upper()
        place = officer.get("birth_place", "Montfleury (99)")
        yield "Date et lieu de naissance", f"Le {_slashed(officer['birth_date'])} à {place}"
        yield "Nationalité", officer.get("nationality", "Française")
        yield "Domicile personnel", officer.get("address", facts["registered_address"])


def _establishment_rows(facts: Mapping[str, Any]) -> Iterator[Row]:
    yield "#", "RENSEIGNEMENTS RELATIFS A L'ACTIVITE ET A L'ETABLISSEMENT PRINCIPAL"
    yield "Adresse de l'établissement", facts["registered_address"]
    yield "Nom commercial", facts["trade_name"]
    yield "Activité(s) exercée(s)", facts["activity"]
    yield "Date de commencement d'activité", _slashed(facts["registration_date"])
    yield "Origine du fonds ou de l'activité", "Création"
    yield "Mode d'exploitation", "Exploitation directe"


def _observation_rows(facts: Mapping[str, Any]) -> Iterator[Row]:
    if not facts["observations"]:
        return
    yield "#", "OBSERVATIONS ET RENSEIGNEMENTS COMPLEMENTAIRES"
    for number, text in enumerate(facts["observations"], 1):
        yield f"- Mention n° {number} du {_slashed(facts['registration_date'])}", text


def _paginated(rows: Sequence[Row]) -> list[list[Row]]:
    """Share rows among pages: the first has room below its heading, others below the running head."""
    pages: list[list[Row]] = [[]]
    room = A4[1] - 260 - _BOTTOM
    for row in rows:
        need = _height(row)
        if need > room:
            pages.append([])
            room = A4[1] - 120 - _BOTTOM
        pages[-1].append(row)
        room -= need
    return pages


def _height(row: Row) -> float:
    if row[0] == "#":
        return 2 * _STEP
    return _STEP * max(1, len(str(row[1])) // 62 + 1)


def _page(canvas: Canvas, facts: Mapping[str, Any], rows: Sequence[Row], number: int, count: int) -> None:
    top = A4[1] - 50
    _marks(canvas)
    _text(canvas, _LEFT, top, f"Greffe du Tribunal de Commerce de {facts['registry_city']}", _BOLD)
    for index, line in enumerate(facts["registry_address"], 1):
        _text(canvas, _LEFT, top - index * _STEP, line)
    _text(canvas, 362, top, f"Code de vérification : {facts['verification_code']}", size=7.6)
    _text(canvas, 362, top - _STEP, "https://controle.infogreffe.fr/controle", size=7.6)
    link = f"https://controle.infogreffe.fr/controle?code={facts['verification_code']}"
    canvas.drawImage(ImageReader(codes.qr(link, 200)), 526, top - 34, 42, 42)
    _text(canvas, _LEFT, top - 40, f"N° de gestion {facts['management_number']}")
    place = top - 66
    if number == 1:
        place = _title(canvas, facts, top - 84)
    for row in rows:
        place = _row(canvas, row, place)
    if number == count:
        _text(canvas, 470, _BOTTOM - 12, "Le Greffier")
        _text(canvas, 446, _BOTTOM - 48, "FIN DE L'EXTRAIT", _BOLD)
    day = _slashed(facts["issue_date"])
    _text(canvas, _LEFT, _BOTTOM - 34, f"R.C.S. {facts['registry_city']} - {day} - 09:12:44", size=7.2)
    _text(canvas, 520, _BOTTOM - 34, f"page {number}/{count}", size=7.2)


def _title(canvas: Canvas, facts: Mapping[str, Any], place: float) -> float:
    middle = A4[0] / 2
    canvas.setFont(_PLAIN, 17)
    canvas.drawCentredString(middle, place, "Extrait Kbis")
    canvas.setFont(_BOLD, 9.4)
    long_title = "EXTRAIT D'IMMATRICULATION PRINCIPALE AU REGISTRE DU COMMERCE ET DES SOCIETES"
    canvas.drawCentredString(middle, place - 28, long_title)
    canvas.setFont(_PLAIN, _SIZE)
    canvas.drawCentredString(middle, place - 42, f"à jour au {_written(facts['issue_date'])}")
    return place - 70


def _row(canvas: Canvas, row: Row, place: float) -> float:
    label, value = row[0], str(row[1])
    if label == "#":
        canvas.setFillGray(0.88)
        canvas.rect(_LEFT - 3, place - _STEP + 1, _RIGHT - _LEFT + 6, _STEP + 1, stroke=0, fill=1)
        canvas.setFillGray(0)
        _text(canvas, _LEFT, place - _STEP + 5, value, _BOLD)
        return place - 2 * _STEP - 2
    if label == "*":
        _text(canvas, _LEFT + 8, place, value, _BOLD)
        return place - _STEP
    _text(canvas, _LEFT, place, label)
    for line in simpleSplit(value, _PLAIN, _SIZE, _RIGHT - _VALUES) or [""]:
        _text(canvas, _VALUES, place, line)
        place -= _STEP
    return place


def _text(canvas: Canvas, x: float, y: float, text: str, name: str = _PLAIN, size: float = _SIZE) -> None:
    canvas.setFont(name, size)
    canvas.drawString(x, y, text)


def _marks(canvas: Canvas) -> None:
    """Draw SPECIMEN across the page as a picture, so that it is no part of the text layer."""
    sheet = Image.new("RGBA", (1240, 420), (255, 255, 255, 0))
    pen = ImageDraw.Draw(sheet)
    pen.text((40, 90), "SPECIMEN", font=font("DejaVuSans-Bold", 190), fill=(178, 24, 44, 34))
    slanted = sheet.rotate(38, expand=True, resample=Image.Resampling.BICUBIC)
    canvas.drawImage(ImageReader(slanted), 60, 190, 480, 480, mask="auto", preserveAspectRatio=True)
    canvas.setFillColorRGB(0.6, 0.1, 0.16)
    canvas.setFont(_PLAIN, 6.5)
    canvas.drawCentredString(A4[0] / 2, 20, "SPECIMEN — document fictif, sans valeur")
    canvas.setFillGray(0)


def _slashed(iso: str) -> str:
    return "/".join(reversed(str(iso).split("-")))


def _written(iso: str) -> str:
    year, month, day = str(iso).split("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"


def _years_on(iso: str, years: int) -> str:
    return f"{int(iso[:4]) + years}{iso[4:]}"


def _capital(amount: Any) -> str:
    if isinstance(amount, int | float):
        return f"{amount:,.2f} Euros".replace(",", " ").replace(".", ",")
    return str(amount)
