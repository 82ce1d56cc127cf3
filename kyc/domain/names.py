# SPDX-License-Identifier: Apache-2.0
"""Comparing the names that a merchant typed with those that a document prints.

This is equality up to spelling conventions (case, accents, hyphens, truncated machine zones), not fuzzy
matching against lists: that is `screening`'s work. Sources: ICAO Doc 9303-3 section 6; rules E-7.
"""

import re

from anyascii import anyascii

_LEGAL_FORMS = {
    "SOCIETE PAR ACTIONS SIMPLIFIEE UNIPERSONNELLE": "SASU",
    "SOCIETE PAR ACTIONS SIMPLIFIEE A ASSOCIE UNIQUE": "SASU",
    "SOCIETE PAR ACTIONS SIMPLIFIEE SOCIETE A ASSOCIE UNIQUE": "SASU",
    "SOCIETE PAR ACTIONS SIMPLIFIEE": "SAS",
    "SOCIETE A RESPONSABILITE LIMITEE A ASSOCIE UNIQUE": "EURL",
    "SOCIETE A RESPONSABILITE LIMITEE SOCIETE A ASSOCIE UNIQUE": "EURL",
    "ENTREPRISE UNIPERSONNELLE A RESPONSABILITE LIMITEE": "EURL",
    "SOCIETE A RESPONSABILITE LIMITEE": "SARL",
    "SOCIETE ANONYME": "SA",
    "SOCIETE EN NOM COLLECTIF": "SNC",
    "SOCIETE CIVILE IMMOBILIERE": "SCI",
    "SOCIETE CIVILE": "SC",
    "SOCIETE EN COMMANDITE SIMPLE": "SCS",
    "SOCIETE EN COMMANDITE PAR ACTIONS": "SCA",
    "GROUPEMENT D INTERET ECONOMIQUE": "GIE",
}


_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}(?:[A-Z]\b)?")


def fold(text: str) -> str:
    """Capitals without accents or punctuation, dotted initials joined (S.A.S. is SAS), words divided by one blank."""
    capitals = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", anyascii(text).upper())
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", capitals).split())


def legal_form(text: str) -> str:
    """The short form of a French legal form (SAS, SARL...), or the folded text where it is not known."""
    folded = fold(text)
    return _LEGAL_FORMS.get(folded, folded.replace(" ", "") if len(folded.replace(" ", "")) <= 6 else folded)


def same_company_name(declared: str, printed: str) -> bool:
    """True where two company names differ in spelling conventions or in the legal form beside the name only."""
    return _without_form(declared) == _without_form(printed)


def same_surname(declared: str, printed: str) -> bool:
    """True where surnames agree, a machine zone's truncation included (the start is kept, Doc 9303-3)."""
    first, second = fold(declared).replace(" ", ""), fold(printed).replace(" ", "")
    return bool(first and second) and (first == second or _truncated(first, second))


def given_names_agree(declared: str, printed: str) -> bool:
    """True where one list of given names starts the other: documents leave out or cut further given names."""
    first, second = fold(declared).split(), fold(printed).split()
    shorter, longer = sorted((first, second), key=len)
    if not shorter:
        return False
    joined = "".join(longer)
    return joined.startswith("".join(shorter))


def addresses_agree(declared: str, read: str) -> bool:
    """Every word of the shorter address stands in the longer; countries and extra lines are often left out."""
    first, second = set(fold(declared).split()) - {"FR"}, set(fold(read).split()) - {"FR", "FRANCE"}
    shorter, longer = sorted((first, second), key=len)
    return bool(shorter) and shorter <= longer


def _truncated(first: str, second: str) -> bool:
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= 24 and longer.startswith(shorter)


def _without_form(name: str) -> str:
    folded = fold(name)
    for long, short in _LEGAL_FORMS.items():
        for form in (long, short):
            folded = folded.removeprefix(f"{form} ").removesuffix(f" {form}")
    return folded
