# SPDX-License-Identifier: Apache-2.0
"""Sealed values open only with their key and in their place, and die with the key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.adapters.file_keys import FileKeys, master_key
from kyc.domain.errors import NotFoundError, UnavailableError
from kyc.services.vault import INSTALLATION, Vault

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    """A vault with the keys of two merchants."""
    keys = FileKeys(tmp_path_factory.mktemp("keys"), b"m" * 32)
    for key_id in (INSTALLATION, "key_a", "key_b"):
        keys.create(key_id)
    return Vault(keys)


@given(value=JSON)
def test_what_was_sealed_opens_again(vault: Vault, value: object) -> None:
    assert vault.open("key_a", "party:1", vault.seal("key_a", "party:1", value)) == value


def test_the_same_value_is_never_sealed_to_the_same_bytes(vault: Vault) -> None:
    assert vault.seal("key_a", "party:1", "x") != vault.seal("key_a", "party:1", "x")


@pytest.mark.parametrize(("key_id", "place"), [("key_b", "party:1"), ("key_a", "party:2"), ("key_b", "party:2")])
def test_a_value_does_not_open_for_another_merchant_or_in_another_place(vault: Vault, key_id: str, place: str) -> None:
    sealed = vault.seal("key_a", "party:1", "secret")
    with pytest.raises(UnavailableError, match="STORED_DATA_DAMAGED"):
        vault.open(key_id, place, sealed)


@given(position=st.integers(0, 40), flip=st.integers(1, 255))
def test_each_flipped_byte_is_noticed(vault: Vault, position: int, flip: int) -> None:
    sealed = bytearray(vault.seal_bytes("key_a", "blob:1", b"0123456789abc"))
    sealed[position % len(sealed)] ^= flip
    with pytest.raises(UnavailableError):
        vault.open_bytes("key_a", "blob:1", bytes(sealed))


def test_destroying_the_key_makes_the_value_unreadable_for_good(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path, b"m" * 32)
    keys.create("key_x")
    vault = Vault(keys)
    sealed = vault.seal("key_x", "party:1", "Jeanne Exemple")
    keys.destroy("key_x")
    keys.destroy("key_x")
    with pytest.raises(NotFoundError):
        vault.open("key_x", "party:1", sealed)
    keys.create("key_x")
    with pytest.raises(UnavailableError):
        vault.open("key_x", "party:1", sealed)


def test_creating_a_key_again_keeps_the_first(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path, b"m" * 32)
    keys.create("key_x")
    first = keys.get("key_x")
    keys.create("key_x")
    assert keys.get("key_x") == first


def test_keys_on_disk_are_wrapped_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "keys", b"m" * 32)
    keys.create("key_x")
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert keys.get("key_x") not in file.read_bytes()
    with pytest.raises(UnavailableError, match="KEY_DAMAGED"):
        FileKeys(tmp_path / "keys", b"n" * 32).get("key_x")


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x" * 65, "key.x"])
def test_a_key_name_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        FileKeys(tmp_path, b"m" * 32).get(name)


def test_the_master_key_is_made_once_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    assert master_key(path) == master_key(path)
    path.write_bytes(b"short")
    with pytest.raises(UnavailableError, match="MASTER_KEY_DAMAGED"):
        master_key(path)


def test_look_up_hashes_differ_by_purpose_and_text(vault: Vault) -> None:
    hashes = {vault.lookup_hash(purpose, text) for purpose in ("a", "b") for text in ("x", "y")}
    assert len(hashes) == 4
    assert vault.lookup_hash("a", "x") == vault.lookup_hash("a", "x")
