# SPDX-License-Identifier: Apache-2.0
"""Which entries of several lists are one designee: rather two than a wrong one."""

from typing import Any

import pytest

from screening import Entry, EntryType, Identifier, ListSource, PartialDate
from screening.cluster import clusters
from tests.unit.screening.lists_support import entry

BORN = (PartialDate(1976, 10, 20),)
OTHER = (PartialDate(1951, 3, 2),)


def _fr(*names: str, **fields: Any) -> Entry:
    return entry(1, *names, source=ListSource.FR, **fields)


def _eu(*names: str, number: int = 1, **fields: Any) -> Entry:
    return entry(number, *names, source=ListSource.EU, **fields)


def _one(*entries: Entry) -> bool:
    return len(set(clusters(entries))) == 1


def test_a_reference_between_lists_joins_spellings_of_one_name() -> None:
    assert _one(_fr("Igor Petrovich SPECIMOV", cross_refs=("EU:1",)), _eu("Igor Petrovitch ŠPECIMOV"))


@pytest.mark.parametrize("births", [((), ()), (BORN, OTHER), (BORN, ())])
def test_a_reference_to_a_namesake_joins_nobody(
    births: tuple[tuple[PartialDate, ...], tuple[PartialDate, ...]],
) -> None:
    mine, theirs = births
    first = _fr("Dmitri Gennadyevich SPECIMOV", birth_dates=mine, cross_refs=("EU:1",))
    assert not _one(first, _eu("Mikhail Vladimirovich SPECIMOV", birth_dates=theirs))


def test_a_reference_between_siblings_joins_nobody() -> None:
    first = _fr("Noor Barzan Ibrahim SPECIMEN", birth_dates=BORN, cross_refs=("EU:1",))
    assert not _one(first, _eu("Ali Barzan Ibrahim SPECIMEN", birth_dates=OTHER))


def test_a_reference_between_a_person_and_a_company_joins_nobody() -> None:
    first = _fr("Igor Petrovich SPECIMOV", cross_refs=("EU:1",))
    assert not _one(first, _eu("Igor Petrovich Specimov", type=EntryType.ORGANISATION))


def test_a_single_word_is_enough_for_a_name_of_one_word() -> None:
    assert _one(_fr("Specimenka", cross_refs=("EU:1",)), _eu("SPECIMENKA"))


def test_equal_names_are_joined_by_a_full_birth_date_only() -> None:
    first = _fr("Igor SPECIMOV", birth_dates=BORN)
    assert _one(first, _eu("SPECIMOV Igor", birth_dates=BORN))
    for vague in ((PartialDate(1976),), (PartialDate(1976, 10, 20, circa=True),), ()):
        assert not _one(first, _eu("SPECIMOV Igor", birth_dates=vague))


def test_equal_names_are_joined_by_a_long_number_only() -> None:
    long, short = Identifier("tax", "7751002460"), Identifier("tax", "77510")
    assert _one(_fr("Igor SPECIMOV", identifiers=(long,)), _eu("Igor SPECIMOV", identifiers=(long,)))
    assert not _one(_fr("Igor SPECIMOV", identifiers=(short,)), _eu("Igor SPECIMOV", identifiers=(short,)))
    assert not _one(_fr("Igor SPECIMOV", identifiers=(long,)), _eu("Oleg SPECIMOV", identifiers=(long,)))


def test_a_ship_keeps_its_number_under_another_name() -> None:
    number = (Identifier("imo", "9000001"),)
    first = _fr("FICTION STAR", type=EntryType.VESSEL, identifiers=number)
    assert _one(first, _eu("NOVEL MOON", type=EntryType.VESSEL, identifiers=number))
    assert not _one(first, _eu("Specimen Shipping", type=EntryType.ORGANISATION, identifiers=number))


def test_one_list_says_that_two_entries_are_two() -> None:
    assert not _one(_eu("Igor SPECIMOV", birth_dates=BORN), _eu("Igor SPECIMOV", number=2, birth_dates=BORN))
