# SPDX-License-Identifier: Apache-2.0
"""What is no list is refused with a reason, never read as an empty one."""

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from screening import UnrecognisedList, parse
from tests.unit.screening.lists_support import FIXTURES

BOMB = b"""<?xml version="1.0"?><!DOCTYPE export [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>
<export generationDate="2026-01-01T00:00:00Z" globalFileId="1">&b;</export>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE export [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<export generationDate="2026-01-01T00:00:00Z" globalFileId="1">&a;</export>"""
UK_HEAD = (FIXTURES / "uk.csv").read_bytes()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"<!DOCTYPE html><html><body>Service unavailable</body></html>", "web page"),
        (b"\xef\xbb\xbf\n<HTML><head></head></HTML>", "web page"),
        (b"<unknown/>", "unknown root"),
        (b"{}", "unknown shape"),
        (b'{"Publications": {"PublicationDetail": []}}', "single entry"),
        (b'{"Publications": {"DatePublication": "x"}}', "without PublicationDetail"),
        (b'{"Publications": {"PublicationDetail": [', "cut-off JSON"),
        (b"[" * 100_000, "JSON"),
        (b"just,a,table\n1,2,3\n", "unknown shape"),
        (b"\x00\x01\x02\x03", "unknown shape"),
        (b"<a>" * 500 + b"</a>" * 500, "unknown root|nested"),
        (b'<export generationDate="" globalFileId=""/>', "without generationDate"),
        (b"<sdnList><sdnEntry><uid>1</uid></sdnEntry></sdnList>", "Record_Count"),
        (BOMB, "entities"),
        (EXTERNAL, "entities"),
        (b"Report Date: 13-Feb-2026\nA,B\n", "another header"),
        (b"Last Updated,10/04/2025\nA,B\n", "another header"),
        (UK_HEAD[:-120], "cut off|broken"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    with pytest.raises(UnrecognisedList, match=reason):
        parse(path)


@pytest.mark.parametrize("name", ["eu.xml", "un.xml", "ofac_sdn.xml", "uk.xml", "ch.xml"])
def test_xml_cut_off_anywhere_is_refused(tmp_path: Path, name: str) -> None:
    raw = (FIXTURES / name).read_bytes()
    for cut in (len(raw) // 2, len(raw) - 20):
        (tmp_path / name).write_bytes(raw[:cut])
        with pytest.raises(UnrecognisedList, match="cut-off"):
            parse(tmp_path / name)


@pytest.mark.parametrize(("suffix", "pack"), [(".xz", lzma.compress), (".gz", gzip.compress)])
def test_packed_files_are_read_and_cut_off_ones_refused(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    raw = (FIXTURES / "fr.json").read_bytes()
    whole, cut = tmp_path / f"fr.json{suffix}", tmp_path / f"cut.json{suffix}"
    whole.write_bytes(pack(raw))
    cut.write_bytes(pack(raw)[:-40])
    assert parse(whole).raw_sha256 == parse(FIXTURES / "fr.json").raw_sha256
    with pytest.raises(UnrecognisedList, match="cut-off archive"):
        parse(cut)


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.lists.source.MAX_BYTES", 1000)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"0" * 5000))
    with pytest.raises(UnrecognisedList, match="512 MiB"):
        parse(tmp_path / "bomb.gz")


def test_a_record_of_wrong_types_is_rejected_alone(tmp_path: Path) -> None:
    text = (FIXTURES / "fr.json").read_text()
    broken = text.replace('"Nom":"SPECIMEN FICTIONAL TRADING"', '"Nom":["x"]')
    (tmp_path / "fr.json").write_text(broken)
    listed = parse(tmp_path / "fr.json")
    assert [record.ref for record in listed.rejected] == ["FR:1003"]
    assert len(listed.entries) == 3
