# SPDX-License-Identifier: Apache-2.0
"""Extracts of the register of commerce (Kbis, K) as rows, labels in the words and the order of the greffes."""

import hashlib
from collections.abc import Iterator
from typing import Any

from ocr.specimens.rows import (
    Facts,
    Row,
    dated,
    euros,
    heading,
    person,
    plain,
    plain_amount,
    slashed,
    threes,
)

_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_AUDITOR = "Commissaire aux comptes"


def facts_of(company: Facts) -> dict[str, Any]:
    """Return company data with everything that a document needs and the caller left out."""
    siren = str(company["siren"])
    seed = hashlib.sha256(siren.encode()).digest()
    city = str(company.get("registry_city", "Montfleury"))
    defaults: dict[str, Any] = {
        "registry_city": city,
        "court": "Tribunal de Commerce",
        "registry_address": ("1 PLACE DU PALAIS", f"99000 {city.upper()} CEDEX"),
        "registration_date": "2021-02-03",
        "legal_form": "Société par actions simplifiée",
        "share_capital": "10 000,00 Euros",
        "registered_address": f"8 Rue des Acacias 99000 {city}",
        "activity": "Commerce de détail en ligne",
        "trade_name": str(company.get("company_name", "Atelier")).title(),
        "closing_date": "31 décembre",
        "issue_date": "2026-11-02",
        "officers": (),
        "observations": (),
        "euid_office": "9901",
        "management_letter": "B",
        "verification_code": "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in seed[2:12]),
        "printed_time": "09:12:44",
    }
    facts = {**defaults, **company}
    number = f"{str(facts['registration_date'])[:4]}{facts['management_letter']}{int.from_bytes(seed[:2]) % 100000:05d}"
    return {"management_number": number, **facts}


def kbis_rows(facts: Facts) -> Iterator[Row]:
    """Yield the rows of the extract of a company."""
    yield heading("IDENTIFICATION DE LA PERSONNE MORALE")
    yield from _registration(facts)
    yield plain("Dénomination ou raison sociale", "company_name", facts["company_name"])
    if facts.get("acronym"):
        yield plain("Sigle", "acronym", facts["acronym"])
    yield _legal_form(facts)
    yield _capital(facts)
    yield plain("Adresse du siège", "registered_address", facts["registered_address"])
    yield from _host(facts)
    yield plain("Activités principales", "activity", facts["activity"])
    if "naf_code" in facts:
        yield plain("Nomenclature d'activités française (code NAF)", "naf_code", facts["naf_code"])
    until = facts.get("duration_until", years_on(facts["registration_date"], 99))
    yield dated("Durée de la personne morale", "duration_until", until, before="Jusqu'au ")
    yield plain("Date de clôture de l'exercice social", "closing_date", facts["closing_date"])
    if facts.get("first_closing_date"):
        yield dated("Date de clôture du 1er exercice social", "first_closing_date", facts["first_closing_date"])
    euid = facts.get("euid", f"FR{facts['euid_office']}.{facts['siren']}")
    yield plain("Numéro d'identification Européen - EUID", "euid", euid)
    yield from _officers(facts)
    yield from _establishments(facts)
    yield from _observations(facts)


def trader_rows(facts: Facts) -> Iterator[Row]:
    """Yield the rows of the extract of a sole trader: no capital, no duration, no managers."""
    yield heading("IDENTIFICATION DE LA PERSONNE PHYSIQUE")
    yield from _registration(facts)
    trader = facts["officers"][0]
    yield from person(trader, "officers.1", facts["registered_address"])
    euid = facts.get("euid", f"FR{facts['euid_office']}.{facts['siren']}")
    yield plain("Numéro d'identification Européen - EUID", "euid", euid)
    yield from _establishments(facts)
    yield from _observations(facts)


def head_says(facts: Facts) -> dict[str, str]:
    """Return the fields in the head and the foot of an extract."""
    return {
        "registry_office": facts["registry_city"],
        "registry_court": facts["court"],
        "registry_address": " ".join(facts["registry_address"]),
        "verification_code": facts["verification_code"],
        "verification_page": "https://controle.infogreffe.fr/controle",
        "management_number": facts["management_number"],
        "issue_date": facts["issue_date"],
        "printed_at": f"{facts.get('printed_on', facts['issue_date'])}T{facts['printed_time']}",
    }


def _registration(facts: Facts) -> Iterator[Row]:
    siren = str(facts["siren"])
    printed = f"{threes(siren)} R.C.S. {facts['registry_city']}"
    yield Row("Immatriculation au RCS, numéro", printed, {"siren": siren, "registry_city": facts["registry_city"]})
    yield dated("Date d'immatriculation", "registration_date", facts["registration_date"])
    if facts.get("transfer_date"):
        origin, day = facts["transfer_from"], facts["transfer_date"]
        text = f"R.C.S. de {origin} en date du {slashed(day)}"
        yield Row("Transfert du", text, {"transfer": text, "transfer_from": origin, "transfer_date": day})
        yield dated("Date d'immatriculation d'origine", "original_registration_date", facts["original_date"])
    if facts.get("struck_off_date"):
        yield dated("Immatriculation radiée le", "struck_off_date", facts["struck_off_date"])


