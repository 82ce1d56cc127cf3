# SPDX-License-Identifier: Apache-2.0
"""The European and UN lists: each trap of their data, on fictional records in the official shapes."""

from pathlib import Path

import pytest

from screening import Entry, ListFile, PartialDate
from tests.unit.screening.lists_support import named, parsed

EU_HEAD = (
    '<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-01-01T10:00:00+01:00" globalFileId="9">'
)
PERSON = '<subjectType code="person"/>'
NAME = '<nameAlias wholeName="Igor Specimov" nameLanguage="" strong="true"/>'


def _eu(folder: Path, body: str, *, name: str = NAME, code: str = "person") -> Entry:
    return _eu_list(
        folder,
        f'<sanctionEntity euReferenceNumber="EU.1.1" logicalId="7"><subjectType code="{code}"/>{name}{body}'
        "</sanctionEntity>",
    ).entries[0]


def _eu_list(folder: Path, entities: str) -> ListFile:
    return parsed(folder, f'<?xml version="1.0" encoding="UTF-8"?>{EU_HEAD}{entities}</export>')


def _alias(text: str, remark: str = "", language: str = "") -> str:
    return (
        f'<nameAlias wholeName="{text}" nameLanguage="{language}" strong="true"><remark>{remark}</remark></nameAlias>'
    )


@pytest.mark.parametrize(
    ("remark", "quality"),
    [
        ("low quality alias", "low"),
        ("Low quality a.k.a.", "low"),
        ("lo quality alias", "low"),
        ("god quality alias", "good"),
        ("qood quality alias", "good"),
        ("combat name, good quality alias", "good"),
        ("", "unknown"),
    ],
)
def test_eu_strong_says_nothing_and_quality_is_a_remark_with_typing_errors(
    tmp_path: Path, remark: str, quality: str
) -> None:
    assert named(_eu(tmp_path, _alias("Abu Specimen", remark)))["Abu Specimen"].quality == quality


def test_eu_shown_name_is_latin_and_english_french_or_without_language(tmp_path: Path) -> None:
    names = _alias("Игорук СПЕЦИМОВ", language="RU") + _alias("Igoruks SPECIMOVS", language="LV")
    found = _eu(tmp_path, "", name=names + _alias("Igoruk SPECIMOV", language="EN"))
    assert found.display_name == "Igoruk SPECIMOV"
    assert found.names[0].kind == "primary"


def test_eu_name_repeated_in_many_languages_is_kept_once(tmp_path: Path) -> None:
    names = "".join(_alias("Specimen Trading", language=code) for code in ("SV", "CS", "HU", "EN"))
    assert len(_eu(tmp_path, "", name=names, code="enterprise").names) == 1


def test_eu_whole_name_counts_and_its_parts_stand_in_where_it_is_missing(tmp_path: Path) -> None:
    parts = '<nameAlias firstName="Igor" middleName="F" lastName="Specimov" wholeName=""/>'
    assert _eu(tmp_path, "", name=parts).display_name == "Igor F Specimov"


@pytest.mark.parametrize(
    ("attributes", "date"),
    [
        ('birthdate="1976-10-20" year="1976" monthOfYear="10" dayOfMonth="20"', PartialDate(1976, 10, 20)),
        ('year="1976" monthOfYear="10" dayOfMonth="20"', PartialDate(1976, 10, 20)),
        ('year="1977" monthOfYear="6"', PartialDate(1977, 6)),
        ('year="1978"', PartialDate(1978)),
        ('yearRangeFrom="1953" yearRangeTo="1958"', PartialDate(1953, year_to=1958)),
        ('circa="true" year="1977"', PartialDate(1977, circa=True)),
        ('calendarType="ISLAMIC" birthdate="1982-04-19" year="1402" monthOfYear="6"', PartialDate(1982, 4, 19)),
        ('calendarType="ISLAMIC" year="1402"', None),
        ('city="Villefictive"', None),
        ('year="²"', None),
        ('birthdate="1976-02-31"', PartialDate(1976, 2)),
    ],
)
def test_eu_birth_dates_of_every_form(tmp_path: Path, attributes: str, date: PartialDate | None) -> None:
    assert _eu(tmp_path, f"<birthdate {attributes}/>").birth_dates == ((date,) if date else ())


def test_eu_country_00_and_dissolved_states_are_no_country(tmp_path: Path) -> None:
    body = "".join(
        f'<citizenship countryIso2Code="{code}" countryDescription="{text}"/>'
        for code, text in (("00", "UNKNOWN"), ("CS", "SERBIA AND MONTENEGRO"), ("KP", "KOREA, DPR"))
    )
    assert _eu(tmp_path, body).nationalities == ("KP",)


def test_eu_key_is_the_reference_and_the_database_number_only_where_there_is_none(tmp_path: Path) -> None:
    entities = (
        f'<sanctionEntity logicalId="13" euReferenceNumber="EU.1.1">{PERSON}{NAME}</sanctionEntity>'
        f'<sanctionEntity logicalId="14" euReferenceNumber="">{PERSON}{NAME}</sanctionEntity>'
        f"<sanctionEntity>{PERSON}{NAME}</sanctionEntity>"
    )
    listed = _eu_list(tmp_path, entities)
    assert [entry.ref for entry in listed.entries] == ["EU:EU.1.1", "EU:14"]
    assert [record.reason for record in listed.rejected] == ["record without reference"]


def test_eu_un_reference_is_a_cross_reference(tmp_path: Path) -> None:
    entity = f'<sanctionEntity euReferenceNumber="EU.1.1" unitedNationId="QDi.901">{PERSON}{NAME}</sanctionEntity>'
    assert _eu_list(tmp_path, entity).entries[0].cross_refs == ("UN:QDi.901",)


