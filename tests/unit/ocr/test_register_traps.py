# SPDX-License-Identifier: Apache-2.0
"""Register documents as they trip readers up: second numbers, glued labels, wrong dates, other courts."""

import pytest

from ocr import Kind, Source, read, register_extract
from ocr.layout import Line, Word, lines_of
from ocr.specimens import companies, draw, printed
from ocr.specimens.examples import EXAMPLES
from tests.unit.ocr.extract_support import page, running, values, words_at

COMPANY = ("IDENTIFICATION DE LA PERSONNE MORALE", "")
OFFICERS = ("GESTION, DIRECTION, ADMINISTRATION, CONTROLE, ASSOCIES OU MEMBRES", "")
PLACE = ("RENSEIGNEMENTS RELATIFS A L'ACTIVITE ET A L'ETABLISSEMENT PRINCIPAL", "")
OTHERS = ("RENSEIGNEMENTS RELATIFS AUX AUTRES ETABLISSEMENTS DANS LE RESSORT", "")
OBSERVED = ("OBSERVATIONS ET RENSEIGNEMENTS COMPLEMENTAIRES", "")
TITLE = ("Extrait Kbis", "")
NUMBER = ("Immatriculation au RCS, numéro", "999 000 003 R.C.S. Montfleury")


def read_rows(*rows: tuple[str, str], source: Source = Source.TEXT_LAYER) -> dict[str, str]:
    return values(page([TITLE, COMPANY, NUMBER, ("Date d'immatriculation", "03/02/2021"), *rows]), source)


def test_the_number_of_an_auditor_is_not_the_company_s() -> None:
    found = read_rows(
        OFFICERS, ("Commissaire aux comptes titulaire", ""), ("Dénomination", "AUDIT FICTIF"),
        ("Immatriculation au RCS, numéro", "999 168 362 R.C.S. Port-Aubin"),
    )  # fmt: skip
    assert (found["siren"], found["officers.1.siren"]) == ("999000003", "999168362")
    assert (found["registry_city"], found["officers.1.registry_city"]) == ("Montfleury", "Port-Aubin")


def test_a_host_named_with_the_establishment_keeps_its_number_too() -> None:
    found = read_rows(
        PLACE, ("Adresse de l'établissement", "8 Rue des Acacias"), ("Domiciliation en commun", ""),
        ("Nom ou dénomination du domiciliataire", "BUREAUX FICTIFS"),
        ("Immatriculation au RCS, numéro", "999 168 362 R.C.S. Port-Aubin"),
    )  # fmt: skip
    assert (found["siren"], found["host_siren"], found["host_name"]) == ("999000003", "999168362", "BUREAUX FICTIFS")
    assert found["domiciliation"] == "Domiciliation en commun"


@pytest.mark.parametrize(
    ("texts", "siren"),
    [
        (["Immatriculation au RCS, numéro982 574 717R.C.S. Montfleury"], "982574717"),
        (["Immatriculation au RCS, numéro 982574717 R.C.S.Montfleury"], "982574717"),
        (["Immatriculation au RCS, numéro : 982.574.717 RCS Montfleury"], "982574717"),
    ],
)
def test_a_number_glued_to_its_label_and_its_registry_is_read(texts: list[str], siren: str) -> None:
    found = values(running(["Extrait Kbis", COMPANY[0], *texts]))
    assert (found["siren"], found["registry_city"]) == (siren, "Montfleury")


def test_labels_glued_to_values_in_capitals_are_told_from_words_that_begin_alike() -> None:
    found = values(running(["SITUATION AU REPERTOIRE SIRENE", "NomLE GUERNIGOU", "PrénomsAnne", "Nomade depuis 2020"]))
    assert (found["officers.1.surname"], found["officers.1.given_names"]) == ("LE GUERNIGOU", "Anne Nomade depuis 2020")


def test_a_company_struck_off_shows_the_day() -> None:
    found = read_rows(("Immatriculation radiée le", "27/06/2024"), ("Dénomination ou raison sociale", "ATELIER"))
    assert (found["struck_off_date"], found["registration_date"]) == ("2024-06-27", "2021-02-03")


