# SPDX-License-Identifier: Apache-2.0
"""RNE attestation, Sirene notice, announcement of an association and articles of association, as rows."""

from collections.abc import Iterator

from ocr.specimens.rows import Facts, Row, dated, euros, heading, plain, plain_amount, slashed, threes, written


def attestation_rows(facts: Facts) -> Iterator[Row]:
    """Yield the rows of an attestation of the national register of companies."""
    siren = str(facts["siren"])
    yield heading("Identité de l'entreprise")
    if "company_name" in facts:
        yield plain("Dénomination", "company_name", facts["company_name"])
    else:
        yield from _trader(facts)
    yield Row("SIREN (siège)", threes(siren), {"siren": siren})
    yield dated("Date d'immatriculation au RNE", "registration_date", facts["registration_date"])
    begun = facts.get("activity_start_date", facts["registration_date"])
    yield dated("Début d'activité", "activity_start_date", begun)
    if "company_name" in facts:
        yield from _company(facts)
    yield plain("Activités principales de l'objet social", "activity", facts["activity"])
    yield Row("Code APE", _code(facts), {"naf_code": facts["naf_code"], "naf_label": facts["naf_label"]})
    if "company_name" in facts:
        printed = euros(facts["share_capital"])
        yield Row("Capital social", printed.replace("Euros", "EUR"), {"share_capital": plain_amount(printed)})
    yield plain("Adresse du siège", "registered_address", facts["registered_address"])
    yield dated("Date de mise à jour de l'entreprise", "updated_date", facts["updated_date"])
    yield heading("Gestion et Direction")
    yield from _managers(facts)
    yield from _places(facts)
    yield from _attested_observations(facts)


def _trader(facts: Facts) -> Iterator[Row]:
    trader = facts["officers"][0]
    surname = str(trader["surname"]).upper()
    says = {"officers.1.surname": surname, "officers.1.given_names": trader["given_names"]}
    yield Row("Nom, Prénom(s)", f"{surname} {trader['given_names']}", says)


def _company(facts: Facts) -> Iterator[Row]:
    yield dated("Date de fin de la personne morale", "duration_until", facts["duration_until"])
    yield plain("Date de clôture", "closing_date", facts["short_closing_date"])
    if facts.get("first_closing_date"):
        yield dated("Date de la première clôture", "first_closing_date", facts["first_closing_date"])
    yield plain("Nature de l'entreprise", "nature", facts["nature"])
    yield plain("Forme juridique", "legal_form", facts["legal_form"])
    yield plain("Associé unique", "sole_shareholder", "Oui" if facts.get("sole_shareholder") else "Non")


def _code(facts: Facts) -> str:
    return f"{facts['naf_code'].replace('.', '')} - {facts['naf_label']}"


def _managers(facts: Facts) -> Iterator[Row]:
    first = 1 if "company_name" in facts else 2  # a trader is named above already
    for number, officer in enumerate(facts["officers"], first):
        prefix = f"officers.{number}"
        if "company_name" in officer:
            yield plain("Dénomination", f"{prefix}.company_name", officer["company_name"])
            yield Row("SIREN", threes(officer["siren"]), {f"{prefix}.siren": officer["siren"]})
            yield plain("Qualité", f"{prefix}.role", officer["role"])
            continue
        surname = str(officer["surname"]).upper()
        says = {f"{prefix}.surname": surname, f"{prefix}.given_names": officer["given_names"]}
        yield Row("Nom, Prénom(s)", f"{surname} {officer['given_names']}", says)
        yield plain("Qualité", f"{prefix}.role", officer["role"])
        yield dated("Date de naissance (mm/aaaa)", f"{prefix}.birth_date", officer["birth_date"][:7])
        yield plain("Commune de résidence", f"{prefix}.address", officer.get("residence", "Montfleury"))


def _places(facts: Facts) -> Iterator[Row]:
    places = facts["places"]
    yield heading(f"Établissements ({len(places)})")
    for number, place in enumerate(places, 1):
        prefix = f"establishments.{number}"
        yield plain("Type d'établissement", f"{prefix}.kind", place["kind"])
        yield plain("Statut", f"{prefix}.status", place["status"])
        yield dated("Date début d'activité", f"{prefix}.activity_start_date", place["since"])
        yield plain("Siret", f"{prefix}.siret", place["siret"])
        yield plain("Nom commercial", f"{prefix}.trade_name", place["trade_name"])
        says = {f"{prefix}.naf_code": facts["naf_code"], f"{prefix}.naf_label": facts["naf_label"]}
        yield Row("Code APE", _code(facts), says)
        yield plain("Origine du fonds", f"{prefix}.business_origin", "Création")
        yield plain("Nature de l'établissement", f"{prefix}.nature", facts["nature"])
        yield plain("Activité principale", f"{prefix}.activity", place["activity"])
        yield plain("Adresse", f"{prefix}.address", place["address"])


