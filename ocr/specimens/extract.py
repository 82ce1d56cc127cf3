# SPDX-License-Identifier: Apache-2.0
"""Register documents as PDF with a real text layer, labels as the registries print them, in several layouts."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ocr.models import Kind
from ocr.specimens import codes, greffe, notices
from ocr.specimens.paint import Picture, font, font_file
from ocr.specimens.rows import Facts, Row, said, slashed, written

_DPI = 200
_RIGHT, _BOTTOM, _FOOT = 556.0, 70.0, 36.0  # points
_GREFFES = frozenset({Kind.KBIS, Kind.EXTRAIT_K})


@dataclass(frozen=True, slots=True)
class Style:
    """How a producer sets a page: face, size and step in points, the column of values, what stands between.

    values is None where a value follows its label; broken is the width at which long labels are broken.
    """

    face: str = "DejaVuSans"
    size: float = 8.6
    step: float = 12.8
    left: float = 42.0
    values: float | None = 232.0
    colon: str = ""
    glued: bool = False
    broken: float | None = None
    indent: float = 0.0
    pictured: bool = False  # the first page is a picture without text, as some registries deliver it


STYLES: dict[str, Style] = {
    "columns": Style(),
    "serif": Style(face="DejaVuSerif", size=8.2, step=11.6, values=250.0, indent=14.0),
    "condensed": Style(face="DejaVuSansCondensed", size=9.4, step=13.4, left=54.0, values=226.0, indent=10.0),
    "colons": Style(face="DejaVuSansCondensed", size=9.0, values=None, colon=" :"),
    "colon_columns": Style(values=246.0, colon=" :", broken=176.0),
    "glued": Style(values=None, glued=True),
    "pictured": Style(values=240.0, colon=" :", pictured=True),
}


@dataclass(frozen=True, slots=True)
class _Document:
    """Everything that is drawn: lines of the title, rows of the body, fields of head and title."""

    title: tuple[str, ...]
    rows: tuple[Row, ...]
    says: Mapping[str, str]


def document(kind: Kind, company: Facts) -> bytes:
    """Return a register document of a kind as PDF; ValueError for a kind that is none."""
    facts, drawn = _drawn(kind, company)
    style = STYLES[facts.get("style", "columns")]
    file = io.BytesIO()
    for name in (style.face, f"{style.face}-Bold"):
        pdfmetrics.registerFont(TTFont(name, str(font_file(name))))
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setTitle(f"{drawn.title[0]} - SPECIMEN")
    canvas.setProducer("Specimen generator")
    painter = _Painter(canvas, style, facts, kind)
    pages = list(_paginated(drawn.rows, painter, 260 if kind in _GREFFES else 190))
    for number, rows in enumerate(pages, 1):
        painter.page(drawn, rows, number, len(pages))
        canvas.showPage()
    canvas.save()
    return _with_pictured_page(file.getvalue()) if style.pictured else file.getvalue()


def truth(kind: Kind, company: Facts) -> dict[str, str]:
    """Return the fields that document() prints, as a reader should give them."""
    _, drawn = _drawn(kind, company)
    return {**drawn.says, **said(drawn.rows)}


def pages(file: bytes) -> list[Picture]:
    """Return the pages of a PDF at 200 dpi, as a scanner would see them."""
    pdf = pdfium.PdfDocument(file)
    try:
        drawn = [page.render(scale=_DPI / 72, rev_byteorder=True).to_numpy()[:, :, :3].copy() for page in pdf]
        return [Image.fromarray(pixels) for pixels in drawn]
    finally:
        pdf.close()


def _drawn(kind: Kind, company: Facts) -> tuple[dict[str, Any], _Document]:
    maker = _MAKERS.get(kind)
    if maker is None:
        raise ValueError(f"no specimen of {kind} can be drawn")
    facts = greffe.facts_of(company)
    if kind is Kind.EXTRAIT_K:
        facts = greffe.facts_of({"management_letter": "A", **company})
    return facts, maker(facts)


def _kbis(facts: Facts) -> _Document:
    return _Document(_greffe_title("Extrait Kbis", facts), tuple(greffe.kbis_rows(facts)), greffe.head_says(facts))


def _trader(facts: Facts) -> _Document:
    says = {**greffe.head_says(facts), "officers.1.role": "Entrepreneur individuel"}
    return _Document(_greffe_title("Extrait K", facts), tuple(greffe.trader_rows(facts)), says)


def _greffe_title(name: str, facts: Facts) -> tuple[str, ...]:
    long_title = "EXTRAIT D'IMMATRICULATION PRINCIPALE AU REGISTRE DU COMMERCE ET DES SOCIETES"
    return (name, long_title, f"à jour au {written(facts['issue_date'])}")


def _attestation(facts: Facts) -> _Document:
    trader = facts["officers"][0]
    name = facts.get("company_name") or f"{str(trader['surname']).upper()} {trader['given_names']}"
    title = (
        "ATTESTATION D'IMMATRICULATION",
        "AU REGISTRE NATIONAL DES ENTREPRISES",
        f"concernant l'entreprise {name}",
        f"à la date du {written(facts['issue_date'])}",
    )
    return _Document(
        title, tuple(notices.attestation_rows(facts)), {"concerned": name, "issue_date": facts["issue_date"]}
    )


def _notice(facts: Facts) -> _Document:
    title = ("SITUATION AU RÉPERTOIRE SIRENE", f"À la date du {slashed(facts['issue_date'])}")
    return _Document(title, tuple(notices.notice_rows(facts)), {"issue_date": facts["issue_date"]})


def _announcement(facts: Facts) -> _Document:
    title = ("JOURNAL OFFICIEL DE LA RÉPUBLIQUE FRANÇAISE", "Associations et fondations d'entreprise")
    return _Document(title, tuple(notices.announcement_rows(facts)), {})


def _statutes(facts: Facts) -> _Document:
    return _Document(("STATUTS",), tuple(replace(row, says={}) for row in notices.statutes_rows(facts)), {})


_MAKERS: dict[Kind, Callable[[Facts], _Document]] = {
    Kind.KBIS: _kbis,
    Kind.EXTRAIT_K: _trader,
    Kind.RNE_ATTESTATION: _attestation,
    Kind.SIRENE_NOTICE: _notice,
    Kind.JOAFE: _announcement,
    Kind.STATUTS: _statutes,
}
KINDS = tuple(_MAKERS)


def _paginated(rows: Iterable[Row], painter: "_Painter", head: float) -> Iterator[list[Row]]:
    """Share rows among pages: the first has room below its title, others below the running head."""
    page: list[Row] = []
    room = A4[1] - head - _BOTTOM
    for row in rows:
        need = painter.height(row)
        if need > room and page:
            yield page
            page, room = [], A4[1] - 120 - _BOTTOM
        page.append(row)
        room -= need
    yield page


class _Painter:
    """Draws the pages of one document in one style."""

    def __init__(self, canvas: Canvas, style: Style, facts: Facts, kind: Kind) -> None:
        self._canvas, self._style, self._facts, self._kind = canvas, style, facts, kind

    def page(self, drawn: _Document, rows: Sequence[Row], number: int, count: int) -> None:
        """Draw one page of so many: head, title on the first, rows, end on the last, foot."""
        self._marks()
        place = A4[1] - 50
        if self._kind in _GREFFES:
            place = self._head(place)
        if number == 1:
            place = self._title(drawn.title, place - 18)
        for row in rows:
            place = self._row(row, place)
        if number == count and self._kind in _GREFFES:
            self._text(470, _BOTTOM - 12, "Le Greffier")
            self._text(446, _BOTTOM - 22, "FIN DE L'EXTRAIT", bold=True)
        self._foot(number, count)

    def height(self, row: Row) -> float:
        """Return the room that a row takes."""
        if row.kind == "heading":
            return 2 * self._style.step + 2
        return self._style.step * max(1, len(list(self._lines(row))))

    def _head(self, top: float) -> float:
        facts, step = self._facts, self._style.step
        self._text(self._style.left, top, f"Greffe du {facts['court']} {_of(facts['registry_city'])}", bold=True)
        for index, line in enumerate(facts["registry_address"], 1):
            self._text(self._style.left, top - index * step, line)
        self._text(362, top, f"Code de vérification : {facts['verification_code']}", size=7.6)
        self._text(362, top - step, "https://controle.infogreffe.fr/controle", size=7.6)
        link = facts.get("link", f"https://controle.infogreffe.fr/controle?code={facts['verification_code']}")
        self._canvas.drawImage(ImageReader(codes.qr(link, 200)), 526, top - 62, 42, 42)
        self._text(self._style.left, top - 3.2 * step, f"N° de gestion {facts['management_number']}")
        return top - 66

    def _title(self, lines: Sequence[str], place: float) -> float:
        sizes = (17.0, *(9.4 for _ in lines[1:]))
        for line, size in zip(lines, sizes, strict=True):
            self._canvas.setFont(self._style.face, size)
            self._canvas.drawCentredString(A4[0] / 2, place, line)
            place -= 18
        return place - 12

    def _row(self, row: Row, place: float) -> float:
        style = self._style
        if row.kind == "heading":
            if self._kind in _GREFFES:
                self._canvas.setFillGray(0.88)
                self._canvas.rect(
                    style.left - 3, place - style.step + 1, _RIGHT - style.left + 6, style.step + 1, stroke=0, fill=1
                )
                self._canvas.setFillGray(0)
            self._text(style.left, place - style.step + 5, row.label, bold=True)
            return place - 2 * style.step - 2
        if row.kind == "role":
            self._text(style.left, place, row.label, bold=True)
            return place - style.step
        for label, text, x in self._lines(row):
            self._text(style.left + (style.indent if row.kind == "row" else 0), place, label)
            self._text(x, place, text)
            place -= style.step
        return place

    def _lines(self, row: Row) -> Iterator[tuple[str, str, float]]:
        """Yield the lines of a row: left part, right part and where the right part starts."""
        style = self._style
        if row.kind == "line":
            for text in simpleSplit(row.label, style.face, style.size, _RIGHT - style.left):
                yield text, "", style.left
            return
        label = row.label + style.colon
        start = style.left + style.indent + self._width(label)
        if style.values is None:
            x = start + (0.1 if style.glued else self._width(" "))
            first, *rest = simpleSplit(row.text, style.face, style.size, _RIGHT - start - 8) or [""]
            yield label, first, x
            yield from (("", text, style.left) for text in rest)
            return
        labels = [label]
        if style.broken and self._width(label) > style.broken:
            labels = simpleSplit(label, style.face, style.size, style.broken)
        x = max(style.values, start + self._width(" ")) if len(labels) == 1 else style.values
        texts = simpleSplit(row.text, style.face, style.size, _RIGHT - x) or [""]
        for index in range(max(len(labels), len(texts))):
            yield (labels[index] if index < len(labels) else ""), (texts[index] if index < len(texts) else ""), x

    def _foot(self, number: int, count: int) -> None:
        facts = self._facts
        if self._kind in _GREFFES:
            day = slashed(facts.get("printed_on", facts["issue_date"]))
            text = f"R.C.S. {facts['registry_city']} - {day} - {facts['printed_time']}"
            self._text(self._style.left, _FOOT, text, size=7.2)
        self._text(520, _FOOT, f"page {number}/{count}", size=7.2)

    def _width(self, text: str) -> float:
        return float(pdfmetrics.stringWidth(text, self._style.face, self._style.size))

    def _text(self, x: float, y: float, text: str, *, bold: bool = False, size: float | None = None) -> None:
        self._canvas.setFont(f"{self._style.face}-Bold" if bold else self._style.face, size or self._style.size)
        self._canvas.drawString(x, y, text)

    def _marks(self) -> None:
        """Draw SPECIMEN across the page as a picture, so that it is no part of the text layer."""
        sheet = Image.new("RGBA", (1240, 420), (255, 255, 255, 0))
        pen = ImageDraw.Draw(sheet)
        pen.text((40, 90), "SPECIMEN", font=font("DejaVuSans-Bold", 190), fill=(178, 24, 44, 34))
        slanted = sheet.rotate(38, expand=True, resample=Image.Resampling.BICUBIC)
        self._canvas.drawImage(ImageReader(slanted), 60, 190, 480, 480, mask="auto", preserveAspectRatio=True)
        self._canvas.setFillColorRGB(0.6, 0.1, 0.16)
        self._canvas.setFont(self._style.face, 6.5)
        self._canvas.drawCentredString(A4[0] / 2, 20, "SPECIMEN — document fictif, sans valeur")
        self._canvas.setFillGray(0)


def _of(city: str) -> str:
    """Return a city behind its preposition: de Montfleury, du Val, d'Aubin."""
    if city.startswith("Le "):
        return f"du {city.removeprefix('Le ')}"
    return f"d'{city}" if city[0] in "AÉEIOU" else f"de {city}"


def _with_pictured_page(file: bytes) -> bytes:
    """Return a PDF whose first page is a picture of what stood there."""
    source, result = pdfium.PdfDocument(file), pdfium.PdfDocument.new()
    try:
        bitmap = source[0].render(scale=_DPI / 72)
        page = result.new_page(*A4)
        picture = pdfium.PdfImage.new(result)
        picture.set_bitmap(bitmap)
        picture.set_matrix(pdfium.PdfMatrix().scale(*A4))
        page.insert_obj(picture)
        page.gen_content()
        if len(source) > 1:
            result.import_pages(source, list(range(1, len(source))))
        written_to = io.BytesIO()
        result.save(written_to)
        return written_to.getvalue()
    finally:
        source.close()
        result.close()