def test_the_date_of_issue_is_neither_that_of_printing_nor_of_registration() -> None:
    rows = [TITLE, ("à jour au 1er octobre 2026", ""), COMPANY, NUMBER, ("Date d'immatriculation", "03/02/2021"),
            ("Transfert du", "R.C.S. de Port-Aubin en date du 05/06/2022"),
            ("R.C.S. Montfleury - 15/10/2026 - 09:12:44 page 1/1", "")]  # fmt: skip
    found = values(page(rows))
    assert (found["issue_date"], found["printed_at"]) == ("2026-10-01", "2026-10-15T09:12:44")
    assert found["registration_date"] == "2021-02-03"
    assert (found["transfer_from"], found["transfer_date"]) == ("Port-Aubin", "2022-06-05")


@pytest.mark.parametrize(
    ("printed_court", "court", "city"),
    [
        ("Greffe du Tribunal judiciaire de Strasbourg", "Tribunal judiciaire", "Strasbourg"),
        ("Greffe du Tribunal Mixte de Commerce de Saint-Denis", "Tribunal Mixte de Commerce", "Saint-Denis"),
        ("Greffe du Tribunal des Activités Economiques de Lyon", "Tribunal des Activités Economiques", "Lyon"),
        ("Greffe du Tribunal de Commerce du Havre", "Tribunal de Commerce", "Le Havre"),
        ("Greffe du Tribunal de Commerce d'Évry", "Tribunal de Commerce", "Évry"),
        ("Greffe du Tribunal de Commercede Créteil", "Tribunal de Commerce", "Créteil"),
    ],
)
def test_every_court_that_keeps_a_register_is_known(printed_court: str, court: str, city: str) -> None:
    found = values(page([(printed_court, "Code de vérification : aB3dE6gH9k"), TITLE, COMPANY, NUMBER]))
    assert (found["registry_court"], found["registry_office"]) == (court, city)
    assert found["verification_code"] == "aB3dE6gH9k"


def test_a_verification_code_is_never_taken_from_ocr() -> None:
    extract = register_extract.extract(
        page([("Greffe du Tribunal de Commerce de Lyon", "Code de vérification : aB3dE6gH9k"), TITLE, COMPANY, NUMBER]),
        Source.OCR,
    )
    assert "verification_code" not in extract.fields
    assert extract.printed_code is not None
    assert extract.printed_code.value == "aB3dE6gH9k"


def test_signs_within_a_value_are_kept() -> None:
    found = read_rows(
        ("Dénomination ou raison sociale", "CAFÉ & COMPAGNIE - VINS"),
        OFFICERS, ("Gérant - Associé unique", ""), ("Nom, prénoms", "VALCOURT Jeanne"),
        ("Date et lieu de naissance", "Le 12/04/1985 à Montfleury (99) / (PAYS FICTIF)"),
    )  # fmt: skip
    assert found["company_name"] == "CAFÉ & COMPAGNIE - VINS"
    assert found["officers.1.role"] == "Gérant - Associé unique"
    assert found["officers.1.birth_place"] == "Montfleury (99) / (PAYS FICTIF)"


def test_a_label_does_not_reach_over_into_the_column_of_values() -> None:
    found = read_rows(("Capital social", "variable, minimum 1 000,00 Euros"), ("Nom commercial", "d'usage courant"))
    assert (found["capital_variable"], found["minimum_capital"]) == ("Oui", "1000.00 EUR")
    assert found["trade_name"] == "d'usage courant"


@pytest.mark.parametrize(
    ("text", "capital", "minimum"),
    [
        ("25 000,00 Euros", "25000.00 EUR", None),
        ("1 000,00 Euros (capital variable, minimum 100,00 Euros)", "1000.00 EUR", "100.00 EUR"),
        ("7 622,45 €", "7622.45 EUR", None),
        ("50 000 F", "50000.00 FRF", None),
        ("1 000 000 Francs CFP", "1000000.00 XPF", None),
    ],
)
def test_capital_fixed_or_variable_in_any_currency(text: str, capital: str, minimum: str | None) -> None:
    found = read_rows(("Capital social", text))
    assert (found["share_capital"], found.get("minimum_capital")) == (capital, minimum)


