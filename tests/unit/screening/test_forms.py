# SPDX-License-Identifier: Apache-2.0
"""A French identity stands for several names, each compared on its own."""

import pytest

from screening.forms import MAX_FORMS, expand
from screening.results import Query


def _forms(*names: str, kind: str = "person", **fields: object) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for form in expand(Query.from_json({"type": kind, "names": list(names), **fields})):
        found.setdefault(form.code, set()).add(" ".join(sorted(form.name.tokens)))
    return found


def test_the_name_as_written_is_always_a_form() -> None:
    assert _forms("Marie DUPONT") == {"as_written": {"dupont marie"}}


def test_several_given_names_give_the_first_one_alone() -> None:
    assert _forms("DUPONT Marie Anne Lise")["first_given"] == {"dupont marie"}


def test_in_capitals_only_either_end_may_be_the_family_name() -> None:
    assert _forms("DUPONT MARIE ANNE")["first_given"] == {"dupont marie", "anne dupont"}


@pytest.mark.parametrize("marker", ["née", "NEE", "née :", "(née)"])
def test_birth_name_behind_its_marker(marker: str) -> None:
    found = _forms(f"DUPONT Marie {marker} MARTIN")
    assert found["birth_name"] == {"marie martin"}
    assert found["without_other_name"] == {"dupont marie"}
    assert found["as_written"] == {"dupont marie martin"}


@pytest.mark.parametrize("marker", ["épouse", "ép.", "veuve", "divorcée"])
def test_usage_name_behind_its_marker(marker: str) -> None:
    assert "marie martin" in _forms(f"Marie Dupont {marker} MARTIN")["usage_name"]


def test_given_name_may_stand_behind_the_second_family_name() -> None:
    found = _forms("LE GOFF épouse MARTIN Anne")
    assert found["usage_name"] == {"anne martin"}
    assert "anne goff le" in found["without_other_name"]


def test_double_names_give_each_half() -> None:
    assert _forms("DUPONT-MARTIN Marie")["double_name_part"] == {"dupont marie", "marie martin"}


def test_commas_part_family_and_given_names() -> None:
    assert _forms("DUPONT, Marie Anne")["first_given"] == {"dupont marie"}
    assert _forms("DUPONT Marie, Anne, Lise")["first_given"] == {"dupont marie"}
    assert "dupont marie" in _forms("DUPONT MARIE, ANNE, LISE")["first_given"]


def test_declared_parts_of_the_civil_status_are_used() -> None:
    found = _forms("Marie DUPONT", birth_name="MARTIN", usage_name="DUPONT-LEROY", given_names="Marie, Anne")
    assert found["birth_name"] == {"anne marie martin"}
    assert found["birth_name_first_given"] == {"marie martin"}
    assert found["usage_name_part"] == {"leroy marie"}  # "dupont marie" is as written


def test_declared_birth_name_takes_the_given_name_of_the_written_name() -> None:
    assert _forms("Marie DUPONT", birth_name="MARTIN")["birth_name"] == {"marie martin"}


def test_a_birth_name_alone_is_compared_alone() -> None:
    assert _forms("dupont", birth_name="MARTIN")["birth_name"] == {"martin"}


def test_names_in_other_scripts_are_read_as_written_only() -> None:
    assert set(_forms("Игорук Фиктив Специмович")) == {"as_written"}


def test_all_given_spellings_are_kept_and_only_readings_are_limited() -> None:
    names = tuple(f"SPECIMEN{chr(97 + n)} Anne Marie" for n in range(26))
    found = expand(Query("1", "person", names))
    assert sum(form.code == "as_written" for form in found) == 26
    assert sum(form.code != "as_written" for form in found) == MAX_FORMS


def test_organisations_without_brackets_and_under_their_trade_name() -> None:
    found = _forms("Specimen (France) SARL enseigne LE FICTIF", kind="organisation")
    assert "fictif le" in found["trade_name"]
    assert found["without_brackets"] == {"enseigne fictif le specimen"}


def test_an_empty_name_has_no_form() -> None:
    assert expand(Query("1", "person", ("", "!!!"))) == ()
