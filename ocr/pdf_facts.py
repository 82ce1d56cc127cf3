# SPDX-License-Identifier: Apache-2.0
"""What a PDF says beyond its pages: signatures, revisions, writer, annotations, what it would do when opened."""

from dataclasses import dataclass
from enum import StrEnum


class SignatureState(StrEnum):
    """What became of what a signature covers, and whether its authority is one of those configured."""

    VALID = "valid"
    UNTRUSTED = "untrusted"  # whole, but by an authority that is none of the configured ones
    EDITED = "edited"  # the signed bytes are whole, what was added later changes what is shown
    BROKEN = "broken"  # the signed bytes differ from those that were signed
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a PDF; signer and issuer are the common names in the certificate."""

    state: SignatureState
    signer: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What a PDF's container says; revisions do not count those that signing makes.

    annotations are the kinds drawn over the pages (no links or fields), actions the names of ISO 32000-1, 12.6.4.
    """

    revisions: int = 1
    producer: str = ""
    annotations: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    trusts: bool = False
