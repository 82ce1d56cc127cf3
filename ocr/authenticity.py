# SPDX-License-Identifier: Apache-2.0
"""Remarks on authenticity: inner consistency of a document, for an officer and never for a merchant."""

from collections.abc import Iterator, Sequence

from ocr.countries import SPECIMEN_ISSUER
from ocr.models import Kind, Mrz, Remark
from ocr.mrz import SECOND_OPINION
from ocr.parameters import PARAMETERS
from ocr.pdf_facts import PdfFacts, Signature, SignatureState
from ocr.seals import SealState

_EDITORS: tuple[str, ...] = PARAMETERS["pdf"]["editors"]
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


def of_print(contradicted: Sequence[str]) -> Iterator[Remark]:
    """Yield a remark on fields of the zone that the print around it contradicts."""
    if contradicted:
        text = f"The print says something else than the zone: {', '.join(contradicted)}."
        yield Remark("print_differs", "medium", text)


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
