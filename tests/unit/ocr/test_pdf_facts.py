# SPDX-License-Identifier: Apache-2.0
"""What a PDF says beyond its pages is told apart, in a sentence for the officer, and refuses nothing."""

import io
import zlib
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from reportlab.pdfgen.canvas import Canvas

from ocr import Kind, Reading, Remark, read
from ocr.authenticity import of_pdf
from ocr.child import pdf_content
from ocr.child.pdf_content import code_areas
from ocr.child.signatures import certificates, signatures
from ocr.pdf_facts import PdfFacts, Signature, SignatureState
from ocr.specimens import EXAMPLES, draw
from tests.hostile.files import one_page, stream
from tests.paths import ROOT, shared_data
from tests.signers import DocumentAuthority, written_over

pytestmark = pytest.mark.slow

EXTRACT = draw(Kind.KBIS, EXAMPLES[Kind.KBIS], media="pdf")
AUTHORITY = DocumentAuthority()
SIGNED = AUTHORITY.signed(EXTRACT)


def states(data: bytes, *trusted: DocumentAuthority, folder: Path) -> list[SignatureState]:
    found = [each for authority in trusted for each in certificates(authority.folder(folder))]
    return [each.state for each in signatures(data, found)]


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_a_signature_by_a_configured_authority_is_valid_and_by_another_is_not(tmp_path: Path) -> None:
    assert states(SIGNED, AUTHORITY, folder=tmp_path) == [SignatureState.VALID]
    assert states(SIGNED, folder=tmp_path) == [SignatureState.UNTRUSTED]
    same_name = DocumentAuthority()
    assert states(SIGNED, same_name, folder=tmp_path) == [SignatureState.UNTRUSTED]


def test_what_was_changed_after_signing_is_edited_and_under_the_signature_broken(tmp_path: Path) -> None:
    assert states(written_over(SIGNED), AUTHORITY, folder=tmp_path) == [SignatureState.EDITED]
    inside = EXTRACT.index(b"stream") + 40
    assert states(flipped(SIGNED, inside), AUTHORITY, folder=tmp_path) == [SignatureState.BROKEN]


def test_a_second_signature_leaves_the_first_one_valid(tmp_path: Path) -> None:
    twice = AUTHORITY.signed(SIGNED, "Signature2")
    assert states(twice, AUTHORITY, folder=tmp_path) == [SignatureState.VALID] * 2
    edited_between = AUTHORITY.signed(written_over(SIGNED), "Signature2")
    assert states(edited_between, AUTHORITY, folder=tmp_path) == [SignatureState.EDITED, SignatureState.VALID]


@pytest.mark.parametrize("place", range(0, 20_000, 997))
def test_no_flipped_byte_under_the_signature_leaves_it_valid(place: int, tmp_path: Path) -> None:
    place = place % len(EXTRACT)
    assert SignatureState.VALID not in states(flipped(SIGNED, place), AUTHORITY, folder=tmp_path)


def test_an_unsigned_file_has_no_signature_and_a_crooked_one_says_so(tmp_path: Path) -> None:
    assert states(EXTRACT, folder=tmp_path) == []
    assert states(SIGNED.replace(b"/ByteRange", b"/ByteRange[9 9]/B"), folder=tmp_path) == [SignatureState.UNREADABLE]
    assert states(b"%PDF-1.7 /ByteRange", folder=tmp_path) == [SignatureState.UNREADABLE]


def test_a_folder_of_certificates_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text("no certificate")
    with pytest.raises(ValueError, match="holds no certificate"):
        certificates(tmp_path)


@pytest.mark.parametrize(
    ("state", "trusts", "code", "severity"),
    [
        (SignatureState.VALID, True, "pdf_signature_valid", "info"),
        (SignatureState.UNTRUSTED, True, "pdf_signature_untrusted", "medium"),
        (SignatureState.UNTRUSTED, False, "pdf_signature_untrusted", "low"),
        (SignatureState.EDITED, True, "pdf_edited_after_signing", "high"),
        (SignatureState.BROKEN, True, "pdf_signature_broken", "high"),
        (SignatureState.UNREADABLE, True, "pdf_signature_unreadable", "medium"),
    ],
)
def test_each_state_has_a_sentence_of_its_own(
    state: SignatureState,
    trusts: bool,  # noqa: FBT001
    code: str,
    severity: str,
) -> None:
    facts = PdfFacts(signatures=(Signature(state, "A", "B"),), trusts=trusts)
    (remark,) = of_pdf(Kind.KBIS, facts)
    assert (remark.code, remark.severity) == (code, severity)
    assert remark.text.endswith(".")


def test_only_an_extract_is_told_to_be_unsigned_and_that_means_nothing() -> None:
    assert [(each.code, each.severity) for each in of_pdf(Kind.KBIS, PdfFacts())] == [("pdf_unsigned", "info")]
    assert list(of_pdf(Kind.PASSPORT, PdfFacts())) == []
    assert list(of_pdf(Kind.KBIS, None)) == []


