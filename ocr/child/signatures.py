# SPDX-License-Identifier: Apache-2.0
"""Signatures of a PDF (PAdES, ISO 32000-1 12.8) against the certificates that the operator trusts.

Nothing is fetched: no revocation list, no missing certificate. A certificate counts on the day that the signature
names, since an extract outlives the certificate of its registry.
"""

import io
import logging
import signal
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, TypeAlias

from asn1crypto import pem, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from ocr.pdf_facts import Signature, SignatureState


@dataclass(frozen=True, slots=True)
class Anchor:
    """A certificate that the operator trusts, and the name of its file without the ending, in capitals."""

    name: str
    certificate: x509.Certificate


Trust: TypeAlias = Sequence[Anchor]

_MARKS = (b"/ByteRange", b"/adbe.pkcs7", b"/ETSI.CAdES")
_CPU_SECONDS = 3.0  # ten milliseconds are usual; a crooked file must not keep its pages from being read
_MOST_SIGNATURES = 8
_SHORT_HEX = 256  # enough for an identifier or a digest, of which a file may hold thousands
_MOST_HEX = 1 << 18
_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
_HARMLESS = frozenset({ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING})

_READ_HEX = generic.read_hex_string_from_stream


def _hex_string(stream: BinaryIO) -> generic.ByteStringObject | generic.TextStringObject:
    """Read a hexadecimal string (ISO 32000-1, 7.3.4.3) in one piece where nothing but pairs of digits is in it.

    pyHanko takes it character by character: 1 ms for 1,200 of the 16,000 to 120,000 that a signature has room for.
    """
    start = stream.tell()
    piece = stream.read(_SHORT_HEX)
    digits, end, _ = (piece if b">" in piece else piece + stream.read(_MOST_HEX)).partition(b">")
    if not end or len(digits) % 2 == 0 or digits[1:].translate(None, generic.HEX_DIGITS):
        stream.seek(start)
        return _READ_HEX(stream)
    stream.seek(start + len(digits) + 1)
    return generic.pdf_string(bytes.fromhex(digits[1:].decode("ascii")))


generic.read_hex_string_from_stream = _hex_string

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # it would quote the document
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def certificates(folder: Path) -> Trust:
    """Return the certificates of all PEM and DER files of a folder; ValueError for one that is none."""
    found: list[Anchor] = []
    for file in sorted(folder.iterdir()):
        if file.suffix in _SUFFIXES:
            data = file.read_bytes()
            blocks = [block for _, _, block in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
            try:
                loaded = [x509.Certificate.load(block, strict=True) for block in blocks]
            except ValueError as error:
                raise ValueError(f"{file.name} holds no certificate") from error
            found += [Anchor(file.stem.upper(), each) for each in loaded]
    return tuple(found)


def signatures(data: bytes, trusted: Trust) -> tuple[Signature, ...]:
    """Return what became of each signature of a PDF; nothing here raises, whatever the file."""
    if not any(mark in data for mark in _MARKS):
        return ()
    found: list[Signature] = []
    try:
        with _at_most(_CPU_SECONDS):
            reader = PdfFileReader(io.BytesIO(data), strict=False)
            found.extend(_judged(each, trusted) for each in reader.embedded_regular_signatures[:_MOST_SIGNATURES])
    except Exception:  # noqa: BLE001 - an edge: whatever fails in a crooked file, its pages are read all the same
        found.append(Signature(SignatureState.UNREADABLE))
    return tuple(found) or (Signature(SignatureState.UNREADABLE),)


def _judged(embedded: EmbeddedPdfSignature, trusted: Trust) -> Signature:
    context = ValidationContext(
        trust_roots=[anchor.certificate for anchor in trusted],
        allow_fetching=False,
        moment=embedded.self_reported_timestamp,
        revocation_mode="soft-fail",
    )
    status = _done(async_validate_pdf_signature(embedded, signer_validation_context=context))
    subject, issuer = (_name(each) for each in (status.signing_cert.subject, status.signing_cert.issuer))
    return Signature(_state(status), subject, issuer)


def _state(status: PdfSignatureStatus) -> SignatureState:
    if not (status.intact and status.valid):
        return SignatureState.BROKEN
    whole = status.coverage in {SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION}
    if not whole or status.modification_level not in _HARMLESS or status.docmdp_ok is False:
        return SignatureState.EDITED
    return SignatureState.VALID if status.trusted else SignatureState.UNTRUSTED


def _name(name: x509.Name) -> str:
    words = name.native
    return str(words.get("common_name") or words.get("organization_name") or name.human_friendly)[:200]


def _done(steps: Coroutine[Any, Any, PdfSignatureStatus]) -> PdfSignatureStatus:
    """Run a coroutine that waits for nothing; an event loop would need the sockets that are refused here."""
    try:
        steps.send(None)
    except StopIteration as end:
        status: PdfSignatureStatus = end.value
        return status
    raise RuntimeError("the validation waits for something")


class _TookTooLongError(Exception):
    pass


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise inside the block once this process has worked so long on it."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TookTooLongError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