def _legal_form(facts: Facts) -> Row:
    form, says = facts["legal_form"], {}
    if facts.get("sole_shareholder"):
        form, says = f"{form} (Société à associé unique)", {"sole_shareholder": "Oui"}
    return Row("Forme juridique", form, {"legal_form": form, **says})


def _capital(facts: Facts) -> Row:
    printed = euros(facts["share_capital"])
    says = {"share_capital": plain_amount(printed)}
    if facts.get("minimum_capital"):
        least = euros(facts["minimum_capital"])
        printed = f"{printed} (capital variable, minimum {least})"
        says |= {"capital_variable": "Oui", "minimum_capital": plain_amount(least)}
    return Row("Capital social", printed, says)


def _host(facts: Facts) -> Iterator[Row]:
    if "domiciliation" not in facts:
        return
    yield Row("Domiciliation en commun", "", {"domiciliation": "Domiciliation en commun"})
    yield plain("Nom ou dénomination du domiciliataire", "host_name", facts["domiciliation"])
    if facts.get("host_siren"):
        city = facts.get("host_city", facts["registry_city"])
        says = {"host_siren": facts["host_siren"], "host_registry_city": city}
        yield Row("Immatriculation au RCS, numéro", f"{threes(facts['host_siren'])} R.C.S. {city}", says)


def _officers(facts: Facts) -> Iterator[Row]:
    yield heading("GESTION, DIRECTION, ADMINISTRATION, CONTROLE, ASSOCIES OU MEMBRES")
    number = 0
    for officer in facts["officers"]:
        number += 1
        prefix = f"officers.{number}"
        yield Row(officer["role"], says={f"{prefix}.role": officer["role"]}, kind="role")
        home = facts["registered_address"]
        if "company_name" not in officer:
            at = "Domicile personnel ou adresse professionnelle"
            yield from person(officer, prefix, home, label=at if _AUDITOR in officer["role"] else "Domicile personnel")
            continue
        yield plain("Dénomination", f"{prefix}.company_name", officer["company_name"])
        yield Row("SIREN", threes(officer["siren"]), {f"{prefix}.siren": officer["siren"]})
        form = officer.get("legal_form", "Société à responsabilité limitée")
        yield plain("Forme juridique", f"{prefix}.legal_form", form)
        yield plain("Adresse", f"{prefix}.address", officer.get("address", home))
        if officer.get("representative"):
            number += 1
            yield Row("Représentant permanent", says={f"officers.{number}.role": "Représentant permanent"}, kind="role")
            yield from person(officer["representative"], f"officers.{number}", home)


def _establishments(facts: Facts) -> Iterator[Row]:
    yield heading("RENSEIGNEMENTS RELATIFS A L'ACTIVITE ET A L'ETABLISSEMENT PRINCIPAL")
    yield plain("Adresse de l'établissement", "establishment_address", facts["registered_address"])
    yield plain("Nom commercial", "trade_name", facts["trade_name"])
    if facts.get("sign"):
        yield plain("Enseigne", "sign", facts["sign"])
    yield plain("Activité(s) exercée(s)", "establishment_activity", facts.get("exercised", facts["activity"]))
    begun = facts.get("activity_start_date", facts["registration_date"])
    yield dated("Date de commencement d'activité", "activity_start_date", begun)
    yield plain("Origine du fonds ou de l'activité", "business_origin", facts.get("business_origin", "Création"))
    yield plain("Mode d'exploitation", "operation", "Exploitation directe")
    if facts.get("establishments"):
        yield heading("RENSEIGNEMENTS RELATIFS AUX AUTRES ETABLISSEMENTS DANS LE RESSORT")
    for number, place in enumerate(facts.get("establishments", ()), 2):
        prefix = f"establishments.{number}"
        yield plain("Adresse de l'établissement", f"{prefix}.address", place["address"])
        yield plain("Activité(s) exercée(s)", f"{prefix}.activity", place["activity"])
        yield dated("Date de commencement d'activité", f"{prefix}.activity_start_date", place["since"])
        yield plain("Origine du fonds ou de l'activité", f"{prefix}.business_origin", "Achat")
        yield plain("Mode d'exploitation", f"{prefix}.operation", "Exploitation directe")
    if facts.get("elsewhere"):
        yield heading("IMMATRICULATIONS HORS RESSORT")
    for number, city in enumerate(facts.get("elsewhere", ()), 1):
        yield Row(f"R.C.S. {city}", says={f"elsewhere.{number}.registry_city": city}, kind="line")


def _observations(facts: Facts) -> Iterator[Row]:
    if facts["observations"]:
        yield heading("OBSERVATIONS ET RENSEIGNEMENTS COMPLEMENTAIRES")
    for number, entry in enumerate(facts["observations"], 1):
        mention: Facts = {"text": entry} if isinstance(entry, str) else entry
        day = mention.get("date", facts["registration_date"])
        printed = str(mention.get("number", number))
        prefix = f"observations.{number}"
        says = {prefix: mention["text"], f"{prefix}.number": printed, f"{prefix}.date": day}
        if "category" in mention:
            says[f"{prefix}.category"] = mention["category"]
        yield Row(f"- Mention n° {printed} du {slashed(day)}", mention["text"], says)


def years_on(iso: str, years: int) -> str:
    """Return a date so many years later, as durations are counted."""
    return f"{int(iso[:4]) + years}{iso[4:]}"
