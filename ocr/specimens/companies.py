# SPDX-License-Identifier: Apache-2.0
"""Invented companies, associations and sole traders, the same for the same seed: none of them exists."""

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ocr.models import Kind
from ocr.specimens.greffe import years_on
from ocr.specimens.people import people

_NAMES = """
ATELIER VALCOURT|ÉPICERIE DES ACACIAS|L'ŒUVRE DU BOIS|CAFÉ & COMPAGNIE|3D-FLEURY|SOCIÉTÉ NOUVELLE D'EXPLOITATION
DES CARRIÈRES DE SAINT-ELVEZ ET DE LA ROCHE-BRUME|H.P.B. CONSEIL|LES ÎLES D'ARGENT|MAISON QUERGOUSSE (FILS)|
AUX 4 SAISONS|NOM D'UNE PIPE|GRISEFEUILLE - BRISEPIERRE ET ASSOCIÉS|TRANSPORTS MIRABOISE|SIRÈNE BLEUE|ZÉPHYR+
"""
_FORMS = (
    ("Société par actions simplifiée", "5710"),
    ("Société à responsabilité limitée", "5499"),
    ("Société civile immobilière", "6540"),
    ("Société anonyme à conseil d'administration", "5599"),
)
_CITIES = ("Montfleury", "Saint-Elvez", "La Roche-Brume", "Port-Aubin", "Étang-Vieux", "Le Val")
_STREETS = ("Rue des Acacias", "Place du Palais", "Avenue de l'Étang", "Impasse Ô-Brume", "bis Quai d'Argent - Bât. C")
_COURTS = (
    *("Tribunal de Commerce", "Tribunal de Commerce", "Tribunal judiciaire", "Tribunal mixte de commerce"),
    "Tribunal des activités économiques",
)
_LONG_ACTIVITY = (
    "Toutes prestations de conseil, d'étude, de formation et d'assistance aux entreprises, notamment dans "
    "l'informatique, l'organisation et la communication, ainsi que toutes opérations s'y rattachant directement"
)
_ACTIVITIES = (
    "Commerce de détail en ligne",
    "Restauration rapide, sur place et à emporter ; vente de boissons non alcoolisées",
    _LONG_ACTIVITY,
    "Acquisition, gestion, location et administration de tous biens immobiliers (bâtis ou non)",
)
_CODES = (("47.91A", "Vente à distance sur catalogue général"), ("62.02A", "Conseil en systèmes et logiciels"),
          ("56.10C", "Restauration de type rapide"), ("68.20B", "Location de terrains et d'autres biens"))  # fmt: skip
_ROLES = (
    *("Président", "Gérant", "Gérant - Associé unique", "Directeur général", "Administrateur", "Directrice générale"),
    *("Président du conseil d'administration", "Membre du conseil de surveillance", "Associé indéfiniment responsable"),
)
_OBSERVATIONS = (
    ("insolvency", "Jugement du tribunal de commerce prononçant l'ouverture d'une procédure de sauvegarde"),
    ("insolvency", "Jugement de liquidation judiciaire simplifiée, désignant liquidateur Maître Fictif"),
    ("dissolution", "Dissolution anticipée de la société à compter du 1er mars 2024"),
    ("transfer", "Transfert du siège et de l'établissement principal dans le ressort du greffe"),
    ("radiation", "Radiation d'office en application de l'article R 123-125 du code de commerce"),
    ("capital", "Augmentation du capital social de 10 000 euros à 25 000 euros"),
    ("merger", "Fusion absorption de la société SPECIMEN FICTIF à compter du 2 janvier 2023"),
)
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_STYLES = {
    Kind.KBIS: ("columns", "serif", "condensed", "columns"),
    Kind.EXTRAIT_K: ("columns", "serif", "condensed"),
    Kind.RNE_ATTESTATION: ("colons", "colon_columns"),
    Kind.SIRENE_NOTICE: ("columns", "colon_columns", "condensed"),
}


