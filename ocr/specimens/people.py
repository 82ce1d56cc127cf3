# SPDX-License-Identifier: Apache-2.0
"""Invented people, the same for the same seed: none of them exists, every document says SPECIMEN."""

import random
from collections.abc import Iterator
from typing import Any

from ocr.models import Kind

# Written for this project: plain, compound, with particle, apostrophe, diacritics and ligatures, very
# short and longer than a zone is wide. Look-alikes (G Q O, S Z, M N W, H R, F P) are in them on purpose.
_SURNAMES = """
VALCOURT|MONTFLEURY|BRISEPIERRE|HAUTECOMBE|GRISEFEUILLE|QUERGOUSSE|FONTAZUR|SOMBREVENT|ROCHEMAURIN|
MIRABOISE|LESTRAZAC|PEYROUZIN|ÉTRELONG|CHÂTEAUMÛR|LABYRHE|ZAMFIRELLE|WOZNIAREK|PHAM-DURLOC|D'ORVALEIN|
N'GUESSANIE|DE LA TOURMENTINE|DU BOISCLAIRET|LE GUERNIGOU|SAINT-ELVEZAN|MARTINHO-QUEIMADA|BÆRENHOLD|
ŒUVRARDEAU|ØSTERVANG|STRAUẞFELD|ÇELIKARSLAN|MÜLLERSBACH|O'HANRAGHAN|YU|LI|EUX|GÓRZYŃSKI|IÑARRITURBE|
VAN DER MEERSCHOVEN|ABDELQADIROU|HIPPOLYTE-SAINTE-MARGUERITE|VILLEFRANCHE-DE-ROCQUENCOURT-MONTIGNY|
DE SAINT-GERMAIN-DES-HAUTES-FUTAIES|RAKOTONDRAMANANTSOANIRINA
"""
_GIVEN = {
    "F": "Éléonore|Maëlys|Anne-Sophie|Zoé|Inès|Héloïse|Marie-Françoise|Gwenaëlle|Oksana|Fatoumata|Chloé|Wilhelmine|Lù",
    "M": "Gaël|Jean-Baptiste|Loïc|Noé|François-Xavier|Maël|Hippolyte|Ousmane|Zéphyrin|Quentin|Bartholomé|Piotr|Ô",
}
_TOWNS = ("MONTFLEURY", "SAINT-ELVEZ", "LA ROCHE-BRUME", "PORT-AUBIN", "L'ÉTANG-VIEUX")
_FOREIGN = ("UTO", "XXA", "XXB", "XXC")  # Utopia; stateless, refugee, other refugee (Doc 9303-3, section 5)


def people(seed: int) -> Iterator[dict[str, Any]]:
    """Yield invented adults without end: the keys that Holder takes, dates in ISO form."""
    chance = random.Random(seed)  # noqa: S311 - a fixed sample
    surnames = "".join(_SURNAMES.split("\n")).split("|")
    while True:
        sex = chance.choice("FM")
        given = chance.sample(_GIVEN[sex].split("|"), chance.choice((1, 1, 2, 3)))
        yield {
            "surname": chance.choice(surnames),
            "given_names": " ".join(given),
            "birth_date": _day(chance, 1940, 2003),
            "birth_place": chance.choice(_TOWNS),
            "sex": sex,
            "issue_date": _day(chance, 2021, 2025),
            "address": f"{chance.randint(1, 180)} RUE DES ACACIAS 99{chance.randint(0, 999):03d} MONTFLEURY",
            "nationality": "FRA",
        }


def fitted(person: dict[str, Any], kind: Kind, seed: int) -> dict[str, Any]:
    """Return the person with the dates and the nationality that a document of a kind calls for."""
    chance = random.Random(seed)  # noqa: S311 - a fixed sample
    if kind is Kind.CNI:
        return {**person, "issue_date": _day(chance, 2006, 2020)}
    if kind in {Kind.RESIDENCE_PERMIT, Kind.VISA}:
        return {**person, "nationality": chance.choice(_FOREIGN)}
    return person


def _day(chance: random.Random, first: int, last: int) -> str:
    return f"{chance.randint(first, last)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
