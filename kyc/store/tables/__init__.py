# SPDX-License-Identifier: Apache-2.0
"""The rows. They are rows only: API bodies are Pydantic models, domain values are frozen dataclasses.

Columns named `sealed` hold personal data as AES-256-GCM under the merchant's own key (services.vault);
nothing else in the database may.
"""

from kyc.store.tables.access import (
    ApiKeyRow,
    InvitationRow,
    LoginFailureRow,
    OfficerRow,
    PortalUserRow,
    SessionRow,
    WebhookEndpointRow,
)
from kyc.store.tables.merchant import DocumentRow, MerchantRow, PageRow, PartyRow, ReadingRow
from kyc.store.tables.review import (
    CaseRow,
    DecisionRow,
    DocumentViewRow,
    FindingRow,
    InformationRequestRow,
    MeasureRow,
)
from kyc.store.tables.screening import (
    AlertRow,
    ListChangeRow,
    ListDeltaRow,
    ListSetRow,
    ListSourceRow,
    ListVersionRow,
    ScreeningRunRow,
)
from kyc.store.tables.work import AuditHeadRow, AuditRow, IdempotencyRow, JobRow, OutboxRow

__all__ = [
    "AlertRow",
    "ApiKeyRow",
    "AuditHeadRow",
    "AuditRow",
    "CaseRow",
    "DecisionRow",
    "DocumentRow",
    "DocumentViewRow",
    "FindingRow",
    "IdempotencyRow",
    "InformationRequestRow",
    "InvitationRow",
    "JobRow",
    "ListChangeRow",
    "ListDeltaRow",
    "ListSetRow",
    "ListSourceRow",
    "ListVersionRow",
    "LoginFailureRow",
    "MeasureRow",
    "MerchantRow",
    "OfficerRow",
    "OutboxRow",
    "PageRow",
    "PartyRow",
    "PortalUserRow",
    "ReadingRow",
    "ScreeningRunRow",
    "SessionRow",
    "WebhookEndpointRow",
]