def test_eu_ship_is_an_enterprise_with_a_number(tmp_path: Path) -> None:
    body = '<identification identificationTypeCode="imo" number="9000001"/>'
    found = _eu(tmp_path, body, code="enterprise")
    assert [(item.kind, item.value) for item in found.identifiers] == [("imo", "9000001")]


def _un_list(folder: Path, individuals: str) -> ListFile:
    return parsed(
        folder,
        '<CONSOLIDATED_LIST dateGenerated="2026-08-01T23:00:03.110Z"><INDIVIDUALS>'
        f"{individuals}</INDIVIDUALS></CONSOLIDATED_LIST>",
    )


def _un(folder: Path, body: str) -> Entry:
    key = "<REFERENCE_NUMBER> QDi.901 </REFERENCE_NUMBER><FIRST_NAME>IGOR</FIRST_NAME>"
    return _un_list(folder, f"<INDIVIDUAL>{key}{body}</INDIVIDUAL>").entries[0]


@pytest.mark.parametrize(
    ("body", "date"),
    [
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1976-10-20</DATE>", PartialDate(1976, 10, 20)),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1976</YEAR>", PartialDate(1976)),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Nov. 1973 </NOTE>", PartialDate(1973, 11)),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1958</YEAR><NOTE>Sep.</NOTE>", PartialDate(1958, 9)),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1966</YEAR>", PartialDate(1966, circa=True)),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><DATE>1966-01-01</DATE>", PartialDate(1966, 1, 1, circa=True)),
        (
            (
                "<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1966</FROM_YEAR><TO_YEAR>1967</TO_YEAR>"
                "<NOTE>Approximately </NOTE>"
            ),
            PartialDate(1966, circa=True, year_to=1967),
        ),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>24/06/1402 (Hijri Calendar)</NOTE>", None),
        ("<TYPE_OF_DATE/>", None),
        ("<NOTE>30-35 years old</NOTE>", None),
    ],
)
def test_un_birth_dates_of_every_form(tmp_path: Path, body: str, date: PartialDate | None) -> None:
    found = _un(tmp_path, f"<INDIVIDUAL_DATE_OF_BIRTH>{body}</INDIVIDUAL_DATE_OF_BIRTH><DATE_OF_BIRTH/>")
    assert found.birth_dates == ((date,) if date else ())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Azim Specim; Azim Agha-Specim", {"Azim Specim", "Azim Agha-Specim"}),
        ("Safia Specim, born 1 Jan. 1953 (Oman passport no.03825000)", {"Safia Specim"}),
        ("Abu\n   Specimen", {"Abu Specimen"}),
        ("Abou Specimen (سبيسيمن)", {"Abou Specimen", "سبيسيمن"}),
        ("سبيسيمن خيالي (Abu Specim al-Khayali; Abu Specim)", {"سبيسيمن خيالي", "Abu Specim al-Khayali", "Abu Specim"}),
        ("Amir Specim (original script: Амир Специм)", {"Amir Specim", "Амир Специм"}),
        ("Igor Alter (previously listed as)", {"Igor Alter"}),
    ],
)
def test_un_aliases_joined_or_with_birth_remarks_and_other_scripts_are_parted(
    tmp_path: Path, text: str, names: set[str]
) -> None:
    alias = f"<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>{text}</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    found = named(_un(tmp_path, alias))
    assert found.keys() == {"IGOR"} | names
    assert all(found[name].quality == "low" for name in names)


def test_un_empty_alias_stubs_are_nothing(tmp_path: Path) -> None:
    stub = "<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS><INDIVIDUAL_DOCUMENT/>"
    found = _un(tmp_path, stub)
    assert (len(found.names), found.identifiers) == (1, ())


def test_un_new_elements_are_read_over(tmp_path: Path) -> None:
    assert _un(tmp_path, "<HAS_INTERPOL_LINK>1</HAS_INTERPOL_LINK><NEW><DEEP/></NEW>").ref == "UN:QDi.901"


def test_un_generation_date_is_no_change_of_content(tmp_path: Path) -> None:
    key = "<INDIVIDUAL><REFERENCE_NUMBER>QDi.901</REFERENCE_NUMBER><FIRST_NAME>IGOR</FIRST_NAME></INDIVIDUAL>"
    today = _un_list(tmp_path, key)
    raw = (tmp_path / "list").read_text().replace("2026-08-01", "2026-08-02")
    tomorrow = parsed(tmp_path, raw)
    assert today.content_sha256 == tomorrow.content_sha256
    assert today.publication_id != tomorrow.publication_id


@pytest.mark.parametrize(
    ("label", "number", "read"),
    [
        ("Número de pasaporte ", "Libyan passport No. 513000 ", ("passport", "513000")),
        ("Passeport", "Libya B/002000", ("passport", "B/002000")),
        ("Passport", "PS 472330000 ", ("passport", "PS 472330000")),
        (
            "National Identification\n Number",
            "Fictional armed forces (FACA)\nnumber 911-10-70",
            ("identity", "911-10-70"),
        ),
        ("Passport", "381110000 (Expired 25 Jan. 2016)", ("passport", "381110000")),
    ],
)
def test_un_document_types_and_numbers_come_in_other_languages_and_in_sentences(
    tmp_path: Path, label: str, number: str, read: tuple[str, str]
) -> None:
    body = f"<TYPE_OF_DOCUMENT>{label}</TYPE_OF_DOCUMENT><NUMBER>{number}</NUMBER>"
    found = _un(tmp_path, f"<INDIVIDUAL_DOCUMENT>{body}</INDIVIDUAL_DOCUMENT>")
    assert [(item.kind, item.value) for item in found.identifiers] == [read]
