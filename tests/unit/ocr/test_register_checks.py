# SPDX-License-Identifier: Apache-2.0
"""An extract is compared with itself: numbers, dates, court, codes; what differs is told and refuses nothing."""

from collections.abc import Sequence

import pytest

from ocr import Field, Kind, Remark, Source, register_checks
from ocr.register_extract import Extract

CHECK = "https://controle.infogreffe.fr/controle?code=aB3dE6gH9k"
SOUND = {
    "siren": "999000003",
    "euid": "FR6901.999000003",
    "registry_city": "Le Havre",
    "registry_office": "Havre",
    "registry_address": "44 RUE DE BONNEL 69433 LYON CEDEX 03",
    "management_number": "2021B04127",
    "verification_code": "aB3dE6gH9k",
    "registration_date": "2021-02-03",
    "issue_date": "2026-10-14",
    "printed_at": "2026-10-15T09:12:44",
    "duration_until": "2120-02-03",
    "observations.1.date": "2022-03-11",
    "officers.1.birth_date": "1985-04",
}


def remarks(
    fields: dict[str, str],
    *,
    kind: Kind = Kind.KBIS,
    text: str = "",
    links: Sequence[str] = (CHECK,),
    source: Source = Source.TEXT_LAYER,
    printed_code: str | None = None,
) -> dict[str, Remark]:
    printed = {name: Field(value, value, 1.0, 1, None, source) for name, value in fields.items()}
    code = None if printed_code is None else Field(printed_code, printed_code, 0.9, 1, None, Source.OCR)
    extract = Extract(kind, printed, code)
    return {remark.code: remark for remark in register_checks.remarks(extract, text, links)}


def test_a_sound_extract_gives_no_remark() -> None:
    assert remarks(SOUND) == {}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"siren": "999000004", "euid": "FR6901.999000004"}, "siren_invalid"),
        ({"officers.1.siren": "999000004"}, "siren_invalid"),
        ({"euid": "FR6901.411223340"}, "euid_differs"),
        ({"euid": "FR7501.999000003"}, "euid_office_differs"),
        ({"registry_office": "Nantes"}, "registry_differs"),
        ({"verification_code": "short"}, "code_malformed"),
        ({"verification_code": "aB3dE6gH9x"}, "qr_code_differs"),
        ({"management_number": "2021A04127"}, "management_number_differs"),
        ({"registration_date": "2026-10-20"}, "dates_disordered"),
        ({"printed_at": "2026-10-13T09:12:44"}, "dates_disordered"),
        ({"duration_until": "2020-01-01"}, "dates_disordered"),
        ({"struck_off_date": "2019-01-01"}, "dates_disordered"),
        ({"observations.1.date": "2027-01-01"}, "dates_disordered"),
        ({"officers.1.birth_date": "2027-01"}, "dates_disordered"),
        ({"siret": "99900000300019"}, "siret_invalid"),
        ({"siret": "55208131766522"}, "siret_differs"),
    ],
)
def test_what_does_not_agree_is_remarked(changed: dict[str, str], code: str) -> None:
    assert code in remarks({**SOUND, **changed})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TVA FR01999000003", "vat_key_wrong"),
        ("N° TVA FR83404833048", "vat_differs"),
        ("SIRET 999 000 003 00018", "unexpected_content"),
        ("IBAN FR76", "unexpected_content"),
    ],
)
def test_what_the_registries_never_print_is_remarked(text: str, code: str) -> None:
    assert code in remarks(SOUND, text=text)


def test_a_vat_number_with_the_right_key_is_no_other_company_s() -> None:
    own = {"siren": "404833048"}
    assert remarks(own, kind=Kind.RNE_ATTESTATION, text="TVA FR 83 404 833 048", links=()) == {}


def test_an_euid_is_no_vat_number() -> None:
    assert remarks(SOUND, text="EUID FR6901.999000003 FR6901999000003") == {}


@pytest.mark.parametrize(
    "link",
    [
        "https://controle.infogreffe.fr.example.org/aB3dE6gH9k",
        "https://infogreffe.fr/controle?code=aB3dE6gH9k",
        "https://controle.infogreffe.fr@example.org/aB3dE6gH9k",
        "https://example.org/?to=controle.infogreffe.fr/aB3dE6gH9k",
        "https://[controle.infogreffe.fr/aB3dE6gH9k",
    ],
)
def test_a_qr_code_must_lead_to_exactly_the_registries_host(link: str) -> None:
    assert "qr_foreign_host" in remarks(SOUND, links=[link])
    assert register_checks.code_in_link(link) is None


def test_a_code_read_by_ocr_may_differ_in_look_alikes_but_not_be_another() -> None:
    scanned = {**SOUND, "verification_code": "aB3dE6gH9k"}
    assert "qr_code_differs" not in remarks(scanned, printed_code="a83dE6gH9K")
    assert "qr_code_differs" in remarks({}, printed_code="Zx7TTq2Lm4")


def test_a_digital_extract_without_any_code_is_remarked_mildly() -> None:
    without = {name: value for name, value in SOUND.items() if name != "verification_code"}
    assert remarks(without, links=())["code_missing"].severity == "low"
    assert "code_missing" not in remarks(without, links=(), source=Source.OCR)


def test_a_number_read_by_ocr_is_doubted_less_gravely_than_a_printed_one() -> None:
    wrong = {**SOUND, "siren": "999000004", "euid": "FR6901.999000004"}
    assert remarks(wrong)["siren_invalid"].severity == "high"
    assert remarks(wrong, source=Source.OCR)["siren_invalid"].severity == "medium"


def test_a_sole_trader_s_number_has_another_letter() -> None:
    trader = {**SOUND, "management_number": "2021A04127"}
    assert "management_number_differs" not in remarks(trader, kind=Kind.EXTRAIT_K)
    assert "management_number_differs" in remarks(SOUND, kind=Kind.EXTRAIT_K)
