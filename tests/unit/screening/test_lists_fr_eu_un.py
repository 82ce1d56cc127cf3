# SPDX-License-Identifier: Apache-2.0
"""The French, European and UN lists, on mini files with the traps of the real ones."""

from screening import Category, EntryType, ListSource, PartialDate
from tests.unit.screening.lists_support import fixture


def test_french_register_keeps_publication_date_to_the_second_of_paris_time() -> None:
    register = fixture("fr.json")
    assert register.source is ListSource.FR
    assert register.publication_id == "2026-05-31T07:26:40.8593026+02:00"
    assert register.published_at is not None
    assert register.published_at.isoformat() == "2026-05-31T07:26:40.859302+02:00"
    assert register.rejected == ()


def test_french_names_lose_stray_spaces_and_repeated_aliases() -> None:
    person = fixture("fr.json").entries[0]
    assert person.names[0].text == "Igoruk Fictif SPECIMOVICH"
    assert (person.names[0].given, person.names[0].family) == ("Igoruk Fictif", "SPECIMOVICH")
    texts = [name.text for name in person.names]
    assert texts.count("Igor Specimov") == 1
    assert "Igar Spetsimovich" in texts  # ";" separates aliases
    assert "Specimen J/V" in texts  # "/" does not


def test_french_alias_reliability_is_read_from_its_remark() -> None:
    names = {name.text: name for name in fixture("fr.json").entries[0].names}
    assert names["Abou Specimen"].quality == "low"
    assert names["Igoruk SPECIMOVIC"].quality == "good"
    assert names["Игорук СПЕЦИМОВИЧ"].script == "Cyrl"


def test_french_hijri_years_are_ignored_and_partial_dates_kept() -> None:
    assert fixture("fr.json").entries[0].birth_dates == (
        PartialDate(1976, 10, 20),
        PartialDate(1977, 6),
    )


def test_french_country_names_become_codes_and_unknown_ones_vanish() -> None:
    person, _, company, _ = fixture("fr.json").entries
    assert person.nationalities == ("KP",)
    assert person.countries == ("MM",)
    assert company.countries == ("RU",)


def test_french_passport_numbers_are_found_in_free_text() -> None:
    person = fixture("fr.json").entries[0]
    assert [(i.kind, i.value) for i in person.identifiers] == [("passport", "X123456")]


def test_french_identification_labels_tell_numbers_from_dates_and_remarks() -> None:
    company = fixture("fr.json").entries[2]
    assert [(i.kind, i.value) for i in company.identifiers] == [
        ("registration", "1023202741000"),
        ("tax", "3234043000"),
    ]


def test_french_legal_basis_tells_national_from_european_measures() -> None:
    programmes = fixture("fr.json").entries[0].programmes
    assert programmes[0].startswith("UE Specimen")
    assert programmes[1].startswith("Dispositif national")


def test_french_cross_references_are_repaired() -> None:
    assert fixture("fr.json").entries[0].cross_refs == ("EU:EU.7001.75", "UN:QDi.901")


def test_french_person_without_given_name_keeps_the_whole_name() -> None:
    person = fixture("fr.json").entries[1]
    assert person.names[0].text == "Specimen Amir Khayali"
    assert person.names[0].given is None


def test_french_ship_is_told_from_its_owner() -> None:
    ship = fixture("fr.json").entries[3]
    assert ship.type is EntryType.VESSEL
    texts = [name.text for name in ship.names]
    assert texts == ["FICTION STAR", "Specimen Maritime Company, Limited"]
    assert ship.identifiers[0].value == "9000001"


def test_eu_shows_a_latin_name_though_the_first_alias_is_not() -> None:
    person = fixture("eu.xml").entries[0]
    assert person.display_name == "Igoruk Fictif Specimovich"
    assert {name.script for name in person.names} == {"Latn", "Cyrl"}


def test_eu_alias_quality_is_free_text_with_typing_errors() -> None:
    names = {name.text: name for name in fixture("eu.xml").entries[0].names}
    assert names["Abu Specimen"].quality == "low"
    assert names["Igor Specimov"].quality == "good"
    assert names["Igoruk Avant"].kind == "former"


def test_eu_birth_dates_of_all_six_forms_are_read_and_hijri_years_are_not() -> None:
    assert fixture("eu.xml").entries[0].birth_dates == (
        PartialDate(1976, 10, 20),
        PartialDate(1982, 4, 19),
        PartialDate(1953, circa=True, year_to=1958),
        PartialDate(1977, circa=True),
        PartialDate(1978, 6),
    )


def test_eu_unknown_country_is_no_country() -> None:
    person = fixture("eu.xml").entries[0]
    assert person.nationalities == ("KP",)
    assert person.countries == ("MM",)


def test_eu_publication_is_file_id_and_generation_date() -> None:
    assert fixture("eu.xml").publication_id == "190001/2026-05-13T17:44:28.283+02:00"


def test_eu_entity_given_twice_is_one_with_both_acts() -> None:
    listed = fixture("eu.xml")
    trading = listed.entries[1]
    assert len(listed.entries) == 2
    assert listed.counts["merged"] == 1
    assert trading.programmes == ("TAQA", "UKR")
    assert len(trading.names) == 2


def test_un_new_elements_and_empty_stubs_do_no_harm() -> None:
    person = fixture("un.xml").entries[0]
    assert person.ref == "UN:QDi.901"  # the reference is trimmed
    assert person.nationalities == ("KP",)
    assert person.countries == ("VN",)


def test_un_joined_aliases_are_parted_and_birth_remarks_cut_off() -> None:
    names = {name.text: name for name in fixture("un.xml").entries[0].names}
    assert {"Igor Specimov", "Igar Spetsimovich", "Abu Specimen"} <= names.keys()
    assert names["Abu Specimen"].quality == "low"
    assert names["سبيسيمن خيالي"].script == "Arab"


def test_un_birth_dates_include_notes_spans_and_those_of_aliases() -> None:
    assert fixture("un.xml").entries[0].birth_dates == (
        PartialDate(1976, 10, 20),
        PartialDate(1973, 11),
        PartialDate(1966, year_to=1967),
        PartialDate(1966, circa=True),
        PartialDate(1979, 2, 5),
    )


def test_un_document_types_in_other_languages_and_numbers_in_sentences_are_read() -> None:
    found = [(i.kind, i.value, i.country) for i in fixture("un.xml").entries[0].identifiers]
    assert ("passport", "X 123456", None) in found
    assert ("identity", "911-10-77", "TD") in found


def test_un_record_without_reference_is_rejected_and_told() -> None:
    listed = fixture("un.xml")
    assert [record.reason for record in listed.rejected] == ["record without reference"]
    assert listed.entries[1].names[1].kind == "former"
    assert all(entry.category is Category.SANCTION for entry in listed.entries)
