# SPDX-License-Identifier: Apache-2.0
"""Queries on list versions, sources and the active list set."""

from collections.abc import Sequence

from sqlalchemy import case, delete, select, update
from sqlmodel import Session, col

from kyc.domain.errors import NotFoundError
from kyc.store.tables import ListChangeRow, ListDeltaRow, ListSetRow, ListSourceRow, ListVersionRow


class Lists:
    """What the institution screens against."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_version(self, row: ListVersionRow) -> None:
        """Insert a version in its first state."""
        self._session.add(row)
        self._session.flush()

    def version(self, version_id: str, *, locked: bool = False) -> ListVersionRow:
        """One version; `locked` keeps others from changing it meanwhile."""
        row = self._session.get(ListVersionRow, version_id, with_for_update=locked or None)
        if row is None:
            raise NotFoundError("LIST_VERSION_NOT_FOUND")
        return row

    def versions(self, limit: int = 50) -> list[ListVersionRow]:
        """The newest versions of all sources."""
        return list(
            self._session.execute(
                select(ListVersionRow).order_by(col(ListVersionRow.imported_at).desc()).limit(limit)
            ).scalars()
        )

    def replace_changes(self, version_id: str, rows: Sequence[ListChangeRow]) -> None:
        """Keep what a version says otherwise than the one before it."""
        self._session.execute(delete(ListChangeRow).where(col(ListChangeRow.version_id) == version_id))
        self._session.add_all(rows)
        self._session.flush()

    def changes(self, version_id: str, *, limit: int, offset: int = 0) -> list[ListChangeRow]:
        """What a version says otherwise: entries added, changed, removed, those first that can make or end a match."""
        query = (
            select(ListChangeRow)
            .where(col(ListChangeRow.version_id) == version_id)
            .order_by(
                col(ListChangeRow.identifying).desc(),
                case({"added": 0, "changed": 1, "removed": 2}, value=col(ListChangeRow.kind)),
                col(ListChangeRow.ref),
            )
        )
        return list(self._session.execute(query.limit(limit).offset(offset)).scalars())

    def active_version(self, source: str) -> ListVersionRow | None:
        """The version of a source that is screened against."""
        return self._session.execute(
            select(ListVersionRow).where(col(ListVersionRow.source) == source, col(ListVersionRow.state) == "active")
        ).scalar_one_or_none()

    def active_versions(self) -> list[ListVersionRow]:
        """The active version of every source."""
        return list(
            self._session.execute(
                select(ListVersionRow).where(col(ListVersionRow.state) == "active").order_by(col(ListVersionRow.source))
            ).scalars()
        )

    def activate(self, version: ListVersionRow) -> None:
        """Make this the active version of its source."""
        self._session.execute(
            update(ListVersionRow)
            .where(col(ListVersionRow.source) == version.source, col(ListVersionRow.state) == "active")
            .values(state="superseded")
        )
        self._session.flush()
        version.state = "active"
        self._session.flush()

    def retire_source(self, source: str) -> None:
        """Stop screening against a source (the fictional list, once official ones are there)."""
        self._session.execute(
            update(ListVersionRow)
            .where(col(ListVersionRow.source) == source, col(ListVersionRow.state) == "active")
            .values(state="superseded")
        )

    def source(self, source: str) -> ListSourceRow:
        """What is known of a source; an empty row where it was never checked."""
        row = self._session.get(ListSourceRow, source)
        if row is None:
            row = ListSourceRow(source=source)
            self._session.add(row)
        return row

    def sources(self) -> Sequence[ListSourceRow]:
        """Every source that was ever checked."""
        return list(self._session.execute(select(ListSourceRow).order_by(col(ListSourceRow.source))).scalars())

    def held_back(self, source: str, content_sha256: str) -> ListVersionRow | None:
        """The version of this very content that a gate held back before, so that each poll does not add another."""
        return self._session.execute(
            select(ListVersionRow)
            .where(
                col(ListVersionRow.source) == source,
                col(ListVersionRow.content_sha256) == content_sha256,
                col(ListVersionRow.state).in_(("quarantined", "refused")),
            )
            .order_by(col(ListVersionRow.imported_at).desc())
            .limit(1)
        ).scalar_one_or_none()

    def active_set(self, *, locked: bool = False) -> ListSetRow | None:
        """The pointer to what is screened against; `locked` keeps others from moving it meanwhile."""
        query = select(ListSetRow).where(col(ListSetRow.active))
        return self._session.execute(query.with_for_update() if locked else query).scalar_one_or_none()

    def set_of(self, list_set: str) -> ListSetRow:
        """One list set, active or not."""
        row = self._session.get(ListSetRow, list_set)
        if row is None:
            raise NotFoundError("LIST_SET_NOT_FOUND")
        return row

    def sets(self) -> list[ListSetRow]:
        """Every list set, the newest first."""
        return list(self._session.execute(select(ListSetRow).order_by(col(ListSetRow.id).desc())).scalars())

    def add_delta(self, row: ListDeltaRow) -> None:
        """Keep what everybody is searched for on the way from one set to another; the same way only once."""
        self._session.merge(row)
        self._session.flush()

    def publications(self, list_set: str) -> tuple[tuple[str, str], ...]:
        """Which publication of each source a set holds, as (source, publication id) pairs."""
        row = self.set_of(list_set)
        return tuple((source, self.version(version).publication_id) for source, version in sorted(row.versions.items()))

    def switch(self, row: ListSetRow) -> None:
        """Make this set the active one, in this transaction."""
        self._session.execute(update(ListSetRow).where(col(ListSetRow.active)).values(active=False))
        self._session.flush()
        self._session.add(row)
        self._session.flush()
