# SPDX-License-Identifier: Apache-2.0
"""The files of a prepared index: written beside, renamed into place, mapped when opened."""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from screening.models import canonical_sha256

Array = npt.NDArray[Any]

FORMAT: Final = 6
_MANIFEST: Final = "manifest.json"
_POINTER: Final = "CURRENT"


class UnusableIndex(ValueError):
    """The directory holds no index of this engine's format, or a damaged one."""


def write(out: Path, name: str, arrays: Mapping[str, Array], blobs: Mapping[str, bytes], manifest: Any) -> Path:
    """Write an index as `out`/`name` and point `out` at it; a whole one is left as it is, a damaged one replaced.

    Readers never see half an index: it grows under a temporary name and is renamed, then the
    pointer file is replaced in one step.
    """
    target = out / name
    out.mkdir(parents=True, exist_ok=True)
    if not _whole(target):
        draft = out / f".{name}.{secrets.token_hex(4)}"
        draft.mkdir()
        try:
            _fill(draft, arrays, blobs, manifest)
            _rename(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    point(out, name)
    return target


def _fill(draft: Path, arrays: Mapping[str, Array], blobs: Mapping[str, bytes], manifest: Any) -> None:
    for key, array in arrays.items():
        np.save(draft / f"{key}.npy", array, allow_pickle=False)
    for key, blob in blobs.items():
        (draft / f"{key}.bin").write_bytes(blob)
    files = {path.name: _digest(path) for path in sorted(draft.iterdir())}
    told = {"format": FORMAT, "files": files, **manifest}
    text = json.dumps({**told, "sha256": canonical_sha256(told)}, sort_keys=True, indent=1)
    (draft / _MANIFEST).write_text(text, encoding="utf-8")
    for path in draft.iterdir():
        _sync(path)
    _sync(draft)


def _rename(draft: Path, target: Path) -> None:
    if target.exists() and not _whole(target):
        with suppress(FileNotFoundError):  # another process moved it first
            _discard(target.rename(draft.with_name(f"{draft.name}.damaged")), target)
    try:
        draft.rename(target)
    except OSError:
        # Another process finished the same content first.
        if not _whole(target):
            raise
    _sync(target.parent)


def _discard(moved: Path, target: Path) -> None:
    """Remove a damaged index; another process may have put a whole one there since: it goes back."""
    if _whole(moved):
        with suppress(OSError):  # or that process has put one more
            moved.rename(target)
    shutil.rmtree(moved, ignore_errors=True)


def _whole(path: Path) -> bool:
    """Return whether there is an index whose files are all as they were written."""
    try:
        read_manifest(path)
    except (UnusableIndex, OSError):
        return False
    return True


def point(out: Path, name: str) -> None:
    """Make `name` the active index of `out` in one step."""
    draft = out / f".{_POINTER}.{secrets.token_hex(4)}"
    draft.write_text(f"{name}\n", encoding="utf-8")
    _sync(draft)
    draft.replace(out / _POINTER)
    _sync(out)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def locate(path: Path) -> Path:
    """Return the directory of the index itself: `path`, or the one `path` points at.

    Raises UnusableIndex where there is none.
    """
    pointer = path / _POINTER
    if pointer.is_file():
        name = pointer.read_text(encoding="utf-8").strip()
        if not name or Path(name).name != name:
            raise UnusableIndex("the pointer names no index")
        path = path / name
    if not (path / _MANIFEST).is_file():
        raise UnusableIndex("no index here")
    return path


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of an index whose files are all as they were written; they are read once for that."""
    try:
        manifest = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableIndex("unreadable manifest") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise UnusableIndex("an index of another format: build it again")
    if manifest.pop("sha256", None) != canonical_sha256(manifest):
        raise UnusableIndex("damaged manifest")
    for name, digest in manifest["files"].items():
        if not (path / name).is_file():
            raise UnusableIndex(f"{name} is missing")
        if _digest(path / name) != digest:
            raise UnusableIndex(f"{name} is damaged or cut off")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_array(path: Path, key: str) -> Array:
    """Return one array, mapped so that forked processes share its pages."""
    # As a plain array over the mapped pages: indexing a memmap costs three times as much.
    return np.asarray(np.load(path / f"{key}.npy", mmap_mode="r", allow_pickle=False))


def load_blob(path: Path, key: str) -> Array:
    """Return one blob as mapped bytes."""
    file = path / f"{key}.bin"
    if not file.stat().st_size:
        return np.zeros(0, dtype=np.uint8)
    return np.asarray(np.memmap(file, dtype=np.uint8, mode="r"))


def content_name(parts: list[str]) -> str:
    """Return the name of an index from what it is made of."""
    text = "\n".join([str(FORMAT), *parts])
    return "index-" + hashlib.sha256(text.encode()).hexdigest()[:24]


def stable_hash(text: str) -> int:
    """Return a signed 64-bit hash that is the same in every process."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
