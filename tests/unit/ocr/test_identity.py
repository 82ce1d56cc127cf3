# SPDX-License-Identifier: Apache-2.0
"""Fields of identity documents and the validity of the French card."""

from dataclasses import replace

import pytest

from ocr import identity, mrz
from ocr.layout import Line, Word
from ocr.models import Field, Kind, Mrz, Source
from ocr.seals import seal_of
from ocr.specimens import zones


def zone_of(lines: tuple[str, ...]) -> Mrz:
    zone = mrz.verify(lines)
    assert zone is not None
    return zone


def fields_of(lines: tuple[str, ...], names: float = 0.9, others: float = 1.0) -> dict[str, Field]:
    def sureness(place: str) -> float:
        return names if "name" in place else others

    return identity.from_zone(zone_of(lines), sureness, 1, lambda _: (0.0, 0.0, 1.0, 1.0))


def passport(birth: str = "1987-05-14", expiry: str = "2033-03-08") -> tuple[str, ...]:
    return zones.td3(
        issuer="FRA", surname="VALCOURT", given="Éléonore Jeanne", number="33BF83789", nationality="FRA",
        birth=birth, sex="F", expiry=expiry,
    )  # fmt: skip


def card(code: str = "ID", issuer: str = "FRA", nationality: str = "FRA") -> tuple[str, ...]:
    return zones.td1(
        code=code, issuer=issuer, surname="VALCOURT", given="Éléonore", number="P5DKCNKWD",
        nationality=nationality, birth="1987-05-14", sex="F", expiry="2033-03-08",
    )  # fmt: skip


def cni(issue: str, birth: str) -> tuple[str, ...]:
    return zones.cni(
        surname="VALCOURT", given=["Jeanne"], birth=birth, sex="F", issue=issue, department="753", serial="00123"
    )


def test_a_passport_gives_its_fields_with_the_confidence_of_its_digits() -> None:
    fields = fields_of(passport(), names=0.7)
    assert {name: field.value for name, field in fields.items()} == {
        "surname": "VALCOURT",
        "given_names": "ELEONORE JEANNE",
        "document_number": "33BF83789",
        "issuing_country": "FRA",
        "nationality": "FRA",
        "sex": "F",
        "birth_date": "1987-05-14",
        "expiry_date": "2033-03-08",
    }
    assert fields["document_number"].confidence > 0.95
    assert fields["surname"].confidence == pytest.approx(0.7)


def test_what_a_check_digit_cannot_tell_apart_lowers_the_confidence() -> None:
    assert fields_of(passport(), others=0.6)["document_number"].confidence == pytest.approx(0.6)


def test_no_national_identifier_is_extracted() -> None:
    assert "personal_number" not in fields_of(passport())


def test_a_field_whose_digit_fails_is_never_sure() -> None:
    lines = passport()
    broken = (lines[0], lines[1][:9] + str((int(lines[1][9]) + 1) % 10) + lines[1][10:])
    assert fields_of(broken)["document_number"].confidence <= 0.4


@pytest.mark.parametrize(
    ("birth", "expiry"),
    [
        ("1930-01-02", "2031-05-05"),
        ("1955-01-02", "2033-01-01"),
        ("2019-01-02", "2027-01-01"),
        ("1999-12-31", "2030-01-01"),
    ],
)
def test_the_century_of_birth_follows_from_the_end_of_validity(birth: str, expiry: str) -> None:
    assert fields_of(passport(birth, expiry))["birth_date"].value == birth


def test_an_impossible_date_keeps_its_text_and_is_unsure() -> None:
    field = fields_of(passport(birth="1987-13-41"))["birth_date"]
    assert field.value == "871341"
    assert field.confidence <= 0.4


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (passport(), Kind.PASSPORT),
        (cni("2012-09-18", "1985-04-12"), Kind.CNI),
        (card(), Kind.CNIE),
        (card(code="IR"), Kind.RESIDENCE_PERMIT),
        (card(code="AR", issuer="D"), Kind.RESIDENCE_PERMIT),
        (card(issuer="ESP", nationality="ESP"), Kind.EU_IDENTITY_CARD),
        (card(issuer="USA", nationality="USA"), Kind.UNKNOWN),
    ],
)
def test_the_kind_follows_from_format_code_and_issuer(lines: tuple[str, ...], kind: Kind) -> None:
    assert identity.kind_of_zone(zone_of(lines)) == kind


