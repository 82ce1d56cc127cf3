# SPDX-License-Identifier: Apache-2.0
"""Queries on merchant accounts and the parties of their files."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from kyc.domain.errors import NotFoundError
from kyc.store.tables import MerchantRow, PartyRow


class Merchants:
    """Accounts, companies, people."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: MerchantRow) -> None:
        """Insert at once, so that a duplicate external reference shows here."""
        self._session.add(row)
        self._session.flush()

    def get(self, merchant_id: str, *, livemode: bool | None = None) -> MerchantRow:
        """The account; NotFoundError also where it belongs to the other mode."""
        row = self._session.get(MerchantRow, merchant_id)
        if row is None or (livemode is not None and row.livemode != livemode):
            raise NotFoundError("MERCHANT_NOT_FOUND")
        return row

    def locked(self, merchant_id: str) -> MerchantRow:
        """The account, held until the end of the transaction: changes to one file queue up behind each other."""
        row: MerchantRow | None = self._session.execute(
            select(MerchantRow)
            .where(col(MerchantRow.id) == merchant_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if row is None:
            raise NotFoundError("MERCHANT_NOT_FOUND")
        return row

    def by_reference(self, external_reference: str, *, livemode: bool) -> MerchantRow | None:
        """The account that the platform knows by this reference."""
        return self._session.execute(
            select(MerchantRow).where(
                col(MerchantRow.external_reference) == external_reference, col(MerchantRow.livemode) == livemode
            )
        ).scalar_one_or_none()

    def page(self, *, livemode: bool, after: str | None, limit: int) -> list[MerchantRow]:
        """Accounts in order of creation, `limit` at most, following the id `after`."""
        query = select(MerchantRow).where(col(MerchantRow.livemode) == livemode)
        if after:
            query = query.where(col(MerchantRow.id) > after)
        return list(self._session.execute(query.order_by(col(MerchantRow.id)).limit(limit)).scalars())

    def add_party(self, row: PartyRow) -> None:
        """Insert a company or a person."""
        self._session.add(row)
        self._session.flush()

    def party(self, party_id: str, merchant_id: str) -> PartyRow:
        """A current party of this merchant; another merchant's does not exist for it."""
        row = self._session.get(PartyRow, party_id)
        if row is None or row.merchant_id != merchant_id or row.removed_at is not None:
            raise NotFoundError("PARTY_NOT_FOUND")
        return row

    def parties(self, merchant_id: str, *, removed: bool = False) -> Sequence[PartyRow]:
        """Current parties, the company first, people in the order in which they were entered."""
        query = select(PartyRow).where(col(PartyRow.merchant_id) == merchant_id)
        if not removed:
            query = query.where(col(PartyRow.removed_at).is_(None))
        return list(self._session.execute(query.order_by(col(PartyRow.kind), col(PartyRow.id))).scalars())

    def parties_with_accounts(self, party_ids: Sequence[str]) -> list[tuple[MerchantRow, PartyRow]]:
        """These parties, each with its account."""
        rows = self._session.execute(
            select(MerchantRow, PartyRow)
            .join(PartyRow, col(PartyRow.merchant_id) == col(MerchantRow.id))
            .where(col(PartyRow.id).in_(party_ids))
        )
        return [(merchant, party) for merchant, party in rows]

    def company(self, merchant_id: str) -> PartyRow:
        """The merchant's company."""
        row: PartyRow = self._session.execute(
            select(PartyRow).where(col(PartyRow.merchant_id) == merchant_id, col(PartyRow.kind) == "company")
        ).scalar_one()
        return row
