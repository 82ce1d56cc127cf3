# SPDX-License-Identifier: Apache-2.0
"""Which one problem of a document a merchant is told, where it has several."""

from collections.abc import Iterable

#: The order in which Mangopay gives its one reason: a new photo is no use where the document itself will not do, nor a
#: comparison of what cannot be read. What may be forged comes first there and is never told here.
_ORDER = (
    *("document_expired", "document_too_old", "document_not_accepted", "document_wrong_type"),
    *("document_not_readable", "document_greyscale"),
    *("document_incomplete", "document_missing_front", "document_missing_back"),
)


def first(codes: Iterable[str]) -> str | None:
    """The problem to tell, differences from what was declared last; None where there is none."""
    found = list(codes)
    return min(found, key=lambda code: _ORDER.index(code) if code in _ORDER else len(_ORDER), default=None)
