# SPDX-License-Identifier: Apache-2.0
"""Signatures of 2D codes under the configured certificates (ECDSA, SHA-256 up to 256 bits; ANTS, 2D-Doc 3.1)."""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ocr.child.signatures import Anchor, Trust
from ocr.seals import Seal, SealState


def checked(seal: Seal, trust: Trust) -> SealState:
    """Return whether a seal's signature holds under one of the certificates.

    A failure counts as wrong only where the certificate is the one that the code names: by the name of its file
    (authority and certificate, as in FR01AV01.pem).
    """
    if any(_holds(seal, anchor) for anchor in trust):
        return SealState.VALID
    named = seal.certificate and any(anchor.name == seal.certificate for anchor in trust)
    return SealState.WRONG if named else SealState.UNVERIFIED


def _holds(seal: Seal, anchor: Anchor) -> bool:
    try:
        key = load_der_public_key(anchor.certificate.public_key.dump())
    except (ValueError, UnsupportedAlgorithm):
        return False
    size = (key.key_size + 7) // 8 if isinstance(key, ec.EllipticCurvePublicKey) else 0
    if not isinstance(key, ec.EllipticCurvePublicKey) or len(seal.signature) != 2 * size:
        return False
    r, s = (int.from_bytes(half, "big") for half in (seal.signature[:size], seal.signature[size:]))
    try:
        key.verify(encode_dss_signature(r, s), seal.signed, ec.ECDSA(_digest(key.key_size)))
    except InvalidSignature:
        return False
    return True


def _digest(bits: int) -> HashAlgorithm:
    if bits <= 256:
        return SHA256()
    return SHA384() if bits <= 384 else SHA512()