def _attested_observations(facts: Facts) -> Iterator[Row]:
    if facts["observations"]:
        yield heading("Observations")
    for number, entry in enumerate(facts["observations"], 1):
        prefix = f"observations.{number}"
        yield plain("Numéro", f"{prefix}.number", entry["number"])
        yield dated("Date d'ajout", f"{prefix}.date", entry["date"])
        says = {prefix: entry["text"]}
        if "category" in entry:
            says[f"{prefix}.category"] = entry["category"]
        yield Row("Texte", entry["text"], says)


def notice_rows(facts: Facts) -> Iterator[Row]:
    """Yield the rows of a notice of situation in the Sirene directory."""
    siren, seat = str(facts["siren"]), facts["places"][0]
    since = facts["registration_date"]
    active = {"status": "active", "status_date": since}
    yield Row("Description de l'entreprise", f"Entreprise active depuis le {slashed(since)}", active)
    yield Row("Identifiant SIREN", threes(siren), {"siren": siren})
    yield Row("Identifiant SIRET du siège", threes(seat["siret"]), {"siret": seat["siret"]})
    if "company_name" in facts:
        yield plain("Dénomination", "company_name", facts["company_name"])
    else:
        trader = facts["officers"][0]
        yield plain("Nom", "officers.1.surname", str(trader["surname"]).upper())
        yield plain("Prénoms", "officers.1.given_names", trader["given_names"])
    form, code = facts["legal_form"], facts["form_code"]
    yield Row("Catégorie juridique", f"{code} - {form}", {"legal_form": form, "legal_form_code": code})
    code, label = facts["naf_code"], facts["naf_label"]
    yield Row("Activité Principale Exercée (APE)", f"{code} - {label}", {"naf_code": code, "naf_label": label})
    yield plain("Appartenance au champ de l'ESS", "social_economy", "Non")
    yield plain("Appartenance au champ des sociétés à mission", "mission_company", "Non")
    says = {"establishments.1.status": "actif", "establishments.1.status_date": seat["since"]}
    yield Row("Description de l'établissement", f"Etablissement actif depuis le {slashed(seat['since'])}", says)
    yield Row("Identifiant SIRET", threes(seat["siret"]), {"establishments.1.siret": seat["siret"]})
    yield plain("Adresse", "establishments.1.address", seat["address"])
    says = {"establishments.1.naf_code": code, "establishments.1.naf_label": label}
    yield Row("Activité Principale Exercée (APE)", f"{code} - {label}", says)


def announcement_rows(facts: Facts) -> Iterator[Row]:
    """Yield the lines of an announcement of an association."""
    issue, declared = facts["issue_date"], facts["registration_date"]
    yield _line("Annonce n°", "announcement_number", facts["announcement_number"])
    yield _line("N° de parution :", "publication_number", f"{issue[:4]}{facts['announcement_number']}")
    yield Row(f"Date de parution : {slashed(issue)}", says={"publication_date": issue}, kind="line")
    yield _line("Identification R.N.A. :", "rna", facts["rna"])
    yield _line("Département (Région) :", "department", "Montagne-Bleue (Pays-Fictif)")
    yield _line("Type d'annonce :", "announcement_kind", "ASSOCIATION/CREATION")
    text = "préfecture de la Montagne-Bleue"
    yield Row(f"Déclaration à la {text}", says={"authority": text}, kind="line")
    yield Row(facts["company_name"], says={"company_name": facts["company_name"]}, kind="line")
    yield _line("Objet :", "activity", facts["activity"])
    yield _line("Siège social :", "registered_address", facts["registered_address"])
    yield Row(f"Date de la déclaration : {written(declared)}.", says={"declaration_date": declared}, kind="line")


def statutes_rows(facts: Facts) -> Iterator[Row]:
    """Yield the lines of articles of association, which are told by their kind alone."""
    yield Row(f"{facts['company_name']}, {facts['legal_form']} au capital de {facts['share_capital']}", kind="line")
    for number, (title, text) in enumerate(
        (
            ("FORME", f"Il est formé une {facts['legal_form'].lower()} régie par les lois en vigueur."),
            ("OBJET", f"La société a pour objet : {facts['activity']}."),
            ("DÉNOMINATION", f"La dénomination sociale est : {facts['company_name']}."),
            ("SIÈGE", f"Le siège social est fixé : {facts['registered_address']}."),
            ("DURÉE", "La durée est de quatre-vingt-dix-neuf années à compter de l'immatriculation."),
        ),
        1,
    ):
        yield Row(f"ARTICLE {number} - {title}", kind="line")
        yield Row(text, kind="line")


def _line(marker: str, name: str, value: str) -> Row:
    return Row(f"{marker} {value}", says={name: value}, kind="line")
