# SPDX-License-Identifier: Apache-2.0
"""What OFAC's XML and CSV files have in common: types, programmes without freeze, numbers."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from screening.lists.build import Collector
from screening.models import Category, EntryType, ListSource

ENTRY_TYPES: Final = {
    "individual": EntryType.PERSON,
    "entity": EntryType.ORGANISATION,
    "vessel": EntryType.VESSEL,
    "aircraft": EntryType.AIRCRAFT,
}
# Sectoral, correspondent-account and investment measures without a freeze. Both files look alike;
# these programmes make up almost all of the non-SDN list and next to nothing of the SDN list.
_NON_SDN_MARKS: Final = ("NS-", "UKRAINE-EO13662", "CMIC-", "CAPTA", "561", "FSE-", "MBS", "13599")
_REMARKS: Final = ("risk", "date", "type", "information", "determination", "persons owned")
_KINDS: Final = (
    ("passport", "passport"),
    ("tax", "tax id"),
    ("tax", "v.a.t."),
    ("tax", "r.f.c."),
    ("tax", "nit #"),
    ("tax", "ruc #"),
    ("tax", "rif #"),
    ("tax", "fiscal code"),
    ("tax", "fein"),
    ("tax", "rfc"),
    ("tax", "c.u.i."),
    ("tax", "c.u.i.t."),
    ("tax", "c.i.f."),
    ("tax", "n.i.f."),
    ("tax", "(nuit)"),
    ("tax", "rtn"),
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
    ("registration", "social credit code"),
    ("registration", "business"),
    ("registration", "incorporation"),
    ("registration", "enterprise number"),
    ("registration", "chamber of comm"),
    ("registration", "bik (ru)"),
    ("registration", "romanian c.r."),
    ("registration", "permit n"),
    ("registration", "branch unit"),
    ("identity", "national id"),
    ("identity", "cedula"),
    ("identity", "c.u.r.p."),
    ("identity", "d.n.i."),
    ("identity", "identification number"),
    ("identity", "birth certificate"),
    ("identity", "ssn"),
    ("identity", "identity card"),
    ("identity", "id card"),
    ("identity", "id no"),
    ("identity", "foreign id"),
    ("identity", "uae identification"),
    ("identity", "identification document"),
    ("identity", "residen"),
    ("identity", "travel document"),
    ("identity", "numero de identidad"),
    ("identity", "citizen's card"),
    ("identity", "credencial electoral"),
    ("identity", "servicio militar"),
    ("identity", "le number"),
    ("identity", "i.f.e."),
    ("identity", "c.u.i.p."),
    ("identity", "c.i.n."),
    ("identity", "n.i.e."),
    ("identity", "cnp"),
    ("identity", "visa"),
    ("identity", "immigration no"),
)


@lru_cache(maxsize=1024)
def identifier_kind(label: str) -> str | None:
    """Return the kind of number behind OFAC's label; None for remarks kept in the same place.

    "Gender", "Secondary sanctions risk:", "Website" are no identifiers.
    """
    folded = label.casefold()
    if any(word in folded for word in _REMARKS):
        return None
    return next((kind for kind, word in _KINDS if word in folded), None)


def settle(collector: Collector) -> None:
    """Make the gathered entries those of the non-SDN list where most of them are without a freeze.

    The references stay: OFAC numbers parties, and one that is on both lists has one number.
    """
    entries = collector.entries
    marked = sum(any(code.startswith(_NON_SDN_MARKS) for code in entry.programmes) for entry in entries.values())
    if marked * 2 > len(entries):
        collector.source = source = ListSource.OFAC_NONSDN
        collector.entries = {
            ref: replace(entry, source=source, category=Category.RESTRICTION) for ref, entry in entries.items()
        }
