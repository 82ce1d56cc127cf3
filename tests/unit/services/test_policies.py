# SPDX-License-Identifier: Apache-2.0
"""Policies are dated files: the newest valid one is in force, and each is known by its hash."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from kyc.domain.errors import UnavailableError
from kyc.services.policies import SHIPPED, PolicyBook


def test_the_policy_of_the_day_is_chosen_by_date() -> None:
    book = PolicyBook()
    assert not book.on(date(2027, 7, 9)).requirements.owner_threshold_inclusive
    assert book.on(date(2027, 7, 10)).requirements.owner_threshold_inclusive


def test_before_the_first_policy_nothing_can_be_decided() -> None:
    with pytest.raises(UnavailableError, match="POLICY_MISSING"):
        PolicyBook().on(date(2026, 10, 31))


def test_a_reference_names_version_and_hash_of_every_policy() -> None:
    reference = PolicyBook().on(date(2026, 11, 22)).reference()
    assert set(reference) == {"requirements", "thresholds", "retention", "roles"}
    assert all(" sha256:" in each and len(each.rpartition(":")[2]) == 64 for each in reference.values())


def test_a_policy_with_a_field_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    for name in ("requirements", "thresholds", "retention", "roles"):
        (tmp_path / name).mkdir()
        for file in (SHIPPED / name).glob("*.toml"):
            text = file.read_text("utf-8")
            (tmp_path / name / file.name).write_text(f"surprise = 1\n{text}" if name == "retention" else text, "utf-8")
    with pytest.raises(ValidationError):
        PolicyBook(tmp_path)


def test_only_officers_roles_decide_and_only_senior_ones_second() -> None:
    roles = PolicyBook().on(date(2026, 11, 22)).roles.roles
    assert {role for role, may in roles.items() if "case:decide" in may} == {
        "compliance_officer",
        "senior_compliance_officer",
    }
    assert {role for role, may in roles.items() if "case:decide_second" in may} == {"senior_compliance_officer"}
    assert not {"case:read", "document:read"} & set(roles["administrator"])
    assert not {"lists:release"} & set(roles["administrator"])
