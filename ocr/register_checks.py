# SPDX-License-Identifier: Apache-2.0
"""Whether a register document agrees with itself: remarks for an officer, which refuse nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from rapidfuzz.distance import Levenshtein
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret
from stdnum.fr import tva as stdnum_tva

from ocr.layout import squeezed
from ocr.models import Field, Kind, Remark, Severity, Source
from ocr.register_extract import Extract

_CODE = re.compile(r"[A-Za-z0-9]{10}")
_CHECK_HOST = "controle.infogreffe.fr"
_GREFFES = frozenset({Kind.KBIS, Kind.EXTRAIT_K})
_VAT = re.compile(r"\bFR\s?(\d{2})\s?(\d{3})\s?(\d{3})\s?(\d{3})(?!\s?\d)")
_NEVER_PRINTED = re.compile(r"\b(SIRET|TVA|IBAN|BIC)\b")
_POSTCODE = re.compile(r"\b(\d{2})\d{3}\b")
_MOST_SLIPS = 4  # letters of ten that OCR may take for others before two codes are two
_MILDER: dict[Severity, Severity] = {"high": "medium", "medium": "low", "low": "low", "info": "info"}
_TRADERS, _COMPANIES = "A", "BCD"  # the letter of a management number
# What cannot be later than what; both are ISO dates as far as they are printed.
_ORDER = (
    ("original_registration_date", "registration_date"),
    ("registration_date", "issue_date"),
    ("registration_date", "duration_until"),
    ("registration_date", "struck_off_date"),
    ("registration_date", "first_closing_date"),
    ("struck_off_date", "issue_date"),
    ("transfer_date", "issue_date"),
    ("updated_date", "issue_date"),
    ("declaration_date", "publication_date"),
    ("issue_date", "printed_at"),
)
_NOT_AFTER_ISSUE = re.compile(r"(observations\.\d+\.date|officers\.\d+\.birth_date)")

Fields = Mapping[str, Field]


def remarks(extract: Extract, text: str, links: Sequence[str]) -> Iterator[Remark]:
    """Yield remarks on an extract; text is all that is printed, links are the QR codes on its pages."""
    fields = extract.fields
    if extract.imitator is not None:
        yield Remark("not_official", "high", "The extract comes from a reseller, not a registry.")
    yield from _of_numbers(fields)
    yield from _of_dates(fields)
    yield from _of_vat(text, fields)
    if extract.kind in _GREFFES:
        yield from _of_greffe(extract, text, links)


def _of_numbers(fields: Fields) -> Iterator[Remark]:
    own = fields.get("siren")
    for name, field in fields.items():
        last = name.rpartition(".")[2]
        if last in {"siren", "host_siren"} and not is_siren(field.value):
            yield _remark("siren_invalid", "high", f"{name} is no valid SIREN number.", field)
        elif last == "siret" and not _is_siret(field.value):
            yield _remark("siret_invalid", "high", f"{name} is no valid SIRET number.", field)
        elif last == "siret" and own and not field.value.startswith(own.value):
            yield _remark("siret_differs", "high", f"{name} belongs to another company.", field, own)
    euid = fields.get("euid")
    if own and euid and not euid.value.endswith(own.value):
        yield _remark("euid_differs", "high", "The EUID names another company.", euid, own)


def _of_dates(fields: Fields) -> Iterator[Remark]:
    issued = [(name, "issue_date") for name in fields if _NOT_AFTER_ISSUE.fullmatch(name)]
    for earlier, later in (*_ORDER, *issued):
        one, other = fields.get(earlier), fields.get(later)
        if one and other and _is_date(one) and _is_date(other) and one.value[:10] > other.value[:10]:
            text = f"{earlier} ({one.value}) lies after {later} ({other.value[:10]})."
            yield _remark("dates_disordered", "medium", text, one, other)


def _is_date(field: Field) -> bool:
    return re.match(r"\d{4}-\d{2}", field.value) is not None


def _of_vat(text: str, fields: Fields) -> Iterator[Remark]:
    """Check the key of a printed VAT number, which is computed from the SIREN."""
    own = fields.get("siren")
    for match in _VAT.finditer(text):
        number = "".join(match.groups())
        if not stdnum_tva.is_valid(f"FR{number}"):
            yield Remark("vat_key_wrong", "high", f"FR{number} is no valid VAT number.")
        elif own and number[2:] != own.value:
            yield Remark("vat_differs", "medium", f"FR{number} is the VAT number of another company.")


def _of_greffe(extract: Extract, text: str, links: Sequence[str]) -> Iterator[Remark]:
    fields = extract.fields
    city, office = fields.get("registry_city"), fields.get("registry_office")
    if city and office and not _same_place(city.value, office.value):
        yield _remark("registry_differs", "medium", "Registry and court differ.", city, office)
    yield from _of_office(fields)
    if match := _NEVER_PRINTED.search(text):
        yield Remark("unexpected_content", "medium", f"The registries print no {match[1]} on an extract.")
    number = fields.get("management_number")
    letters = _TRADERS if extract.kind is Kind.EXTRAIT_K else _COMPANIES
    if number and number.value[4] not in letters:
        yield _remark("management_number_differs", "low", "The management number is one of another kind.", number)
    yield from _of_code(fields.get("verification_code"), fields, links)
    yield from _of_links(extract, links)


def _of_office(fields: Fields) -> Iterator[Remark]:
    """Compare the department of the registry's address with that of its number in the EUID."""
    euid, address = fields.get("euid"), fields.get("registry_address")
    codes = _POSTCODE.findall(address.value) if address else []
    if euid and address and codes and euid.value[2:4] not in codes:
        text = "The EUID names a registry in another department than the court's address."
        yield _remark("euid_office_differs", "medium", text, euid, address)


