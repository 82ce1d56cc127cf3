# SPDX-License-Identifier: Apache-2.0
"""The official files as they came, kept as evidence of what was screened against, and the indexes made of them."""

import shutil
from pathlib import Path

from kyc.domain.errors import UnavailableError
from kyc.services.deps import Deps
from kyc.store.tables import ListVersionRow
from screening import LICENSED, Index, ListFile, UnrecognisedList, build_index, parse

#: Index folders that stay: that of the active set, and of those which a running job may still have open.
_KEPT_INDEXES = 3


def keep(deps: Deps, version_id: str, path: Path) -> Path:
    """Copy a file to where the version keeps it."""
    kept = _folder(deps, version_id) / f"list{''.join(path.suffixes[-2:])}"
    kept.parent.mkdir(parents=True)
    shutil.copyfile(path, kept)
    return kept


def forget(kept: Path) -> None:
    """Drop a file that did not become a version."""
    shutil.rmtree(kept.parent)


def read(deps: Deps, version: ListVersionRow) -> ListFile:
    """What a version says, read again from its file; UnavailableError where that is missing or cannot be read.

    Whether a source that needs a licence may be screened against was asked when its file came in.
    """
    found = sorted(_folder(deps, version.id).glob("list*"))
    if not found:
        raise UnavailableError("LIST_FILE_MISSING")
    try:
        return parse(found[0], licensed=LICENSED)
    except UnrecognisedList as error:
        raise UnavailableError("LIST_FILE_UNREADABLE") from error


def index_of(deps: Deps, versions: list[ListVersionRow]) -> str:
    """Prepare the search of these versions together; returns the index's name below the lists folder."""
    index: Index = build_index([read(deps, version) for version in versions], deps.lists_folder / "index")
    return str(index.path.relative_to(deps.lists_folder))


def prune_indexes(deps: Deps) -> None:
    """Remove indexes of list sets that were replaced long ago; they can be made again from the files."""
    with deps.db.read() as view:
        paths = [row.index_path for row in view.lists.sets()]
    kept = set(paths[:_KEPT_INDEXES])
    for path in set(paths[_KEPT_INDEXES:]) - kept:
        shutil.rmtree(deps.lists_folder / path, ignore_errors=True)


def _folder(deps: Deps, version_id: str) -> Path:
    return deps.lists_folder / "raw" / version_id
