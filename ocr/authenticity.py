# SPDX-License-Identifier: Apache-2.0
"""Remarks on authenticity: inner consistency of a document, for an officer and never for a merchant."""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as stdnum_siren

from ocr.countries import SPECIMEN_ISSUER
from ocr.layout import squeezed
from ocr.models import Field, Kind, Mrz, Remark
from ocr.mrz import SECOND_OPINION

_CODE = re.compile(r"[A-Za-z0-9]{10}")
_CHECK_HOST = "controle.infogreffe.fr"
_RESELLERS = ("pappers", "infonet", "societecom", "verifcom", "manageo")
_EXTRACTS = frozenset({Kind.KBIS, Kind.EXTRAIT_K})


def of_zone(zone: Mrz) -> Iterator[Remark]:
    """Yield remarks on a machine-readable zone: digits that fail, codes nobody issues, specimens."""
    failed = [name for name, held in zone.checks.items() if not held]
    digits = [name for name in failed if not name.endswith("_code") and name != SECOND_OPINION]
    if digits:
        text = f"Check digits do not hold: {', '.join(digits)}."
        yield Remark("mrz_check_digit", "high", text)
    if SECOND_OPINION in failed:
        yield Remark("mrz_doubtful", "low", "Two readings of the zone differ where no check digit decides.")
    for name in failed:
        if name.endswith("_code"):
            text = f"The {name.removesuffix('_code')} in the zone is none of Doc 9303."
            yield Remark("mrz_unknown_code", "medium", text)
    if zone.lines[0][2:5] == SPECIMEN_ISSUER:
        yield Remark("specimen", "high", "The issuer Utopia exists only on specimens.")


def of_extract(kind: Kind, fields: Mapping[str, Field], text: str, links: Sequence[str]) -> Iterator[Remark]:
    """Yield remarks on a register document; text is squeezed, links are the QR codes on its pages."""
    for name, field in fields.items():
        if name.rpartition(".")[2] in {"siren", "host_siren"} and not is_siren(field.value):
            yield _remark("siren_invalid", "high", f"{name} is no valid SIREN number.", field)
    if any(reseller in text for reseller in _RESELLERS):
        yield Remark("not_official", "high", "The extract comes from a reseller, not a registry.")
    if kind in _EXTRACTS:
        yield from _of_kbis(fields, links)


def _of_kbis(fields: Mapping[str, Field], links: Sequence[str]) -> Iterator[Remark]:
    siren, euid = fields.get("siren"), fields.get("euid")
    if siren and euid and not euid.value.endswith(siren.value):
        yield _remark("euid_differs", "high", "The EUID names another company.", euid)
    city, office = fields.get("registry_city"), fields.get("registry_office")
    if city and office and not _same_place(city.value, office.value):
        yield _remark("registry_differs", "medium", "Registry and court differ.", city)
    code = fields.get("verification_code")
    if code and not _CODE.fullmatch(code.value):
        yield _remark("code_malformed", "medium", "The verification code has another form.", code)
    yield from _of_links(code, links)


def _same_place(one: str, other: str) -> bool:
    a, b = squeezed(one), squeezed(other)
    return a in b or b in a


def _of_links(code: Field | None, links: Sequence[str]) -> Iterator[Remark]:
    for link in links:
        if not link.lower().startswith("http"):
            continue
        if urlsplit(link).hostname != _CHECK_HOST:
            text = "A QR code of the extract does not lead to the registries' check."
            yield Remark("qr_foreign_host", "high", text)
        elif code is not None and code.value not in link:
            yield Remark("qr_code_differs", "high", "QR code and printed code differ.")


def of_file(revisions: int) -> Iterator[Remark]:
    """Yield a remark where a PDF was saved again after its first writing."""
    if revisions > 1:
        text = f"The PDF holds {revisions} revisions: it was changed after it was made."
        yield Remark("pdf_revisions", "medium", text)


def code_in_link(link: str) -> str | None:
    """Return the verification code that a link to the registries' check carries, or None."""
    if urlsplit(link).hostname != _CHECK_HOST:
        return None
    codes: list[str] = re.findall(r"[=/]([A-Za-z0-9]{10})(?![A-Za-z0-9])", link)
    return codes[-1] if codes else None


def is_siren(number: str) -> bool:
    """Tell whether a number of nine digits satisfies the Luhn formula, as INSEE issues them."""
    try:
        stdnum_siren.validate(number)
    except ValidationError:
        return False
    return len(number) == 9


def _remark(code: str, severity: str, text: str, field: Field) -> Remark:
    return Remark(code, "high" if severity == "high" else "medium", text, field.page)