def test_revisions_count_unless_signing_alone_explains_them() -> None:
    assert [each.code for each in of_pdf(Kind.CNI, PdfFacts(revisions=3))] == ["pdf_revisions"]
    for state, expected in ((SignatureState.VALID, False), (SignatureState.EDITED, True)):
        found = of_pdf(Kind.CNI, PdfFacts(revisions=2, signatures=(Signature(state),)))
        assert ("pdf_revisions" in [each.code for each in found]) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (one_page(stream(b""), catalogue=b"/OpenAction<</S/JavaScript/JS(1)>>"), ("JavaScript",)),
        (one_page(stream(b""), catalogue=b"/OpenAction<</S/Java#53cript/JS(1)>>"), ("JavaScript",)),
        (one_page(stream(b""), more=b"/AA<</O<</S/Launch/F(a)>>>>"), ("Launch",)),
        (one_page(stream(b""), catalogue=b"/AcroForm<</XFA[(a) 4 0 R]>>"), ("XFA",)),
        (b"/Type/ObjStm/N 1/First 4>>stream\n" + zlib.compress(b"1 0 <</S/SubmitForm/F(a)>>"), ("SubmitForm",)),
        (b"/Type/ObjStm>>stream\nno deflate", ()),
        (one_page(stream(b"(/JavaScripture) Tj")), ()),
        (EXTRACT, ()),
    ],
)
def test_what_acts_is_found_under_its_names(data: bytes, expected: tuple[str, ...]) -> None:
    assert pdf_content.actions(data) == expected


def made_by(producer: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setProducer(producer)
    canvas.drawString(72, 720, "Extrait Kbis")
    canvas.save()
    return file.getvalue()


def codes(reading: Reading) -> list[str]:
    return [remark.code for remark in reading.authenticity]


def test_the_reading_tells_signature_annotations_actions_and_writer(tmp_path: Path) -> None:
    trust = AUTHORITY.folder(tmp_path)
    assert codes(read(SIGNED, trust=trust)) == ["pdf_signature_valid"]
    assert codes(read(SIGNED)) == ["pdf_signature_untrusted"]
    assert codes(read(written_over(SIGNED), trust=trust)) == ["pdf_edited_after_signing", "pdf_revisions"]
    note = b"/Annots[<</Type/Annot/Subtype/FreeText/Rect[9 9 99 99]/DA(/F 9 Tf)/Contents(a)>>]/AA<</O<</S/Launch>>>>"
    assert codes(read(one_page(stream(b""), more=note))) == ["pdf_annotations", "pdf_active_content"]
    assert codes(read(made_by("Canva"))) == ["pdf_unsigned", "pdf_written_by_editor"]
    assert "pdf_written_by_editor" not in codes(read(made_by("iText 7")))


def test_the_files_at_hand_are_told_apart() -> None:
    folder = shared_data() / "documents" / "kbis_synthetic"
    signed = (folder / "kbis_sas_signed.pdf").read_bytes()
    edited = (folder / "kbis_sas_signed_then_edited.pdf").read_bytes()
    found = [read(data).authenticity for data in (signed, flipped(signed, 2000), edited)]
    expected = ["pdf_signature_untrusted", "pdf_signature_broken", "pdf_edited_after_signing"]
    assert [_signature_code(remarks) for remarks in found] == expected


def _signature_code(remarks: tuple[Remark, ...]) -> str:
    (code,) = [remark.code for remark in remarks if "sign" in remark.code]
    return code


@pytest.mark.parametrize(
    ("written", "value"),
    [("<414243>", "ABC"), ("<4142435>", "ABCP"), ("<41 42\n4 3>", "ABC"), ("<>", ""), ("<feff0041>", "A")],
)
def test_a_hexadecimal_string_is_read_in_every_form_that_a_pdf_may_have_it(written: str, value: str) -> None:
    source = io.BytesIO(f"{written} /Next".encode())
    assert generic.read_hex_string_from_stream(source) == value
    assert source.read() == b" /Next"


def test_a_short_hexadecimal_string_does_not_have_all_after_it_read() -> None:
    class Counted(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            found = super().read(size)
            self.taken += len(found)
            return found

    source = Counted(b"<4142>" * 1000)
    assert generic.read_hex_string_from_stream(source) == "AB"
    assert source.taken < 1000
    long = io.BytesIO(b"<" + b"41" * 5000 + b"> /Next")
    assert generic.read_hex_string_from_stream(long) == "A" * 5000
    assert long.read() == b" /Next"


@pytest.mark.parametrize("written", ["<41424", "<4g>", "<(41)>"])
def test_what_is_no_hexadecimal_string_is_an_error(written: str) -> None:
    with pytest.raises(PdfReadError):
        generic.read_hex_string_from_stream(io.BytesIO(written.encode()))


def test_the_extract_that_warms_the_reader_is_a_signed_specimen_with_a_code() -> None:
    """It goes through all that an extract can meet: text layer, picture of a code, signature."""
    extract = (ROOT / "ocr" / "data" / "extract.pdf").read_bytes()
    reading = read(extract)
    told = [remark.code for remark in reading.authenticity]
    assert (reading.kind, reading.fields["siren"].value) == (Kind.KBIS, EXAMPLES[Kind.KBIS]["siren"])
    assert "pdf_signature_untrusted" in told
    (page,) = pdfium.PdfDocument(extract)
    assert "document fictif" in page.get_textpage().get_text_range()
    assert code_areas(page)
