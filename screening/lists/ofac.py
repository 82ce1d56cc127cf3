# SPDX-License-Identifier: Apache-2.0
"""What OFAC's XML and CSV files have in common: types, programmes without freeze, numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from screening.models import Category, Entry, EntryType, ListSource

ENTRY_TYPES: Final = {
    "individual": EntryType.PERSON,
    "entity": EntryType.ORGANISATION,
    "vessel": EntryType.VESSEL,
    "aircraft": EntryType.AIRCRAFT,
}
# Sectoral, correspondent-account and investment measures without a freeze. Both files look alike;
# these programmes make up almost all of the non-SDN list and next to nothing of the SDN list.
_NON_SDN_MARKS: Final = ("NS-", "UKRAINE-EO13662", "CMIC-", "CAPTA", "561", "FSE-", "MBS", "13599")
_KINDS: Final = (
    ("passport", "passport"),
    ("tax", "tax id"),
    ("tax", "v.a.t."),
    ("tax", "r.f.c."),
    ("tax", "nit #"),
    ("tax", "ruc #"),
    ("tax", "rif #"),
    ("imo", "vessel registration"),
    ("mmsi", "mmsi"),
    ("swift", "swift"),
    ("wallet", "digital currency"),
    ("aircraft", "aircraft tail"),
    ("aircraft", "serial number"),
    ("aircraft", "construction number"),
    ("lei", "legal entity number"),
    ("duns", "d-u-n-s"),
    ("registration", "registration"),
    ("registration", "registry"),
    ("registration", "register"),
    ("registration", "company number"),
    ("registration", "government gazette"),
    ("registration", "commerce"),
    ("registration", "c.r. no"),
    ("registration", "matricula"),
    ("registration", "folio"),
    ("registration", "license"),
    ("registration", "unified social credit"),
    ("registration", "business"),
    ("identity", "national id"),
    ("identity", "cedula"),
    ("identity", "c.u.r.p."),
    ("identity", "d.n.i."),
    ("identity", "identification number"),
    ("identity", "birth certificate"),
    ("identity", "ssn"),
    ("identity", "identity card"),
)


def identifier_kind(label: str) -> str | None:
    """Return the kind of number behind OFAC's label; None for remarks kept in the same place.

    "Gender", "Secondary sanctions risk:", "Website" are no identifiers.
    """
    folded = label.casefold()
    if "risk" in folded or "date" in folded or "type" in folded:
        return None
    return next((kind for kind, word in _KINDS if word in folded), None)


def source_of(entries: Sequence[Entry]) -> ListSource:
    """Return which of OFAC's two lists the entries are, told by most of their programmes."""
    marked = sum(any(programme.startswith(_NON_SDN_MARKS) for programme in entry.programmes) for entry in entries)
    return ListSource.OFAC_NONSDN if marked * 2 > len(entries) else ListSource.OFAC


def as_source(entry: Entry, source: ListSource) -> Entry:
    """Return the entry as part of the list: the non-SDN list freezes nothing."""
    if source is ListSource.OFAC:
        return entry
    ref = entry.ref.replace("OFAC:", "OFAC_NONSDN:", 1)
    return replace(entry, ref=ref, source=source, category=Category.RESTRICTION)
