# SPDX-License-Identifier: Apache-2.0
"""Real specimen files for uploads: a few are drawn, each upload gets bytes of its own by a remark at the end."""

from datetime import date, timedelta
from functools import cache

from kyc.adapters.system_clock import SystemClock
from kyc.domain.party import Address, Company, Person
from ocr import Kind
from ocr.specimens import EXAMPLES, draw


def company() -> Company:
    """The company of the drawn extracts, as its merchant declares it."""
    return Company(
        legal_name="Atelier Valcourt",
        siren="999000003",
        legal_form="Société par actions simplifiée",
        address=Address("8 Rue des Acacias", "99000", "Montfleury", "FR"),
        activity="Commerce de détail en ligne",
    )


def owner() -> Person:
    """The person of the drawn documents, as the merchant declares her."""
    return Person(
        given_names="Éléonore Jeanne",
        birth_name="Valcourt",
        birth_date=date(1987, 5, 14),
        birth_place="Montfleury",
        birth_country="FR",
        nationalities=("FR",),
        address=Address("8 Rue des Acacias", "99000", "Montfleury", "FR"),
    )


def extract(number: int) -> bytes:
    """A Kbis-like PDF with a text layer; another number gives other bytes."""
    return _drawn(Kind.KBIS, "pdf") + b"\n%% SPECIMEN %d\n" % number  # readers stop at the last %%EOF


def passport(number: int) -> bytes:
    """A passport-like picture; another number gives other bytes."""
    return _drawn(Kind.PASSPORT, "jpeg") + b"SPECIMEN %d" % number


@cache
def _drawn(kind: Kind, media: str) -> bytes:
    issued = SystemClock().now().date() - timedelta(days=10)  # an extract that is still fresh whenever this runs
    return draw(
        kind, {**EXAMPLES[kind], **({"issue_date": issued.isoformat()} if kind is Kind.KBIS else {})}, media=media
    )
