# SPDX-License-Identifier: Apache-2.0
"""The shapes of the dated policy files; thresholds and rules live there, not in code.

A policy is chosen by date (`valid_from`) and every decision records which one it used (name, version, SHA-256).
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Months = Annotated[int, Field(ge=0)]
Share = Annotated[int, Field(ge=0, le=10_000)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Dated(_Frozen):
    """What every policy file carries."""

    version: str
    valid_from: date
    source: str


class DocumentRule(_Frozen):
    """One document that a file must hold: accepted kinds, how old it may be, what is shown to the merchant."""

    kinds: tuple[str, ...]
    max_age_months: Months | None = None
    max_files: int = 4


class RequirementsPolicy(Dated):
    """Which documents a merchant owes, and who counts as a beneficial owner."""

    registration_document: DocumentRule
    identity_document: DocumentRule
    identity_document_for: tuple[str, ...]
    owner_threshold: Share
    owner_threshold_inclusive: bool
    owner_data_months: Months
    minimum_age_years: int


class Patience(_Frozen):
    """How old the last successful check of a source may be (hours): until it is told, and until it blocks."""

    warn_after_hours: Annotated[int, Field(gt=0)]
    block_after_hours: Annotated[int, Field(gt=0)]


class ListsPolicy(Patience):
    """Which lists must be present, and how old a successful check of them may be; `sources` names the exceptions."""

    required_live: tuple[str, ...]
    required_test: tuple[str, ...]
    rescreen_after_hours: int
    gate_run_max_age_hours: int
    sources: dict[str, Patience] = {}

    def patience(self, source: str) -> Patience:
        """What holds for one source."""
        return self.sources.get(source, self)


class ReviewPolicy(_Frozen):
    """What an officer must have done before a decision counts."""

    rationale_min_characters: int
    identifiers_compared_min: int
    blocking_severities: tuple[str, ...]
    measures_required: int
    measures: tuple[str, ...]
    sufficient_measures: tuple[str, ...]
    second_approval_on: tuple[str, ...]
    high_score: Annotated[float, Field(gt=0, le=1)]
    target_days: int


class OwnershipPolicy(_Frozen):
    """From which share designated persons' holdings make an entity count as designated (basis points, included)."""

    designated_share: Share


class UploadPolicy(_Frozen):
    """Limits of an upload."""

    max_bytes: int
    max_files_per_merchant: int


class AccessPolicy(_Frozen):
    """Lifetimes of invitations, sessions and tries."""

    invitation_days: int
    portal_idle_minutes: int
    console_idle_minutes: int
    session_hours: int
    login_failures: int
    login_window_minutes: int
    password_min_characters: int


class ThresholdsPolicy(Dated):
    """Every number that a rule needs."""

    lists: ListsPolicy
    review: ReviewPolicy
    ownership: OwnershipPolicy
    upload: UploadPolicy
    access: AccessPolicy
    gate_max_age_seconds: int


class RetentionPolicy(Dated):
    """Months a file is kept after the event that starts its clock."""

    terminated_months: Months
    refused_months: Months
    withdrawn_months: Months
    withdrawn_with_alert_months: Months


class RolesPolicy(Dated):
    """What each role may do: permission names by role."""

    roles: dict[str, tuple[str, ...]]


class Policies(_Frozen):
    """The policies in force on a day, with the SHA-256 of each file."""

    requirements: RequirementsPolicy
    thresholds: ThresholdsPolicy
    retention: RetentionPolicy
    roles: RolesPolicy
    digests: dict[str, str]

    def reference(self) -> dict[str, str]:
        """`name → version sha256:…` of each file, as decisions and findings record it."""
        return {
            name: f"{getattr(self, name).version} sha256:{self.digests[name]}"
            for name in ("requirements", "thresholds", "retention", "roles")
        }
