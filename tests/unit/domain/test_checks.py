# SPDX-License-Identifier: Apache-2.0
"""Declared data against documents: what becomes a finding, and how grave it is."""

from dataclasses import replace
from datetime import date

import pytest

from kyc.domain.checks import (
    ReadDocument,
    ReadField,
    check_identity_document,
    check_officers,
    check_registry_extract,
    legal_expiry,
)
from kyc.domain.names import given_names_agree, legal_form, same_company_name, same_surname
from kyc.domain.party import Person
from kyc.services.policies import PolicyBook
from tests.house import COMPANY, person

TODAY = date(2026, 11, 22)
POLICY = PolicyBook().on(TODAY).requirements


def read(kind: str, values: dict[str, str], *, mrz: bool | None = None) -> ReadDocument:
    """A document on which these values stand, read with confidence; empty ones do not stand there."""
    return ReadDocument(kind, {name: ReadField(value, 0.95) for name, value in values.items() if value}, mrz)


def extract(**changes: str) -> ReadDocument:
    """The extract of the company of the tests, changed here and there."""
    values = {
        "siren": COMPANY.siren,
        "company_name": "LIBRAIRIE EXEMPLE",
        "legal_form": "Société par actions simplifiée",
        "registered_address": "1 RUE DU SPECIMEN 75001 PARIS",
        "issue_date": "2026-11-02",
        **changes,
    }
    return read("kbis", values)


def identity(*, mrz: bool | None = True, kind: str = "passport", **changes: str) -> ReadDocument:
    """The passport of the person of the tests, changed here and there."""
    values = {
        "surname": "EXEMPLE",
        "given_names": "JEANNE",
        "birth_date": "1980-01-15",
        "expiry_date": "2031-05-01",
        **changes,
    }
    return read(kind, values, mrz=mrz)


def codes_of_extract(document: ReadDocument) -> dict[str, str]:
    """Finding codes with their severity."""
    return {each.code: each.severity for each in check_registry_extract(document, COMPANY, TODAY, POLICY)}


def codes_of_identity(
    document: ReadDocument, someone: Person | None = None, *, representative: bool = True
) -> dict[str, str]:
    """Finding codes with their severity."""
    found = check_identity_document(document, someone or person(), TODAY, POLICY, representative=representative)
    return {each.code: each.severity for each in found}


def test_an_extract_that_agrees_gives_no_finding() -> None:
    assert codes_of_extract(extract()) == {}


@pytest.mark.parametrize(("changes", "code", "severity"), [
    ({"siren": "732829320"}, "company_number_differs", "high"),
    ({"company_name": "LIBRAIRIE AUTRE"}, "company_name_differs", "medium"),
    ({"legal_form": "Société anonyme"}, "legal_form_differs", "low"),
    ({"registered_address": "9 RUE AUTRE 69001 LYON"}, "registered_address_differs", "low"),
    ({"issue_date": "2026-08-22"}, "extract_too_old", "high"),
    ({"issue_date": "2026-11-23"}, "issue_date_in_future", "high"),
    ({"issue_date": ""}, "issue_date_not_read", "medium"),
    ({"siren": ""}, "siren_not_read", "medium"),
    ({"observations.0": "Jugement prononçant la liquidation judiciaire"}, "registry_observation", "high"),
    ({"domiciliation": "BUREAUX PARTAGES"}, "domiciled_address", "info"),
])  # fmt: skip
def test_a_difference_on_an_extract_is_a_finding(changes: dict[str, str], code: str, severity: str) -> None:
    assert codes_of_extract(extract(**changes)) == {code: severity}


def test_a_document_of_another_kind_is_said_to_be_the_wrong_one_and_nothing_else() -> None:
    assert codes_of_extract(read("passport", {})) == {"wrong_document_type": "high"}
    assert codes_of_identity(read("kbis", {})) == {"wrong_document_type": "high"}


def test_a_value_read_with_little_confidence_is_uncertain_and_not_different() -> None:
    document = extract()
    fields = {**document.fields, "company_name": ReadField("LIBRA1RIE", 0.3)}
    assert codes_of_extract(replace(document, fields=fields)) == {"company_name_uncertain": "medium"}


def test_an_identity_document_that_agrees_gives_no_finding() -> None:
    assert codes_of_identity(identity()) == {}