def test_a_label_longer_than_its_column_is_followed_by_its_value() -> None:
    top = 50 + 12.0 * 6
    words = words_at(40, top, "Nomenclature d'activités française (code NAF) 7112B")
    rows = [TITLE, COMPANY, NUMBER, ("Date d'immatriculation", "03/02/2021"), ("Sigle", "ABC")]
    assert values([*page(rows), Line(1, tuple(words))])["naf_code"] == "71.12B"


def test_a_label_broken_in_two_is_one() -> None:
    found = read_rows(("Appartenance au champ des", "Non"), ("sociétés à mission", ""), ("Sigle", "ABC"))
    assert found["mission_company"] == "Non"


def test_a_permanent_representative_is_a_person_of_his_own() -> None:
    found = read_rows(
        OFFICERS, ("Président", ""), ("Dénomination", "HOLDING FICTIVE"), ("SIREN", "999 168 362"),
        ("Représentant permanent", ""), ("Nom, prénoms", "VALCOURT Jeanne"),
        ("Commissaire aux comptes suppléant", ""), ("Nom, prénoms", "QUERGOUSSE Gaël"),
        ("Domicile personnel ou adresse", "3 Place du Palais"), ("professionnelle", ""),
    )  # fmt: skip
    roles = [found[f"officers.{number}.role"] for number in (1, 2, 3)]
    assert roles == ["Président", "Représentant permanent", "Commissaire aux comptes suppléant"]
    assert (found["officers.1.company_name"], found["officers.2.surname"]) == ("HOLDING FICTIVE", "VALCOURT")
    assert found["officers.3.address"] == "3 Place du Palais"


def test_a_role_on_two_lines_is_one_role() -> None:
    found = read_rows(
        OFFICERS, ("Président du conseil d'administration et", ""), ("directeur général", ""),
        ("Nom, prénoms", "VALCOURT Jeanne"),
    )  # fmt: skip
    assert found["officers.1.role"] == "Président du conseil d'administration et directeur général"
    assert "officers.2.role" not in found


def test_other_establishments_are_numbered_after_the_principal_one() -> None:
    found = read_rows(
        PLACE, ("Adresse de l'établissement", "8 Rue des Acacias"), ("Enseigne", "LE LION"),
        OTHERS, ("Adresse de l'établissement", "2 Rue des Docks"), ("Activité(s) exercée(s)", "Vente"),
        ("Adresse de l'établissement", "9 Rue des Docks"), ("Activité(s) exercée(s)", "Entrepôt"),
    )  # fmt: skip
    assert found["establishment_address"] == "8 Rue des Acacias"
    assert (found["establishments.2.address"], found["establishments.2.activity"]) == ("2 Rue des Docks", "Vente")
    assert (found["establishments.3.address"], found["establishments.3.activity"]) == ("9 Rue des Docks", "Entrepôt")


def test_an_observation_may_speak_in_words_that_are_labels_elsewhere() -> None:
    found = read_rows(
        OBSERVED, ("- Mention n° 7 du 02/03/2023", ""), ("Transfert du siège social dans le ressort", ""),
        ("Date d'effet : 01/03/2023", ""), ("- Mention n° 8 du 04/05/2024", "Radiation"),
    )  # fmt: skip
    assert found["observations.1"] == "Transfert du siège social dans le ressort Date d'effet : 01/03/2023"
    assert (found["observations.1.category"], found["observations.2.category"]) == ("transfer", "radiation")
    assert (found["observations.2.number"], found["observations.2.date"]) == ("8", "2024-05-04")


def test_numbers_read_with_letters_are_given_with_doubt_and_as_read() -> None:
    field = register_extract.extract(
        page([TITLE, COMPANY, ("Date d'immatriculation", "O3/O7/2O19")]), Source.OCR
    ).fields
    assert field["registration_date"].value == "2019-07-03"
    assert field["registration_date"].confidence <= 0.5
    assert field["registration_date"].alternatives == ("O3/O7/2O19",)


