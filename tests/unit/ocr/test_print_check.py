# SPDX-License-Identifier: Apache-2.0
"""Print contradicts a zone only by what can be nothing else; what is missing or misread says nothing."""

from dataclasses import replace

import pytest

from ocr import Field, Source
from ocr.authenticity import of_print
from ocr.layout import Line, Word
from ocr.print_check import contradicted

ZONE = {
    name: Field(value, value, 0.9, 1, None, Source.MRZ)
    for name, value in {
        "surname": "VALCOURT",
        "given_names": "ELEONORE MARIE",
        "document_number": "XR4TBPF51",
        "birth_date": "1987-05-14",
        "expiry_date": "2033-03-08",
    }.items()
}


def lines(*texts: str, sure: float = 0.95) -> list[Line]:
    return [Line(1, tuple(Word(word, (0, 0, 9, 9), sure) for word in text.split())) for text in texts]


def named(name: str, value: str, sure: float = 0.95) -> dict[str, Field]:
    return {name: Field(value, value, sure, 1, None, Source.VISUAL_ZONE)}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "14.05.1987 08.03.2033",
            "14 05 1987",
            "08/03/2033 issued 09/03/2023",
            "nothing at all",
            "14.05.1887 14.05.1987",
        ),
        *("XR4TBPF51", "XR4T8PFS1", "No XR4TBPF51 of 2023", "XR4 TBPF51", "Something ELSE12345"),
        *("31.02.1980", "P<UTOVALCOURT<<ELEONORE 14.05.1986", "1234567890 14.05.19867"),
    ],
)
def test_print_that_agrees_misses_or_is_misread_contradicts_nothing(text: str) -> None:
    assert contradicted(ZONE, {}, lines(text)) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15.05.1987 08.03.2033", ("birth_date",)),
        ("14 05 1978", ("birth_date",)),
        ("XR4TBPF77", ("document_number",)),
        ("XR7TBPF51 14/05/1977", ("birth_date", "document_number")),
    ],
)
def test_another_birth_or_number_contradicts(text: str, expected: tuple[str, ...]) -> None:
    assert contradicted(ZONE, {}, lines(text)) == expected
    assert contradicted(ZONE, {}, lines(text, sure=0.5)) == ()


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (named("surname", "Valcourt"), ()),
        (named("surname", "VALC0URT"), ()),
        (named("given_names", "Éléonore, Marie, Jeanne"), ()),
        (named("given_names", "Éléonore"), ()),
        (named("surname", "DUPONT"), ("surname",)),
        (named("surname", "DUPONT", 0.5), ()),
        (named("given_names", "Jean Paul"), ("given_names",)),
    ],
)
def test_a_name_under_its_label_contradicts_when_it_is_another(
    printed: dict[str, Field], expected: tuple[str, ...]
) -> None:
    assert contradicted(ZONE, printed, []) == expected


def test_a_name_from_a_code_is_not_print() -> None:
    printed = {"surname": replace(named("surname", "DUPONT")["surname"], source=Source.BARCODE)}
    assert contradicted(ZONE, printed, []) == ()


def test_without_whole_dates_in_the_zone_nothing_is_said() -> None:
    unknown = {**ZONE, "birth_date": replace(ZONE["birth_date"], value="1987")}
    assert contradicted(unknown, {}, lines("15.05.1977")) == ()
    assert contradicted({}, {}, lines("15.05.1977 XR4TBPF77")) == ()


def test_the_officer_reads_which_fields() -> None:
    assert list(of_print(())) == []
    (remark,) = of_print(("birth_date", "surname"))
    assert (remark.code, remark.severity) == ("print_differs", "medium")
    assert remark.text == "The print says something else than the zone: birth_date, surname."
