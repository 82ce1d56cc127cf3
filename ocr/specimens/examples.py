# SPDX-License-Identifier: Apache-2.0
"""Invented people and a company for the command line; none of them exists."""

from typing import Any

from ocr.models import Kind
from ocr.specimens.companies import sample

_PERSON: dict[str, Any] = {
    "surname": "VALCOURT",
    "given_names": "Éléonore Jeanne",
    "birth_date": "1987-05-14",
    "birth_place": "MONTFLEURY",
    "sex": "F",
    "issue_date": "2023-03-09",
    "address": "8 RUE DES ACACIAS 99000 MONTFLEURY",
}
_COMPANY: dict[str, Any] = {
    "company_name": "ATELIER VALCOURT",
    "siren": "999000003",
    "officers": [
        {
            "role": "Président",
            "surname": "VALCOURT",
            "given_names": "Éléonore Jeanne",
            "birth_date": "1987-05-14",
            "birth_place": "Montfleury (99)",
            "nationality": "Française",
            "address": "8 Rue des Acacias 99000 Montfleury",
        }
    ],
}
EXAMPLES: dict[Kind, dict[str, Any]] = {
    Kind.PASSPORT: _PERSON,
    Kind.CNIE: _PERSON,
    Kind.CNI: {**_PERSON, "issue_date": "2012-09-18"},
    Kind.RESIDENCE_PERMIT: {**_PERSON, "nationality": "UTO"},
    Kind.EU_IDENTITY_CARD: {**_PERSON, "issuer": "LUX"},
    Kind.VISA: {**_PERSON, "nationality": "UTO", "issue_date": "2026-10-05"},
    Kind.KBIS: _COMPANY,
    **{
        kind: sample(kind, 4, 1)[0]
        for kind in (Kind.EXTRAIT_K, Kind.RNE_ATTESTATION, Kind.SIRENE_NOTICE, Kind.JOAFE, Kind.STATUTS)
    },
}