@pytest.mark.parametrize(("document", "code", "severity"), [
    (identity(mrz=False), "mrz_check_digit_wrong", "high"),
    (identity(mrz=None), "mrz_not_read", "medium"),
    (identity(surname="AUTREMENT"), "surname_differs", "high"),
    (identity(given_names="PAULE"), "given_names_differs", "medium"),
    (identity(birth_date="1981-01-15"), "birth_date_differs", "high"),
    (identity(expiry_date="2026-11-21"), "document_expired", "high"),
    (identity(expiry_date=""), "expiry_date_not_read", "medium"),
])  # fmt: skip
def test_a_difference_on_an_identity_document_is_a_finding(document: ReadDocument, code: str, severity: str) -> None:
    assert codes_of_identity(document)[code] == severity


def test_a_document_is_valid_on_its_last_day() -> None:
    assert codes_of_identity(identity(expiry_date="2026-11-22")) == {}


def test_the_usage_name_alone_is_a_small_matter() -> None:
    married = person(usage_name="Martin-Specimen")
    assert codes_of_identity(identity(surname="MARTIN SPECIMEN"), married) == {"usage_name_only": "low"}


def test_a_minor_may_own_but_not_represent() -> None:
    young = person(birth_date=date(2010, 1, 15))
    document = identity(birth_date="2010-01-15")
    assert codes_of_identity(document, young) == {"minor_representative": "high"}
    assert codes_of_identity(document, young, representative=False) == {}


@pytest.mark.parametrize(("issued", "born", "printed", "valid_until"), [
    ("2012-05-10", "1980-01-15", "2022-05-09", date(2027, 5, 9)),
    ("2012-05-10", "1996-01-15", "2022-05-09", date(2022, 5, 9)),
    ("2003-05-10", "1980-01-15", "2013-05-09", date(2013, 5, 9)),
    ("2014-01-01", "1980-01-15", "2028-12-31", date(2028, 12, 31)),
    ("2004-01-02", "1986-01-02", "2014-01-01", date(2019, 1, 1)),
])  # fmt: skip
def test_old_french_cards_of_adults_live_five_years_longer(
    issued: str, born: str, printed: str, valid_until: date
) -> None:
    card = read("cni", {"issue_date": issued, "birth_date": born, "expiry_date": printed})
    assert legal_expiry(card) == valid_until
    assert legal_expiry(replace(card, kind="passport")) == date.fromisoformat(printed)


def test_a_representative_whom_the_extract_does_not_name_has_no_proven_power() -> None:
    named = extract(**{"officers.0.surname": "EXEMPLE", "officers.0.given_names": "Jeanne Marie"})
    assert check_officers(named, (person(),)) == ()
    assert [each.code for each in check_officers(named, (person("Paul", "Autre"),))] == [
        "representative_not_on_extract"
    ]
    assert [each.code for each in check_officers(extract(), (person(),))] == ["officers_not_read"]


@pytest.mark.parametrize(("declared", "printed", "same"), [
    ("Dupont S.A.S.", "SOCIETE PAR ACTIONS SIMPLIFIEE DUPONT", True),
    ("Dupont SAS", "SOCIETE PAR ACTIONS SIMPLIFIEE DUPONT", True),
    ("Établissements Martin", "ETABLISSEMENTS MARTIN", True),
    ("SAS L'Exemple", "L EXEMPLE", True),
    ("Dupont", "DUPOND", False),
])  # fmt: skip
def test_company_names_agree_up_to_conventions(declared: str, printed: str, same: bool) -> None:  # noqa: FBT001
    assert same_company_name(declared, printed) is same


@pytest.mark.parametrize(("declared", "printed", "same"), [
    ("Lefèvre", "LEFEVRE", True),
    ("D'Artagnan", "DARTAGNAN", True),
    ("Martin-Durand", "MARTIN DURAND", True),
    ("Martin", "MARTINET", False),
    ("Wolfeschlegelsteinhausenberger", "WOLFESCHLEGELSTEINHAUSENB", True),
    ("", "MARTIN", False),
])  # fmt: skip
def test_surnames_agree_up_to_conventions_and_truncation(declared: str, printed: str, same: bool) -> None:  # noqa: FBT001
    assert same_surname(declared, printed) is same


@pytest.mark.parametrize(("declared", "printed", "same"), [
    ("Jeanne", "JEANNE MARIE", True),
    ("Jean-Pierre Paul", "JEAN PIERRE", True),
    ("Jeanne Marie", "MARIE JEANNE", False),
    ("", "JEANNE", False),
])  # fmt: skip
def test_given_names_agree_when_one_list_starts_the_other(declared: str, printed: str, same: bool) -> None:  # noqa: FBT001
    assert given_names_agree(declared, printed) is same


def test_long_and_short_legal_forms_are_one() -> None:
    assert legal_form("Société à responsabilité limitée") == legal_form("SARL") == "SARL"
    assert legal_form("S.A.S.") == "SAS"
