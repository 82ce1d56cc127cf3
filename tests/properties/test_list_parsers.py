# SPDX-License-Identifier: Apache-2.0
"""A list damaged in any way is refused whole, or each of its records is an entry, rejected or left out by name."""

import gzip
import json
import lzma
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import tostring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening import ListFile, ListSource, UnrecognisedList, parse
from tests.properties.list_damage import FORMS, TEXTS, Form, XmlForm
from tests.unit.screening.lists_support import FIXTURES

pytestmark = pytest.mark.slow

QUICK = settings(max_examples=15, deadline=None)
DEEP = settings(max_examples=200, deadline=None)
every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.file)
_PACKINGS: list[Callable[[bytes], bytes]] = [bytes, gzip.compress, lzma.compress]
_COMPANIONS = ("alt.csv", "add.csv", "sdn_comments.csv")
_HEADS = [b"{", b"[", b"<", b"<?xml version='1.0' encoding='utf-7'?><export", b"Report Date: ", b"Last Updated,", b""]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for the damaged files."""
    return tmp_path_factory.mktemp("lists")


def _read(folder: Path, raw: bytes, name: str = "list") -> ListFile | None:
    """Return what the file says where it is read, having checked that nothing in it was lost; None where refused."""
    path = folder / name
    path.write_bytes(raw)
    try:
        listed = parse(path, licensed=[ListSource.OPENSANCTIONS])
    except UnrecognisedList:
        return None
    parts = len(listed.entries), listed.counts.get("merged", 0), len(listed.rejected), len(listed.skipped)
    assert sum(parts) == listed.counts["records"]
    assert all(record.reason for record in (*listed.rejected, *listed.skipped))
    text = json.dumps(listed.to_json(), ensure_ascii=False).encode().decode()
    assert "\\u0000" not in text
    assert ListFile.from_json(json.loads(text)) == listed
    assert all(name.text.isprintable() and entry.display_name for entry in listed.entries for name in entry.names)
    return listed


@every_form
@DEEP
@given(st.data())
def test_every_record_of_a_damaged_file_is_accounted_for(form: Form, folder: Path, data: st.DataObject) -> None:
    structure = form.whole()
    for _ in range(data.draw(st.integers(1, 4))):
        form.damage(data.draw, structure)
    listed = _read(folder, form.dump(structure))
    assert listed is None or listed.counts["records"] == form.count(structure)


@every_form
def test_undamaged_files_are_read_whole(form: Form, folder: Path) -> None:
    listed = _read(folder, form.dump(form.whole()))
    assert listed is not None
    assert listed.counts["records"] == form.count(form.whole())


@every_form
@DEEP
@given(st.data())
def test_one_damaged_record_takes_no_other_with_it(form: Form, folder: Path, data: st.DataObject) -> None:
    structure = form.whole()
    before = _read(folder, form.dump(structure))
    assert before is not None
    record = data.draw(st.sampled_from(form.records(structure)))
    for _ in range(data.draw(st.integers(1, 3))):
        form.damage(data.draw, record)
    after = _read(folder, form.dump(structure))
    if after is not None:
        kept = {entry.ref: entry.names for entry in after.entries}
        assert sum(kept.get(entry.ref) != entry.names for entry in before.entries) <= 1


def _spoilt(raw: bytes, data: st.DataObject) -> bytes:
    """Return the bytes cut, changed, shuffled, in another encoding, or packed and spoilt afterwards."""
    pack = data.draw(st.sampled_from(_PACKINGS))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8", "utf-16", "utf-16-le", "utf-32", "cp1252", "utf-7"]))
    raw = pack(raw.decode("utf-8", "replace").encode(encoding, "replace"))
    for _ in range(data.draw(st.integers(0, 3))):
        place, other = sorted(data.draw(st.integers(0, len(raw))) for _ in range(2))
        inserted = data.draw(st.binary(max_size=4) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
        kinds = [raw[:place], raw[place:], raw[:place] + inserted + raw[other:], raw[:other] + raw[place:]]
        raw = data.draw(st.sampled_from(kinds))
    return raw


@every_form
@DEEP
@given(st.data())
def test_any_bytes_made_of_a_list_are_read_or_refused(form: Form, folder: Path, data: st.DataObject) -> None:
    _read(folder, _spoilt(form.dump(form.whole()), data))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(_HEADS),
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
)
def test_any_bytes_are_read_or_refused(folder: Path, head: bytes, rest: bytes) -> None:
    _read(folder, head + rest)


@pytest.mark.parametrize("form", [form for form in FORMS if isinstance(form, XmlForm)], ids=lambda form: form.file)
@QUICK
@given(st.data())
def test_an_entity_anywhere_is_refused(form: XmlForm, folder: Path, data: st.DataObject) -> None:
    root = form.whole()
    data.draw(st.sampled_from(list(root.iter()))).text = "BOMB"
    declared = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))
    body = tostring(root, "unicode").replace("BOMB", "&e9;")
    assert _read(folder, f"<!DOCTYPE list [{declared}]>{body}".encode()) is None


@pytest.mark.parametrize("companion", _COMPANIONS)
@QUICK
@given(st.data())
def test_damage_to_a_companion_of_the_csv_set_loses_no_party(
    companion: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("set")
    shutil.copytree(FIXTURES / "ofac_csv", folder, dirs_exist_ok=True)
    (folder / companion).write_bytes(_spoilt((folder / companion).read_bytes(), data))
    listed = _read(folder, (folder / "sdn.csv").read_bytes(), "sdn.csv")
    assert listed is None or [entry.ref for entry in listed.entries] == ["OFAC:90001", "OFAC:90002", "OFAC:90003"]