def _of_code(code: Field | None, fields: Fields, links: Sequence[str]) -> Iterator[Remark]:
    if code and not _CODE.fullmatch(code.value):
        yield _remark("code_malformed", "medium", "The verification code has another form.", code)
    digital = any(field.source is Source.TEXT_LAYER for field in fields.values())
    if code is None and digital and not links:
        yield Remark("code_missing", "low", "A digital extract carries a verification code; this one does not.")


def _same_place(one: str, other: str) -> bool:
    a, b = squeezed(one), squeezed(other)
    return a in b or b in a or Levenshtein.distance(a, b) <= min(len(a), len(b)) // 6


def _of_links(extract: Extract, links: Sequence[str]) -> Iterator[Remark]:
    code = extract.fields.get("verification_code")
    for link in links:
        if not link.lower().startswith("http"):
            continue
        told = code_in_link(link)
        if _host(link) != _CHECK_HOST:
            text = "A QR code of the extract does not lead to the registries' check."
            yield Remark("qr_foreign_host", "high", text)
        elif code is not None and code.source is not Source.BARCODE and code.value not in link:
            yield Remark("qr_code_differs", "high", "QR code and printed code differ.", code.page)
        elif told and extract.printed_code and _differ(told, extract.printed_code.value):
            yield Remark("qr_code_differs", "medium", "QR code and printed code differ.", extract.printed_code.page)


def _differ(code: str, read: str) -> bool:
    """Tell whether a code read by OCR is another one: it takes capitals and digits for their look-alikes."""
    return Levenshtein.distance(code.casefold(), read.casefold()) > _MOST_SLIPS


def _host(link: str) -> str | None:
    try:
        return urlsplit(link).hostname
    except ValueError:  # a bracket in the host that is no IPv6 address
        return None


def code_in_link(link: str) -> str | None:
    """Return the verification code that a link to the registries' check carries, or None."""
    if not link.lower().startswith("http") or _host(link) != _CHECK_HOST:
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


def _is_siret(number: str) -> bool:
    try:
        stdnum_siret.validate(number)
    except ValidationError:
        return False
    return len(number) == 14


def _remark(code: str, severity: Severity, text: str, *fields: Field) -> Remark:
    """Return a remark on fields, milder where one was read by OCR: a slip of the reader is no forgery."""
    read_by_ocr = any(field.source is Source.OCR for field in fields)
    return Remark(code, _MILDER[severity] if read_by_ocr else severity, text, fields[0].page)