@pytest.mark.parametrize(
    ("issue", "birth", "expiry", "rule"),
    [
        ("2012-09-18", "1985-04-12", "2027-09-01", "adult in the window of decree 2013-1188"),
        ("2004-01-05", "1980-01-01", "2019-01-01", "adult at its beginning"),
        ("2003-12-20", "1980-01-01", "2013-12-01", "adult before it"),
        ("2015-06-01", "1980-01-01", "2030-06-01", "adult after it, 15 years are printed"),
        ("2015-06-01", "2000-01-01", "2025-06-01", "minor"),
        ("2015-06-20", "1997-06-10", "2025-06-01", "of age in the month of issue: the shorter"),
        ("1999-02-01", "1970-01-01", "2009-02-01", "of the old century"),
    ],
)
def test_a_french_card_ends_at_the_earliest_day_the_law_allows(issue: str, birth: str, expiry: str, rule: str) -> None:
    field = fields_of(cni(issue, birth))["expiry_date"]
    assert field.value == expiry, rule
    assert field.confidence < 0.7


@pytest.mark.parametrize(
    ("issue", "printed", "expiry"),
    [("2012-09-18", "2022-09-17", "2027-09-17"), ("2015-06-01", "2030-05-31", "2030-05-31")],
)
def test_the_printed_expiry_is_extended_only_within_the_window(issue: str, printed: str, expiry: str) -> None:
    other = {"expiry_date": Field(printed, printed, 0.9, 1, None, Source.VISUAL_ZONE)}
    fields = identity.with_printed_expiry(identity.merged(fields_of(cni(issue, "1985-04-12")), other))
    assert fields["expiry_date"].value == expiry
    assert fields["expiry_date"].confidence > 0.9


@pytest.mark.parametrize("printed", ["2040-01-01", "2027-09", "2027-02-29"])
def test_a_printed_expiry_that_fits_no_rule_or_is_no_day_changes_nothing(printed: str) -> None:
    other = {"expiry_date": Field(printed, "", 0.9, 1, None, Source.VISUAL_ZONE)}
    fields = identity.with_printed_expiry(identity.merged(fields_of(cni("2012-09-18", "1985-04-12")), other))
    assert fields["expiry_date"].value == "2027-09-01"


def test_the_2d_code_gives_names_their_diacritics_back() -> None:
    code = "H" * 24 + "Éléonore;VALCOURT;14/05/1987;P5DKCNKWD;08/03/2033;FRA;CNI;F;Montfleury;1,70" + "S" * 48
    seal = seal_of(code.encode("latin-1"))
    assert seal is not None
    fields = identity.merged(fields_of(card()), seal.fields(1, None))
    assert fields["given_names"].value == "Éléonore"
    assert fields["given_names"].alternatives == ("ELEONORE",)
    assert fields["birth_place"].source is Source.BARCODE
    assert fields["surname"].alternatives == ()


def test_a_rival_reading_halves_the_confidence_of_what_differs() -> None:
    rival = zones.td3(
        issuer="FRA", surname="VALCOURF", given="Éléonore Jeanne", number="33BF83789", nationality="FRA",
        birth="1987-05-14", sex="F", expiry="2033-03-08",
    )  # fmt: skip
    fields = identity.with_rivals(fields_of(passport()), [zone_of(rival)])
    assert fields["surname"].alternatives == ("VALCOURF",)
    assert fields["surname"].confidence <= 0.5
    assert fields["given_names"].alternatives == ()


def line(text: str) -> Line:
    words = [Word(word, (i * 10.0, 0.0, i * 10.0 + 9, 10.0), 0.9) for i, word in enumerate(text.split())]
    return Line(1, tuple(words))


def test_sentences_of_the_back_of_a_card_are_read() -> None:
    fields = identity.from_print(
        [line("Cette carte est valable jusqu'au : 17.09.2022"), line("délivrée le : 18.09.2012")]
    )
    assert (fields["expiry_date"].value, fields["issue_date"].value) == ("2022-09-17", "2012-09-18")


def test_a_value_stands_beside_its_label_or_under_it() -> None:
    fields = identity.from_print([line("Nom : VALCOURT"), line("Prénoms / Given names"), line("Éléonore Jeanne")])
    assert (fields["surname"].value, fields["given_names"].value) == ("VALCOURT", "Éléonore Jeanne")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("CARTE NATIONALE D'IDENTITÉ / IDENTITY CARD", Kind.CNIE),
        ("CARTE NATIONALE D'IDENTITÉ N° 120975300123", Kind.CNI),
        ("PASSEPORT / PASSPORT", Kind.PASSPORT),
        ("TITRE DE SÉJOUR", Kind.RESIDENCE_PERMIT),
        ("CARTE DE FIDÉLITÉ", Kind.UNKNOWN),
    ],
)
def test_a_front_without_a_zone_is_known_by_its_title(title: str, kind: Kind) -> None:
    assert identity.kind_of_print([line(title)]) is kind


def test_a_zone_is_sure_where_each_of_its_own_digits_holds() -> None:
    zone = mrz.verify(card())
    assert zone is not None
    assert identity.is_sure_of(zone)
    doubtful = replace(zone, valid=False, checks={**zone.checks, mrz.SECOND_OPINION: False})
    assert identity.is_sure_of(doubtful)
    assert not identity.is_sure_of(replace(zone, checks={**zone.checks, "birth_date": False}))