def test_a_value_that_goes_on_over_the_page_is_whole_and_its_box_is_on_its_first_page() -> None:
    rows = [
        TITLE,
        COMPANY,
        NUMBER,
        ("Date d'immatriculation", "03/02/2021"),
        ("Sigle", "ABC"),
        ("Activités principales", "Vente"),
    ]
    second = [Line(2, tuple(words_at(300, 60, "de vins"))), Line(2, tuple(words_at(40, 80, "Capital social 1 Euro")))]
    fields = register_extract.extract([*page(rows), *second], Source.TEXT_LAYER).fields
    assert fields["activity"].value == "Vente de vins"
    assert fields["activity"].page == 1
    assert fields["activity"].box is not None
    assert fields["activity"].box[1] > 100


def test_a_table_of_people_or_establishments_is_read_row_by_row() -> None:
    columns = (40, 160, 260, 340, 470)

    def row(top: float, *cells: str) -> list[Word]:
        return [word for left, text in zip(columns, cells, strict=False) for word in words_at(left, top, text)]

    words = words_at(40, 20, "ATTESTATION D'IMMATRICULATION AU REGISTRE NATIONAL DES ENTREPRISES")
    words += words_at(40, 40, "SIREN : 999 000 003") + words_at(40, 60, "Gestion et Direction")
    words += row(80, "Qualité", "Nom", "Prénom", "Date de naissance", "Commune de résidence")
    words += row(95, "Président", "VALCOURT", "Jeanne Zoé", "07/1985", "Port-Aubin")
    words += row(110, "Gérant", "LE GUERNIGOU", "Anne", "01/1990", "Le Val")
    words += words_at(40, 130, "Établissements (2)") + row(150, "SIRET", "Statut", "Type", "Adresse")
    words += row(165, "999 000 003 00018", "Actif", "Siège", "8 Rue des Acacias") + row(
        177, "", "", "", "99000 Montfleury"
    )
    words += row(192, "999 000 003 00026", "Fermé", "Secondaire", "2 Rue des Docks")
    found = values(lines_of(1, words))
    assert [found[f"officers.{n}.surname"] for n in (1, 2)] == ["VALCOURT", "LE GUERNIGOU"]
    assert [found[f"officers.{n}.role"] for n in (1, 2)] == ["Président", "Gérant"]
    assert [found[f"officers.{n}.birth_date"] for n in (1, 2)] == ["1985-07", "1990-01"]
    assert [found[f"establishments.{n}.status"] for n in (1, 2)] == ["Actif", "Fermé"]
    assert found["establishments.1.address"] == "8 Rue des Acacias 99000 Montfleury"
    assert found["establishments.2.address"] == "2 Rue des Docks"
    assert "officers.3.role" not in found


def test_two_labels_with_their_values_side_by_side_are_two() -> None:
    def row(top: float, *cells: tuple[float, str]) -> list[Word]:
        return [word for left, text in cells for word in words_at(left, top, text)]

    words = row(20, (40, "SITUATION AU REPERTOIRE SIRENE"))
    words += row(40, (40, "Identifiant SIREN : 999 000 003"), (320, "Date d'immatriculation : 03/02/2021"))
    words += row(55, (40, "Forme juridique"), (160, "Société civile"), (320, "Capital social"), (420, "1 000 Euros"))
    words += row(70, (40, "Type d'établissement"), (160, "Siège social"))
    found = values(lines_of(1, words))
    assert (found["siren"], found["registration_date"]) == ("999000003", "2021-02-03")
    assert (found["legal_form"], found["share_capital"]) == ("Société civile", "1000.00 EUR")
    assert "registered_address" not in found


def test_a_value_may_stand_below_its_label() -> None:
    rows = [TITLE[0], COMPANY[0], "Dénomination ou raison sociale", "ATELIER VALCOURT", "Adresse du siège",
            "8 Rue des Acacias", "99000 Montfleury", "Capital social", "1 000,00 Euros"]  # fmt: skip
    found = values(running(rows))
    assert (found["company_name"], found["share_capital"]) == ("ATELIER VALCOURT", "1000.00 EUR")
    assert found["registered_address"] == "8 Rue des Acacias 99000 Montfleury"


