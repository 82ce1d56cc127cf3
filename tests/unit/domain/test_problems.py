# SPDX-License-Identifier: Apache-2.0
"""One problem of a document is told, in the order that makes one new file enough."""

import pytest

from kyc.domain.problems import first


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ([], None),
        (["document_name_mismatch", "document_dob_mismatch"], "document_name_mismatch"),
        (["document_name_mismatch", "document_missing_back", "document_not_readable"], "document_not_readable"),
        (["document_not_readable", "document_wrong_type", "document_expired"], "document_expired"),
        (["document_missing_back", "document_incomplete"], "document_incomplete"),
    ],
)
def test_what_a_new_photo_cannot_mend_comes_first_and_differences_last(codes: list[str], told: str | None) -> None:
    assert first(codes) == told
