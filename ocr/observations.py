# SPDX-License-Identifier: Apache-2.0
"""Observations of a register: where one begins, its number, date and text, and what it is about."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from ocr import french
from ocr.models import Field

BULLETS = frozenset("-–—•*·")
_HEAD = re.compile(
    r"^\W{0,3}(?:Mention|Observation)\s*n\s?[°ºo*'’]{0,2}\s*(?P<number>[\w./-]*\d[\w./-]*)"
    r"(?:\s*(?:du|en date du|,|-)\s*(?P<date>\d[\d\s/.-]{5,12}\d|\d{1,2}\s\w+\s\d{4}))?\s*[:.-]?\s*",
    re.IGNORECASE,
)
# The gravest first: a judgment that winds a company up also dissolves it. Words as the greffes write them
# (commercial code, books II and VI); upper case and without accents.
_CATEGORIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "insolvency",
        re.compile(
            r"LIQUIDATION JUDICIAIRE|REDRESSEMENT JUDICIAIRE|SAUVEGARDE|PROCEDURE COLLECTIVE|CESSATION DES PAIEMENTS"
            r"|PLAN DE (CESSION|CONTINUATION)|INSUFFISANCE D.?ACTIF|FAILLITE|INTERDICTION DE GERER"
            r"|RETABLISSEMENT PROFESSIONNEL|MANDATAIRE JUDICIAIRE|ADMINISTRATEUR JUDICIAIRE"
        ),
    ),
    ("radiation", re.compile(r"RADIATION|RADIEE?S?\b")),
    ("dissolution", re.compile(r"DISSOLUTION|DISSOUTE?|LIQUIDATION|TRANSMISSION UNIVERSELLE|CAPITAUX PROPRES")),
    ("transfer", re.compile(r"TRANSFERT|TRANSFEREE?|ANCIEN SIEGE|NOUVEAU SIEGE")),
    ("cessation", re.compile(r"CESSATION (TOTALE |PARTIELLE |TEMPORAIRE )?D.?ACTIVITE|MISE EN SOMMEIL")),
    ("merger", re.compile(r"FUSION|SCISSION|APPORT PARTIEL")),
    ("capital", re.compile(r"CAPITAL")),
)


def begins(text: str) -> bool:
    """Tell whether a line is the first of an observation: its number and date."""
    return _HEAD.match(text) is not None


def parts(text: str) -> dict[str, str | None]:
    """Return number, date and text ("") of an observation as far as they are printed."""
    head = _HEAD.match(text)
    if head is None:
        return {"": text}
    found: dict[str, str | None] = {"number": head["number"]}
    if head["date"]:
        found["date"] = french.iso_date(head["date"])
    return {**found, "": text[head.end() :].strip() or text}


def category(text: str) -> str | None:
    """Return what an observation is about: insolvency, radiation, dissolution, transfer, ..., or None."""
    decomposed = unicodedata.normalize("NFKD", text.upper().replace("’", "'"))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return next((name for name, words in _CATEGORIES if words.search(plain)), None)


def categories(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return a field for what each observation is about, in the place of the observation itself."""
    found = {}
    for name, field in fields.items():
        group, _, rest = name.partition(".")
        about = category(field.value) if group == "observations" and rest.isdecimal() else None
        if about is not None:
            found[f"{name}.category"] = replace(field, value=about)
    return found
