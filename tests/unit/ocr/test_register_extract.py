# SPDX-License-Identifier: Apache-2.0
"""Register extracts: two columns of words to fields."""

from collections.abc import Sequence

import pytest

from ocr import Field, Kind, Source, french, register_checks, register_extract, register_kinds
from ocr.layout import Line, Word, split_after
from ocr.register_values import Printed, interpreted
from tests.unit.ocr.extract_support import page, words_at

HEAD = [
    ("Greffe du Tribunal de Commerce de Lyon", "Code de vérification : aB3dE6gH9k"),
    ("N° de gestion 2021B04127", ""),
    ("Extrait Kbis", ""),
    ("à jour au 2 novembre 2026", ""),
    ("IDENTIFICATION DE LA PERSONNE MORALE", ""),
    ("Immatriculation au RCS, numéro", "999 000 003 R.C.S. Lyon"),
]
END = [("Le Greffier", ""), ("FIN DE L'EXTRAIT", ""), ("R.C.S. Lyon - 15/10/2026 - 09:12:44 page 1/1", "")]


def read(*rows: tuple[str, str]) -> dict[str, Field]:
    return register_extract.extract(page([*HEAD, *rows, *END]), Source.TEXT_LAYER).fields


def values(*rows: tuple[str, str]) -> dict[str, str]:
    return {name: field.value for name, field in read(*rows).items()}


def test_the_head_gives_code_number_date_and_court() -> None:
    found = values()
    assert found["verification_code"] == "aB3dE6gH9k"
    assert found["management_number"] == "2021B04127"
    assert found["issue_date"] == "2026-11-02"
    assert found["registry_office"] == "Lyon"
    assert (found["siren"], found["registry_city"]) == ("999000003", "Lyon")


def test_a_value_goes_on_in_its_column_and_ends_with_the_next_label() -> None:
    found = values(
        ("Activités principales", "Commerce de détail de vins,"),
        ("", "vente à distance"),
        ("Capital social", "1 000,50 Euros"),
    )
    assert found["activity"] == "Commerce de détail de vins, vente à distance"
    assert found["share_capital"] == "1000.50 EUR"


def test_signature_and_running_foot_are_no_part_of_a_value() -> None:
    assert values(("Mode d'exploitation", ""), ("Forme juridique", "Société civile"))["legal_form"] == "Société civile"


def test_a_second_register_number_is_the_host_s() -> None:
    found = values(
        ("Domiciliation en commun", ""),
        ("Nom ou dénomination du domiciliataire", "BUREAUX DU RHÔNE"),
        ("Immatriculation au RCS, numéro", "411 223 340 R.C.S. Lyon"),
    )
    assert found["siren"] == "999000003"
    assert found["host_siren"] == "411223340"
    assert found["host_name"] == "BUREAUX DU RHÔNE"


def test_end_of_duration_closing_and_registration_are_kept_apart() -> None:
    found = values(
        ("Date d'immatriculation", "03/07/2019"),
        ("Durée de la personne morale", "Jusqu'au 02/07/2118"),
        ("Date de clôture de l'exercice social", "31 décembre"),
        ("Date de clôture du 1er exercice social", "31/12/2020"),
    )
    assert found["registration_date"] == "2019-07-03"
    assert found["duration_until"] == "2118-07-02"
    assert found["closing_date"] == "31 décembre"
    assert found["first_closing_date"] == "2020-12-31"


def test_officers_are_numbered_people_and_companies_alike() -> None:
    found = values(
        ("GESTION, DIRECTION, ADMINISTRATION, CONTROLE, ASSOCIES OU MEMBRES", ""),
        ("Président", ""),
        ("Nom, prénoms", "LE GOFF-MARTIN Anne Zoé"),
        ("Nom d'usage", "DUPRÉ"),
        ("Date et lieu de naissance", "Le 28/02/1993 à Hô Chi Minh-Ville (VIET NAM)"),
        ("Nationalité", "Française"),
        ("Domicile personnel", "7 Place Sathonay"),
        ("", "69001 Lyon"),
        ("Commissaire aux comptes titulaire", ""),
        ("Dénomination", "AUDIT RHÔNE CONSEIL"),
        ("SIREN", "411 223 340"),
    )
    assert found["officers.1.role"] == "Président"
    assert (found["officers.1.surname"], found["officers.1.given_names"]) == ("LE GOFF-MARTIN", "Anne Zoé")
    assert (found["officers.1.birth_date"], found["officers.1.birth_place"]) == (
        "1993-02-28",
        "Hô Chi Minh-Ville (VIET NAM)",
    )
    assert found["officers.1.address"] == "7 Place Sathonay 69001 Lyon"
    assert (found["officers.2.company_name"], found["officers.2.siren"]) == ("AUDIT RHÔNE CONSEIL", "411223340")
    assert "officers.3.role" not in found


