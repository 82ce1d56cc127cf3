# SPDX-License-Identifier: Apache-2.0
"""Authorities of a test's own that sign documents, and what people do to a signed PDF afterwards."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore


class DocumentAuthority:
    """An authority and one signer that it vouches for."""

    def __init__(self, name: str = "SPECIMEN authority", signer: str = "SPECIMEN registry") -> None:
        root_key, self.key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = _certificate(name, name, root_key.public_key(), root_key, authority=True)
        self.certificate = _certificate(signer, name, self.key.public_key(), root_key, authority=False)

    def folder(self, parent: Path) -> Path:
        """Return a folder that holds the authority's certificate."""
        folder = parent / "trust"
        folder.mkdir(exist_ok=True)
        (folder / "authority.pem").write_bytes(self.root.public_bytes(Encoding.PEM))
        return folder

    def signed(self, data: bytes, field: str = "Signature1") -> bytes:
        """Return the PDF signed, one revision longer."""
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register(_asn1(self.root))
        secret = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        signer = SimpleSigner(_asn1(self.certificate), keys.PrivateKeyInfo.load(secret), store)
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        out = sign_pdf(writer, PdfSignatureMetadata(field_name=field), signer)
        return bytes(out.getvalue())


def written_over(data: bytes) -> bytes:
    """Return the PDF with a line written over its first page, as a revision of its own."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    content = writer.add_object(generic.StreamObject(stream_data=b"0 0 200 40 re f"))
    before = page.raw_get("/Contents")
    page[pdf_name("/Contents")] = generic.ArrayObject([before, content])
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _certificate(
    name: str, issuer: str, key: ec.EllipticCurvePublicKey, signing: ec.EllipticCurvePrivateKey, *, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(signing, SHA256())
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
