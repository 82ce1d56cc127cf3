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
from ocr.pdf_facts import PdfFacts, Signature, SignatureState
from ocr.seals import SealState

_CODE = re.compile(r"[A-Za-z0-9]{10}")
_CHECK_HOST = "controle.infogreffe.fr"
_RESELLERS = ("pappers", "infonet", "societecom", "verifcom", "manageo")
# Programs that people change or draw a PDF with; registries' systems and scanners name others.
_EDITORS = (
    *("photoshop", "illustrator", "indesign", "gimp", "inkscape", "canva", "coreldraw", "affinity"),
    *("ilovepdf", "sejda", "smallpdf", "pdfescape", "pdffiller", "pdf-xchange", "nitro", "foxit", "pdfsam", "dochub"),
)
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


def of_seals(states: Sequence[SealState], differing: Sequence[str]) -> Iterator[Remark]:
    """Yield remarks on signed 2D codes; differing names the fields on which code and zone or print disagree."""
    for state in dict.fromkeys(states):
        match state:
            case SealState.VALID:
                yield Remark("code_signature_valid", "info", "The 2D code is signed under a configured certificate.")
            case SealState.WRONG:
                text = "The signature of the 2D code does not hold under the certificate that it names."
                yield Remark("code_signature_wrong", "high", text)
            case SealState.UNVERIFIED:
                text = "The signature of the 2D code was not verified: its certificate is not configured."
                yield Remark("code_not_verified", "info", text)
    if differing and states:
        text = f"The 2D code says something else than the rest of the document: {', '.join(differing)}."
        yield Remark("code_differs", "medium", text)


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


def of_pdf(kind: Kind, facts: PdfFacts | None) -> Iterator[Remark]:
    """Yield remarks on what a PDF says beyond its pages; none for a picture."""
    if facts is None:
        return
    for signature in facts.signatures:
        yield _of_signature(signature, trusts=facts.trusts)
    if not facts.signatures and kind in _EXTRACTS:
        yield Remark("pdf_unsigned", "info", "The PDF carries no signature, which is common and proves nothing.")
    whole = {SignatureState.VALID, SignatureState.UNTRUSTED}
    if facts.revisions > 1 and not (facts.signatures and {each.state for each in facts.signatures} <= whole):
        text = f"The PDF holds {facts.revisions} revisions: it was changed after it was made."
        yield Remark("pdf_revisions", "medium", text)
    if facts.annotations:
        text = f"Something was drawn over the pages of the PDF ({', '.join(facts.annotations)})."
        yield Remark("pdf_annotations", "medium", text)
    if facts.actions:
        text = (
            f"The PDF would act when opened, or holds another file ({', '.join(facts.actions)}); nothing of it was run."
        )
        yield Remark("pdf_active_content", "high", text)
    writer = facts.producer.casefold()
    if any(program in writer for program in _EDITORS):
        text = f"The PDF was written by {facts.producer}, a program that edits or draws."
        yield Remark("pdf_written_by_editor", "medium", text)


def _of_signature(signature: Signature, *, trusts: bool) -> Remark:
    signer, issuer = signature.signer, signature.issuer
    match signature.state:
        case SignatureState.VALID:
            text = f"{signer} signed the PDF, vouched for by {issuer}; nothing was changed since."
            return Remark("pdf_signature_valid", "info", text)
        case SignatureState.UNTRUSTED:
            known = "is none of the configured ones" if trusts else "cannot be checked: none is configured"
            text = f"The PDF is as {signer} signed it, but the authority {issuer} {known}."
            return Remark("pdf_signature_untrusted", "medium" if trusts else "low", text)
        case SignatureState.EDITED:
            return Remark("pdf_edited_after_signing", "high", f"The PDF was changed after {signer} had signed it.")
        case SignatureState.BROKEN:
            text = f"The PDF differs from what {signer} signed: bytes under the signature were altered."
            return Remark("pdf_signature_broken", "high", text)
        case SignatureState.UNREADABLE:
            return Remark("pdf_signature_unreadable", "medium", "The PDF carries a signature that cannot be read.")


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