GESTION = ("GESTION, DIRECTION, ADMINISTRATION, CONTROLE, ASSOCIES OU MEMBRES", "")


def test_a_role_that_no_list_knows_is_one_where_a_name_follows() -> None:
    found = values(
        GESTION, ("Contrôleur des comptes annuels", ""), ("Nom, prénoms", "VALCOURT Jeanne"), ("Note en marge", "")
    )
    assert found["officers.1.role"] == "Contrôleur des comptes annuels"
    assert "officers.2.role" not in found


def test_running_heads_and_feet_of_later_pages_are_no_officers() -> None:
    foot = ("document de travail", "")
    blank = [("", "")] * 20
    first = page([*HEAD[:2], ("44 RUE DE BONNEL", ""), *HEAD[2:], GESTION, ("Gérant", ""), *blank, foot])
    second = page(
        [*HEAD[:2], ("44 RUE DE BONNEL", ""), ("Nom, prénoms", "VALCOURT Jeanne"), *([("", "")] * 26), foot], 2
    )
    fields = register_extract.extract([*first, *second], Source.TEXT_LAYER).fields
    officers = {name: field.value for name, field in fields.items() if name.startswith("officers")}
    assert officers == {
        "officers.1.role": "Gérant",
        "officers.1.surname": "VALCOURT",
        "officers.1.given_names": "Jeanne",
    }


def test_an_observation_has_number_date_text_and_what_it_is_about() -> None:
    found = values(
        ("OBSERVATIONS ET RENSEIGNEMENTS COMPLEMENTAIRES", ""),
        ("- Mention n° 2 du 11/03/2022", "Ouverture d'une procédure"),
        ("", "de sauvegarde"),
    )
    assert found["observations.1"] == "Ouverture d'une procédure de sauvegarde"
    assert (found["observations.1.number"], found["observations.1.date"]) == ("2", "2022-03-11")
    assert found["observations.1.category"] == "insolvency"


def test_a_label_read_with_slips_is_still_the_label() -> None:
    assert values(("Dénornination ou raison sociaIe", "ATELIER"))["company_name"] == "ATELIER"


def test_a_value_glued_to_its_label_is_cut_off() -> None:
    line = Line(1, (Word("numéro999", (0, 0, 90, 9), 1.0), Word("000", (95, 0, 120, 9), 1.0)))
    head, tail = split_after(line, len("numéro"))
    assert [word.text for word in head] == ["numéro"]
    assert [word.text for word in tail] == ["999", "000"]
    assert tail[0].box[0] == pytest.approx(60)


def test_an_unreadable_value_keeps_its_text_and_is_unsure() -> None:
    field = read(("Capital social", "variable"))["share_capital"]
    assert (field.value, field.confidence <= 0.3) == ("variable", True)


def test_the_letter_of_an_activity_code_that_ocr_took_for_a_digit_is_a_letter_again() -> None:
    words = words_at(300, 50, "68.208 - Location de terrains")
    fields = dict(interpreted(Printed("naf_code", words, words, 1), Source.OCR))
    assert (fields["naf_code"].value, fields["naf_code"].confidence <= 0.5) == ("68.20B", True)
    assert fields["naf_label"].value == "Location de terrains"
    as_printed = dict(interpreted(Printed("naf_code", words, words, 1), Source.TEXT_LAYER))
    assert (as_printed["naf_code"].value, as_printed["naf_code"].confidence <= 0.3) == (
        "68.208 - Location de terrains",
        True,
    )


def test_an_address_of_verification_that_lost_a_stroke_to_ocr_has_it_again() -> None:
    lines = page([*HEAD, ("https:/controle.infogreffe.fr/controle", ""), *END])
    found = {source: register_extract.extract(lines, source).fields["verification_page"] for source in Source}
    assert found[Source.OCR].value == "https://controle.infogreffe.fr/controle"
    assert found[Source.TEXT_LAYER].value == found[Source.OCR].raw == "https:/controle.infogreffe.fr/controle"


