# SPDX-License-Identifier: Apache-2.0
"""Layouts and check digits of Doc 9303 and of the French card of 1988."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr import mrz, zone_fit
from ocr.specimens import zones

# The example of Doc 9303-4, appendix B.
PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
CARD = zones.td1(
    code="ID", issuer="FRA", surname="VALCOURT", given="Éléonore", number="P5DKCNKWD", nationality="FRA",
    birth="1987-05-14", sex="F", expiry="2033-03-08",
)  # fmt: skip
CNI = zones.cni(
    surname="Le Goff-Valcourt", given=["Anne-Marie", "Zoé"], birth="1985-04-12", sex="F", issue="2012-09-18",
    department="753", serial="00123",
)  # fmt: skip


@pytest.mark.parametrize(("text", "digit"), [("520727", "3"), ("AB2134<<<", "5"), ("L898902C3", "6"), ("", "0")])
def test_check_digits_are_those_of_the_examples_in_doc_9303(text: str, digit: str) -> None:
    assert mrz.check_digit(text) == digit


@pytest.mark.parametrize(("lines", "name"), [(PASSPORT, "TD3"), (CARD, "TD1"), (CNI, "CNI")])
def test_a_true_zone_is_valid(lines: tuple[str, ...], name: str) -> None:
    zone = mrz.verify(lines)
    assert zone is not None
    assert (zone.format, zone.valid) == (name, True)
    assert all(zone.checks.values())


def test_a_french_card_is_no_td2_of_icao() -> None:
    assert mrz.format_of(CNI) == "CNI"
    assert CNI[0].startswith("IDFRALE<GOFF<VALCOURT<<")
    assert CNI[1][13:27] == "ANNE<MARIE<<ZO"


def test_a_passport_cut_to_36_characters_is_no_td2() -> None:
    assert mrz.format_of([line[:36] for line in PASSPORT]) is None


def test_a_number_over_nine_characters_goes_on_in_the_optional_field() -> None:
    number = "592153431478"
    digit = mrz.check_digit(number[:9] + "<" + number[9:])
    first = f"IDBEL{number[:9]}<{number[9:]}{digit}".ljust(30, "<")
    assert len(first) == 30
    second = "8512017F3007290BEL<<<<<<<<<<<"
    whole = second + mrz.check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    zone = mrz.verify((first, whole, "SPECIMEN<<ANNA".ljust(30, "<")))
    assert zone is not None
    assert zone.checks["document_number"]
    assert mrz.texts(zone)["document_number"] == number


@pytest.mark.parametrize("digit", ["0", "<"])
def test_an_empty_personal_number_has_a_zero_or_a_filler(digit: str) -> None:
    second = "33BF837895FRA8705149F3303089" + "<" * 14 + digit
    second += mrz.check_digit(second[:10] + second[13:20] + second[21:43])
    zone = mrz.verify(("P<FRAVALCOURT<<ELEONORE".ljust(44, "<"), second))
    assert zone is not None
    assert zone.valid


def test_a_country_that_nobody_knows_makes_a_zone_invalid() -> None:
    zone = mrz.verify(("P<132" + PASSPORT[0][5:], PASSPORT[1]))
    assert zone is not None
    assert not zone.checks["issuer_code"]
    assert not zone.valid


@given(place=st.integers(0, 8), other=st.sampled_from(string.ascii_uppercase + string.digits))
def test_a_wrong_character_in_a_number_is_never_repaired(place: int, other: str) -> None:
    values = mrz._VALUES
    second = PASSPORT[1]
    changed = second[:place] + other + second[place + 1 :]
    fitted = zone_fit.fit([PASSPORT[0], changed])
    assert fitted is not None
    assert fitted.zone.valid == ((values[other] - values[second[place]]) % 10 == 0)


def test_look_alikes_are_settled_only_where_they_cannot_stand() -> None:
    fitted = zone_fit.fit(["P<UTOERIK550N<<ANNA<MAR1A<<<<<<<<<<<<<<<<<<<", PASSPORT[1].replace("740812", "74O8I2")])
    assert fitted is not None
    assert fitted.zone.lines == PASSPORT


def test_lost_fillers_and_margins_are_fitted() -> None:
    fitted = zone_fit.fit(["I" + PASSPORT[0][:-5], PASSPORT[1].replace("B<<<<<10", "B<<<10")])
    assert fitted is not None
    assert fitted.zone.lines == PASSPORT


def test_what_is_read_into_the_fillers_after_a_name_is_cleared() -> None:
    fitted = zone_fit.fit([PASSPORT[0][:30] + "K" + PASSPORT[0][31:], PASSPORT[1]])
    assert fitted is not None
    assert fitted.zone.lines == PASSPORT


def test_a_line_of_full_length_is_not_shifted_until_its_digits_hold() -> None:
    # Shifted by one character, with Q for 0, all digits of the second line happen to hold.
    fitted = zone_fit.fit(["IDFRAA" + "<" * 30, "2091098708000QYCD<<<<<<<<<<0001018M4"])
    assert fitted is None or not fitted.zone.valid


@given(st.lists(st.text(max_size=60), max_size=5))
def test_no_text_makes_the_fitting_fail(lines: list[str]) -> None:
    zone_fit.fit(lines)


def test_names_part_at_the_double_filler() -> None:
    assert mrz.names("LE<GOFF<<ANNE<MARIE<<<<") == ("LE GOFF", "ANNE MARIE")


@pytest.mark.parametrize(
    ("name", "zone"), [("Maëlys-Gaëlle", "MAELYS<GAELLE"), ("D'Œuvre", "DOEUVRE"), ("Straße", "STRASSE")]
)
def test_names_are_transliterated_as_the_zone_prints_them(name: str, zone: str) -> None:
    assert zones.transliterated(name) == zone
