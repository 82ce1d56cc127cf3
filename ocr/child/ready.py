# SPDX-License-Identifier: Apache-2.0
"""Loads what readers need before there is a document, and lets all of it work once: the first use costs most."""

from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pi_heif
from PIL import Image

from ocr.child import engine as engines
from ocr.child.main import Read
from ocr.child.pipeline import read_document
from ocr.child.signatures import certificates
from ocr.models import DEFAULT_LIMITS, Media

_LINES = ("P<UTOSPECIMEN<<FIRST<" + "<" * 23, "0000000000UTO0001010X0001010" + "<" * 16)
# What an extract prints, without a company: labels that are known, values in their column, a table, an observation.
_EXTRACT = (
    *("Greffe du Tribunal de Commerce de Ville|Code de verification : AAAAAAAAAA", "N de gestion 2000B00000"),
    *("Extrait Kbis", "EXTRAIT D'IMMATRICULATION PRINCIPALE AU REGISTRE DU COMMERCE ET DES SOCIETES"),
    *("a jour au 1 janvier 2000", "IDENTIFICATION DE LA PERSONNE MORALE"),
    *("Immatriculation au RCS, numero|000 000 000 R.C.S. Ville", "Date d'immatriculation|01/01/2000"),
    *("Denomination ou raison sociale|SPECIMEN", "Forme juridique|Societe par actions simplifiee"),
    *("Capital social|1 000,00 Euros", "Adresse du siege|1 rue de la Ville 00000 Ville"),
    *(
        "Activites principales|Vente de specimens,",
        "|et ce qui va avec",
        "Duree de la personne morale|Jusqu'au 01/01/2099",
    ),
    *("GESTION, DIRECTION, ADMINISTRATION, CONTROLE", "President", "Nom, prenoms|SPECIMEN Premier"),
    *("Date et lieu de naissance|Le 01/01/1970 a Ville", "Nationalite|Francaise", "Domicile personnel|00000 Ville"),
    *("RENSEIGNEMENTS RELATIFS A L'ACTIVITE ET A L'ETABLISSEMENT PRINCIPAL", "Mode d'exploitation|Direct"),
    *("OBSERVATIONS", "1 01/01/2000|Mention numero 1 : transfert", "Le Greffier", "FIN DE L'EXTRAIT"),
)
_READINGS = 12  # an interpreter rewrites a function that runs for the tenth time or so; it is not to do so in each fork


def _pdf() -> bytes:
    """Return a page with a text layer, as an extract has one."""
    print_of = "BT /F 10 Tf 40 {y} Td ({0}) Tj 200 0 Td ({1}) Tj ET"
    rows = (print_of.format(*f"{row}|".split("|")[:2], y=800 - 20 * index) for index, row in enumerate(_EXTRACT))
    code = (f"{480 + 4 * x} {700 + 4 * y} 2 2 re f" for x in range(12) for y in range(12))  # strokes as a code has them
    drawn = "\n".join((*rows, *code))
    return (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
        f"4 0 obj<</Length {len(drawn)}>>stream\n{drawn}\nendstream endobj\n"
        "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    ).encode("ascii")


def reader(trust: Path | None = None) -> tuple[Read, bool]:
    """Return what reads a document, warm, and whether its OCR engine is a program to be started.

    trust is a folder of certificates; OSError or ValueError where it cannot be read.
    """
    cv2.setNumThreads(1)  # a pool of threads would not survive a fork (ADR 0003)
    Image.init()  # every decoder of Pillow, which would load them when a WebP comes
    pi_heif.register_heif_opener()
    engine = engines.available()
    engine.warm()
    read = partial(read_document, engine=engine, trust=certificates(trust) if trust else ())
    _read_extracts(read)
    if not engine.starts_programs:
        _read_a_card(read)
    return read, engine.starts_programs


def _read_extracts(read: Read) -> None:
    extract = _pdf()
    for _ in range(_READINGS):
        read(extract, Media.PDF, DEFAULT_LIMITS)


def _read_a_card(read: Read) -> None:
    sheet = np.full((350, 500, 3), 235, np.uint8)
    for index, line in enumerate(_LINES):
        cv2.putText(sheet, line, (20, 290 + 30 * index), cv2.FONT_HERSHEY_PLAIN, 0.95, (20, 20, 20))
    _, data = cv2.imencode(".jpg", sheet)
    read(data.tobytes(), Media.JPEG, DEFAULT_LIMITS)