def test_a_sole_trader_s_extract_names_the_trader_as_officer() -> None:
    rows = [
        ("EXTRAIT D'IMMATRICULATION PRINCIPALE AU REGISTRE DU COMMERCE ET DES SOCIETES", ""),
        ("IDENTIFICATION DE LA PERSONNE PHYSIQUE", ""),
        ("Immatriculation au RCS, numéro", "999 000 003 R.C.S. Lyon"),
        ("Nom, prénoms", "VALCOURT Jeanne"),
    ]
    extract = register_extract.extract(page(rows), Source.OCR)
    assert extract.kind is Kind.EXTRAIT_K
    assert extract.fields["officers.1.surname"].value == "VALCOURT"
    assert extract.fields["siren"].value == "999000003"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("ATTESTATION D'IMMATRICULATION AU REGISTRE NATIONAL DES ENTREPRISES", Kind.RNE_ATTESTATION),
        ("SITUATION AU RÉPERTOIRE SIRENE", Kind.SIRENE_NOTICE),
        ("JOURNAL OFFICIEL DE LA RÉPUBLIQUE FRANÇAISE ASSOCIATIONS annonce n° 12", Kind.JOAFE),
        ("Facture n° 12", Kind.UNKNOWN),
    ],
)
def test_the_kind_follows_from_the_title(title: str, kind: Kind) -> None:
    assert register_kinds.kind_of(page([(title, "")])) is kind


def test_a_notice_of_the_sirene_directory_is_read_without_headings() -> None:
    rows = [("SITUATION AU RÉPERTOIRE SIRENE", ""), ("Identifiant SIREN", "999 000 003"), ("Dénomination", "ATELIER")]
    fields = register_extract.extract(page(rows), Source.TEXT_LAYER).fields
    assert (fields["siren"].value, fields["company_name"].value) == ("999000003", "ATELIER")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Le 12/04/1985", "1985-04-12"),
        ("1er août 2026", "2026-08-01"),
        ("14 DÉCEMBRE 2026", "2026-12-14"),
        ("04/1985", "1985-04"),
        ("31/02/2026", None),
        ("12 brumaire 2026", None),
        ("13/1985", None),
        ("-", None),
    ],
)
def test_dates_are_read_as_printed_in_france(text: str, date: str | None) -> None:
    assert french.iso_date(text) == date


@pytest.mark.parametrize(
    ("text", "amount"), [("25 000,00 Euros", "25000.00 EUR"), ("1 500", "1500.00"), ("néant", None)]
)
def test_amounts_are_read_as_printed_in_france(text: str, amount: str | None) -> None:
    assert french.amount(text) == amount


def codes(fields: dict[str, str], *, text: str = "", links: Sequence[str] = ()) -> set[str]:
    printed = {name: Field(value, value, 1.0, 1, None, Source.OCR) for name, value in fields.items()}
    extract = register_extract.Extract(Kind.KBIS, printed)
    return {remark.code for remark in register_checks.remarks(extract, text, links)}


CHECK = "https://controle.infogreffe.fr/controle?code=aB3dE6gH9k"


def test_a_consistent_extract_gives_no_remark() -> None:
    fields = {"siren": "999000003", "euid": "FR6901.999000003", "registry_city": "Lyon", "registry_office": "Lyon"}
    assert codes({**fields, "verification_code": "aB3dE6gH9k"}, links=[CHECK]) == set()


@pytest.mark.parametrize(
    ("fields", "links", "code"),
    [
        ({"siren": "999000004"}, [], "siren_invalid"),
        ({"siren": "999000003", "euid": "FR6901.411223340"}, [], "euid_differs"),
        ({"registry_city": "Lyon", "registry_office": "Nantes"}, [], "registry_differs"),
        ({"verification_code": "short"}, [], "code_malformed"),
        ({"verification_code": "aB3dE6gH9x"}, [CHECK], "qr_code_differs"),
        ({}, ["https://controle.infogreffe.fr.example.org/aB3dE6gH9k"], "qr_foreign_host"),
    ],
)
def test_an_inconsistency_is_remarked(fields: dict[str, str], links: list[str], code: str) -> None:
    assert code in codes(fields, links=links)


def test_an_extract_of_a_reseller_is_not_official() -> None:
    rows = [("Extrait Pappers du registre du commerce", ""), *HEAD[2:], ("Dénomination", "ATELIER")]
    look_alike = register_extract.extract(page(rows), Source.TEXT_LAYER)
    assert "not_official" in {remark.code for remark in register_checks.remarks(look_alike, "", [])}


def test_a_company_may_bear_the_name_of_a_reseller() -> None:
    rows = [*HEAD, ("Dénomination ou raison sociale", "PAPPERS.FR"), ("Enseigne", "INFONET.FR"), *END]
    assert register_extract.extract(page(rows), Source.TEXT_LAYER).imitator is None


def test_the_code_of_a_link_is_taken_only_from_the_registries_host() -> None:
    assert register_checks.code_in_link(CHECK) == "aB3dE6gH9k"
    assert register_checks.code_in_link("https://example.org/controle?code=aB3dE6gH9k") is None
    assert register_checks.code_in_link("https://controle.infogreffe.fr/") is None
