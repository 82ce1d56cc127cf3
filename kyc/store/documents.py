# SPDX-License-Identifier: Apache-2.0
"""Queries on documents, their readings and pages."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import Session, col

from kyc.domain.errors import NotFoundError
from kyc.store.tables import DocumentRow, PageRow, ReadingRow


class Documents:
    """Uploaded files and what was read from them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: DocumentRow) -> None:
        """Insert a document."""
        self._session.add(row)
        self._session.flush()

    def get(self, document_id: str, merchant_id: str | None = None) -> DocumentRow:
        """A document; where `merchant_id` is given, another merchant's does not exist."""
        row = self._session.get(DocumentRow, document_id)
        if row is None or (merchant_id is not None and row.merchant_id != merchant_id):
            raise NotFoundError("DOCUMENT_NOT_FOUND")
        return row

    def same_file(self, merchant_id: str, party_id: str, requirement: str, sha256: str) -> DocumentRow | None:
        """The document that already holds these bytes for the same purpose."""
        return self._session.execute(
            select(DocumentRow).where(
                col(DocumentRow.merchant_id) == merchant_id,
                col(DocumentRow.party_id) == party_id,
                col(DocumentRow.requirement) == requirement,
                col(DocumentRow.sha256) == sha256,
                col(DocumentRow.state) != "superseded",
            )
        ).scalar_one_or_none()

    def of_merchant(self, merchant_id: str, *, superseded: bool = False) -> list[DocumentRow]:
        """Documents of a file in the order of arrival."""
        query = select(DocumentRow).where(col(DocumentRow.merchant_id) == merchant_id)
        if not superseded:
            query = query.where(col(DocumentRow.state) != "superseded")
        return list(self._session.execute(query.order_by(col(DocumentRow.id))).scalars())

    def count(self, merchant_id: str) -> int:
        """How many files the merchant ever sent."""
        count: int = self._session.execute(
            select(func.count()).select_from(DocumentRow).where(col(DocumentRow.merchant_id) == merchant_id)
        ).scalar_one()
        return count

    def all_ids(self) -> list[str]:
        """Ids of all documents, for the check of blobs against rows."""
        return list(self._session.execute(select(col(DocumentRow.id))).scalars())

    def add_reading(self, row: ReadingRow, pages: Sequence[PageRow]) -> None:
        """Insert a reading with its pages; a second reading of the same document is refused by the database."""
        self._session.add(row)
        self._session.add_all(pages)
        self._session.flush()

    def reading(self, document_id: str) -> ReadingRow | None:
        """What was read from a document, if reading is through."""
        return self._session.execute(
            select(ReadingRow).where(col(ReadingRow.document_id) == document_id)
        ).scalar_one_or_none()

    def pages(self, document_id: str) -> list[PageRow]:
        """Page pictures in order."""
        return list(
            self._session.execute(
                select(PageRow).where(col(PageRow.document_id) == document_id).order_by(col(PageRow.number))
            ).scalars()
        )

    def all_pages(self) -> list[PageRow]:
        """Every page, for the check of blobs against rows."""
        return list(self._session.execute(select(PageRow)).scalars())