def test_a_role_with_its_name_on_one_line_is_both() -> None:
    found = read_rows(
        OFFICERS,
        ("Gérant : VALCOURT Jeanne", ""),
        ("Nationalité", "Française"),
        ("Liquidateur : LE GUERNIGOU Anne", ""),
    )
    assert (found["officers.1.role"], found["officers.1.surname"]) == ("Gérant", "VALCOURT")
    assert found["officers.1.nationality"] == "Française"
    assert (found["officers.2.role"], found["officers.2.given_names"]) == ("Liquidateur", "Anne")


def test_the_first_of_a_month_is_read_though_its_figure_looks_like_a_letter() -> None:
    rows = [
        TITLE,
        COMPANY,
        NUMBER,
        OBSERVED,
        ("- Mention n° 2 du 11/03/2022", "Dissolution à compter du ler mars 2024"),
    ]
    assert values(page(rows), Source.OCR)["observations.1"] == "Dissolution à compter du 1er mars 2024"


def test_of_two_labels_alike_the_one_with_fewer_slips_is_meant() -> None:
    found = read_rows(
        ("Date de clôture du ler exercice social", "31/12/2017"), ("Date de clôture de lexercice socia1", "30 juin")
    )
    assert (found["first_closing_date"], found["closing_date"]) == ("2017-12-31", "30 juin")


def test_statutes_are_told_by_their_kind_alone() -> None:
    lines = running(["STATUTS", "Article 1 - Forme", "Article 2 - Objet", "Capital social : 1 000 Euros"])
    extract = register_extract.extract(lines, Source.TEXT_LAYER)
    assert (extract.kind, extract.fields) == (Kind.STATUTS, {})


def test_an_announcement_is_read_whether_its_title_has_a_label_or_not() -> None:
    head = ["JOURNAL OFFICIEL - Associations et fondations d'entreprise", "Annonce n° 160"]
    tail = ["Objet : promouvoir le vélo", "dans la ville.", "Siège social : 3 rue Fictive, 99000 Montfleury.",
            "Date de la déclaration : 2 octobre 2024."]  # fmt: skip
    labelled = values(running([*head, "Association : LES VÉLOS FICTIFS.", *tail]))
    bare = values(running([*head, "Déclaration à la préfecture de Montfleury", "LES VÉLOS FICTIFS", *tail]))
    assert labelled["company_name"] == bare["company_name"] == "LES VÉLOS FICTIFS"
    assert bare["activity"] == "promouvoir le vélo dans la ville"
    assert bare["registered_address"] == "3 rue Fictive, 99000 Montfleury"
    assert (bare["declaration_date"], bare["announcement_number"]) == ("2024-10-02", "160")


def test_the_box_of_a_word_cut_from_its_label_is_its_own_half() -> None:
    line = Line(1, (Word("numéro982", (0, 0, 90, 9), 1.0),))
    label = Line(1, tuple(words_at(-120, 0, "Immatriculation au RCS,")) + line.words)
    fields = register_extract.extract([*page([TITLE, COMPANY]), label], Source.TEXT_LAYER).fields
    assert fields["siren"].box is not None
    assert fields["siren"].box[0] == pytest.approx(60)


@pytest.mark.slow
def test_an_attestation_whose_first_page_is_a_picture_is_read_whole() -> None:
    company = {**next(companies(Kind.RNE_ATTESTATION, 12)), "style": "pictured"}
    reading = read(draw(Kind.RNE_ATTESTATION, company, media="pdf"))
    truth = printed(Kind.RNE_ATTESTATION, company)
    right = [name for name, value in truth.items() if name in reading.fields and reading.fields[name].value == value]
    assert reading.kind is Kind.RNE_ATTESTATION
    assert len(right) >= 0.97 * len(truth)
    assert {field.source for field in reading.fields.values() if field.page == 1} == {Source.OCR}
    assert {field.source for field in reading.fields.values() if field.page > 1} == {Source.TEXT_LAYER}


@pytest.mark.slow
def test_a_look_alike_is_no_extract_but_its_fields_are_shown() -> None:
    company = {**EXAMPLES[Kind.KBIS], "registry_address": ("Document Pappers.fr", "99000 MONTFLEURY")}
    reading = read(draw(Kind.KBIS, company, media="pdf"))
    assert reading.kind is Kind.UNKNOWN
    assert reading.fields["siren"].value == "999000003"
    assert "not_official" in {remark.code for remark in reading.authenticity}