def companies(kind: Kind, seed: int) -> Iterator[dict[str, Any]]:
    """Yield invented companies without end, with all that a register document of a kind prints."""
    chance = random.Random(seed)  # noqa: S311 - a fixed sample
    drawn = people(seed)
    while True:
        company = _company(chance)
        company["officers"] = list(_officers(chance, drawn))
        company["style"] = chance.choice(_STYLES.get(kind, ("columns", "serif")))
        trader = kind is Kind.EXTRAIT_K or (
            kind in {Kind.RNE_ATTESTATION, Kind.SIRENE_NOTICE} and chance.random() < 0.3
        )
        yield _as_trader(company) if trader else company


def siren(chance: random.Random) -> str:
    """Return a number that satisfies the Luhn formula and begins with 999, which INSEE does not assign."""
    return _with_check_digit(f"999{chance.randrange(10**5):05d}")


def _with_check_digit(digits: str) -> str:
    """Return digits with the last one that makes their Luhn sum a multiple of ten."""
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(reversed(digits))]
    return digits + str(-sum(each // 10 + each % 10 for each in doubled) % 10)


def _company(chance: random.Random) -> dict[str, Any]:
    city, number = chance.choice(_CITIES), siren(chance)
    registered = f"{chance.randint(1987, 2020)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    code, label = chance.choice(_CODES)
    form, form_code = chance.choice(_FORMS)
    address = f"{chance.randint(1, 180)} {chance.choice(_STREETS)} {chance.randint(99000, 99999)} {city}"
    name = chance.choice("".join(_NAMES.replace("ION\n", "ION ").split("\n")).split("|"))
    issued = f"2026-{chance.randint(1, 10):02d}-{chance.randint(1, 28):02d}"
    company: dict[str, Any] = {
        "company_name": name,
        "siren": number,
        "registry_city": city,
        "court": chance.choice(_COURTS),
        "registry_address": (
            f"{chance.randint(1, 40)} PLACE DU PALAIS",
            f"99{chance.randint(0, 999):03d} {city.upper()} CEDEX",
        ),
        "registration_date": registered,
        "legal_form": form,
        "form_code": form_code,
        "share_capital": chance.choice((1, 500, 1000, 37000, 1_250_000, 8000.5)),
        "registered_address": address,
        "activity": chance.choice(_ACTIVITIES),
        "trade_name": chance.choice((name.title(), "Chez Ô", "LE COIN - VINS & CIE")),
        "closing_date": chance.choice(("31 décembre", "30 juin", "31 mars")),
        "short_closing_date": chance.choice(("31/12", "30/06")),
        "duration_until": years_on(registered, chance.choice((99, 50))),
        "issue_date": issued,
        "printed_on": issued,
        "updated_date": registered,
        "printed_time": f"{chance.randint(8, 19):02d}:{chance.randint(0, 59):02d}:{chance.randint(0, 59):02d}",
        "verification_code": "".join(chance.choices(_ALPHABET, k=10)),
        "euid_office": f"99{chance.randint(1, 4):02d}",
        "naf_code": code,
        "naf_label": label,
        "nature": chance.choice(("Commerciale", "Libérale non réglementée", "Artisanale")),
        "announcement_number": str(chance.randint(1, 1999)),
        "rna": f"W99{chance.randrange(10**7):07d}",
    }
    return {**company, **_extras(chance, company), **_places(chance, company)}


def _extras(chance: random.Random, company: dict[str, Any]) -> dict[str, Any]:
    """Return what only some extracts print."""
    year, day = int(company["registration_date"][:4]), company["registration_date"]
    extras: dict[str, Any] = {"observations": list(_observations(chance, company))}
    if chance.random() < 0.4:
        extras |= {"acronym": "".join(chance.choices("ABCDEFGH", k=4)), "sign": "À L'ENSEIGNE DU LION"}
    if chance.random() < 0.3:
        extras |= {"minimum_capital": 100, "sole_shareholder": True}
    if chance.random() < 0.3:
        origin = chance.choice([city for city in _CITIES if not city.startswith("Le ")])
        extras |= {"transfer_from": origin, "transfer_date": day, "original_date": f"{year - 2}-05-06"}
    if chance.random() < 0.2:
        extras["struck_off_date"] = f"{min(year + 1, 2025)}-12-31"
    if chance.random() < 0.4:
        extras |= {"domiciliation": "BUREAUX FICTIFS DU PORT", "host_siren": siren(chance)}
    if chance.random() < 0.3:
        extras["first_closing_date"] = f"{year + 1}-12-31"
    if chance.random() < 0.3:
        extras["elsewhere"] = chance.sample(_CITIES, 2)
    return extras


def _observations(chance: random.Random, company: dict[str, Any]) -> Iterator[dict[str, str]]:
    year = int(company["registration_date"][:4])
    for index, (category, text) in enumerate(chance.sample(_OBSERVATIONS, chance.choice((0, 0, 1, 2, 4))), 1):
        day = f"{min(year + index, 2025)}-{chance.randint(1, 12):02d}-15"
        yield {
            "number": str(chance.randint(1, 20) if index == 1 else 2000 + index),
            "date": day,
            "text": text,
            "category": category,
        }


def _places(chance: random.Random, company: dict[str, Any]) -> dict[str, Any]:
    def place(index: int) -> dict[str, str]:
        return {
            "kind": "Siège et établissement principal" if index == 1 else "Secondaire",
            "status": "Ouvert" if index < 3 else "Fermé",
            "since": company["registration_date"],
            "siret": _with_check_digit(f"{company['siren']}{index:04d}"),
            "trade_name": company["trade_name"],
            "activity": company["activity"],
            "address": company["registered_address"] if index == 1 else f"{index} Rue des Docks 99200 Port-Aubin",
        }

    places = [place(index) for index in range(1, chance.choice((2, 3, 4)))]
    return {"places": places, "establishments": places[1:]}


def _officers(chance: random.Random, drawn: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for index in range(chance.choice((1, 1, 2, 3, 5))):
        person = next(drawn)
        officer = {
            **{key: person[key] for key in ("surname", "given_names", "birth_date")},
            "role": chance.choice(_ROLES),
            "birth_place": chance.choice(
                ("Montfleury (99)", "Hô-Brume-Ville (PAYS FICTIF)", "Saint-Elvez (99) / (PAYS FICTIF)")
            ),
            "nationality": chance.choice(("Française", "Belge", "Sri-lankaise")),
            "address": f"{chance.randint(1, 99)} {chance.choice(_STREETS)} 99100 Saint-Elvez",
            "residence": chance.choice(_CITIES),
        }
        if chance.random() < 0.3:
            officer["usage_name"] = next(drawn)["surname"]
        yield officer if index == 0 or chance.random() < 0.6 else _legal_person(chance, officer)


def _legal_person(chance: random.Random, person: dict[str, Any]) -> dict[str, Any]:
    auditor = chance.random() < 0.5
    return {
        "role": chance.choice(("Commissaire aux comptes titulaire", "Commissaire aux comptes suppléant"))
        if auditor
        else "Président",
        "company_name": "AUDIT FICTIF & ASSOCIÉS" if auditor else "HOLDING BRUME",
        "siren": siren(chance),
        "legal_form": chance.choice(_FORMS)[0],
        "address": person["address"],
        "representative": None if auditor else person,
    }


def _as_trader(company: dict[str, Any]) -> dict[str, Any]:
    """Return the company as the business of its first officer, who is a natural person."""
    kept = {key: value for key, value in company.items() if key not in {"company_name", "sole_shareholder"}}
    trader = {**company["officers"][0], "role": "Entrepreneur individuel"}
    return {**kept, "officers": [trader], "legal_form": "Entrepreneur individuel", "form_code": "1000"}


def sample(kind: Kind, seed: int, count: int) -> list[dict[str, Any]]:
    """Return the first companies of a seed."""
    return list(islice(companies(kind, seed), count))
