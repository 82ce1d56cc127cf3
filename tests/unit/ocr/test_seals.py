# SPDX-License-Identifier: Apache-2.0
"""Signed 2D codes: the card's seal and 2D-Doc are decoded, compared, verified under configured certificates only."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from ocr import Kind, Source, identity, read
from ocr.authenticity import of_seals
from ocr.child.seals import checked
from ocr.child.signatures import certificates
from ocr.seals import Seal, SealState, seal_of
from ocr.specimens import EXAMPLES, codes, draw
from tests.hostile.files import as_png
from tests.signers import DocumentAuthority

AUTHORITY = DocumentAuthority()
# Laid out as the example of an identity title in the specification of 2D-Doc (ANTS), with an invented person.
HEAD = b"DC03FR000001092D16360701"
DATA = b"60ELEONORE\x1d62VALCOURT\x1d65P 6607XX00000\x1d67FR68F6914051987"
CARD = ("H" * 24 + "Éléonore;VALCOURT;14/05/1987;P5DKCNKWD;08/03/2033;FRA;CNI;F;Montfleury;1,70").encode("latin-1")


def raw_signature(data: bytes, key: ec.EllipticCurvePrivateKey = AUTHORITY.key) -> bytes:
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def two_d_doc(data: bytes = HEAD + DATA) -> bytes:
    return data + b"\x1f" + base64.b32encode(raw_signature(data)).rstrip(b"=")


def sealed(data: bytes) -> Seal:
    found = seal_of(data)
    assert found is not None
    return found


def trusting(folder: Path, name: str, authority: DocumentAuthority = AUTHORITY) -> Path:
    (folder / f"{name}.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return folder


def test_a_2d_doc_gives_its_values_as_fields_from_a_code() -> None:
    fields = sealed(two_d_doc()).fields(2, None)
    assert {name: field.value for name, field in fields.items()} == {
        "given_names": "ELEONORE",
        "surname": "VALCOURT",
        "document_number": "07XX00000",
        "nationality": "FR",
        "sex": "F",
        "birth_date": "1987-05-14",
    }
    assert {(field.source, field.page) for field in fields.values()} == {(Source.BARCODE, 2)}


def test_an_address_keeps_its_empty_lines_apart() -> None:
    data = b"DC04FR000001123F16360001FR26FR245700010MLLE/SAMPLE/ANGELA\x1d20\x1d227 PLACE DES SPECIMENS\x1d25METZ\x1d"
    values = dict(sealed(two_d_doc(data)).values)
    assert values == {
        "country": "FR", "postal_code": "57000", "addressee": "MLLE/SAMPLE/ANGELA",
        "street": "7 PLACE DES SPECIMENS", "city": "METZ",
    }  # fmt: skip


def test_what_follows_an_unknown_datum_is_left_alone() -> None:
    assert dict(sealed(two_d_doc(HEAD + b"62VALCOURT\x1dZZ60NOBODY\x1d")).values) == {"surname": "VALCOURT"}


def test_a_signature_counts_only_under_a_configured_certificate(tmp_path: Path) -> None:
    seal = sealed(two_d_doc())
    assert checked(seal, ()) is SealState.UNVERIFIED
    other = trusting(tmp_path, "FR000002", DocumentAuthority())
    assert checked(seal, certificates(other)) is SealState.UNVERIFIED
    assert checked(seal, certificates(trusting(tmp_path, "FR000001"))) is SealState.VALID


def test_a_signature_that_its_own_certificate_contradicts_is_wrong(tmp_path: Path) -> None:
    trust = certificates(trusting(tmp_path, "FR000001"))
    forged = two_d_doc().replace(b"VALCOURT", b"VALCOURS")
    assert checked(sealed(forged), trust) is SealState.WRONG


def test_the_seal_of_a_card_is_verified_but_never_called_wrong(tmp_path: Path) -> None:
    trust = certificates(trusting(tmp_path, "card"))
    assert checked(sealed(CARD + b"S" * 48), trust) is SealState.UNVERIFIED


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"https://example.org", b"x" * 200, b"H" * 24 + b"a;b;c" + b"S" * 48, b"\x00" * 300),
        *(HEAD + DATA, b"DC09FR000001" + b"0" * 40 + b"\x1fAAAA", HEAD + DATA + b"\x1f!!!!", b"DC03\x1f"),
    ],
)
def test_another_code_is_no_seal(data: bytes) -> None:
    assert seal_of(data) is None


@pytest.mark.parametrize(
    ("state", "code", "severity"),
    [
        (SealState.VALID, "code_signature_valid", "info"),
        (SealState.WRONG, "code_signature_wrong", "high"),
        (SealState.UNVERIFIED, "code_not_verified", "info"),
    ],
)
def test_each_state_has_a_sentence(state: SealState, code: str, severity: str) -> None:
    (remark,) = of_seals([state, state], ())
    assert (remark.code, remark.severity) == (code, severity)


def test_what_code_and_zone_say_differently_is_named() -> None:
    one = sealed(two_d_doc()).fields(1, None)
    other = sealed(two_d_doc(HEAD + DATA.replace(b"1987", b"1986").replace(b"ELEONORE", b"ELEONORE MARIE"))).fields(
        1, None
    )
    assert identity.differing(one, other) == ("birth_date",)
    codes_found = [remark.code for remark in of_seals([SealState.UNVERIFIED], ("birth_date",))]
    assert codes_found == ["code_not_verified", "code_differs"]


@pytest.mark.slow
def test_the_card_is_read_with_its_seal_which_stays_unverified() -> None:
    reading = read(draw(Kind.CNIE, EXAMPLES[Kind.CNIE], media="png"))
    assert reading.kind is Kind.CNIE
    assert "code_not_verified" in [remark.code for remark in reading.authenticity]
    assert "code_differs" not in [remark.code for remark in reading.authenticity]
    assert reading.fields["birth_place"].source is Source.BARCODE


@pytest.mark.slow
def test_a_2d_doc_alone_on_a_page_is_read_and_verified(tmp_path: Path) -> None:
    picture = as_png(codes.datamatrix(two_d_doc().decode(), 500))
    reading = read(picture, trust=trusting(tmp_path, "FR000001"))
    assert reading.fields["surname"].value == "VALCOURT"
    assert [remark.code for remark in reading.authenticity] == ["code_signature_valid"]
