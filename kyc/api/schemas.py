# SPDX-License-Identifier: Apache-2.0
"""The bodies of the public contract; never a table, never more than is documented.

Every word that a client may meet in an enumeration is listed in its description and may be joined by others
later: clients treat what they do not know as "other".
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from kyc.domain.webhook_url import MAX_LENGTH


def _text(value: object) -> object:
    """Pydantic would take numbers for dates too; the contract knows RFC 3339 only."""
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "Input should be a valid string")
    return value


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


#: A moment in UTC as RFC 3339 writes it, `2026-11-22T09:00:00.000Z`.
Moment = Annotated[
    datetime, PlainSerializer(_rfc3339, return_type=str), Field(json_schema_extra={"format": "date-time"})
]
#: No `@`: a reference that is an e-mail address would put personal data where everybody logs it.
Reference = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=r"^[A-Za-z0-9._:/+=-]+$",
        description="Your own id of the merchant. No e-mail address, no name: it appears in logs.",
    ),
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountCreate(_Body):
    """A new merchant account."""

    external_reference: Reference
    language: Annotated[
        Literal["fr", "nl", "en"], Field(description="Language of the first page and of the e-mails.")
    ] = "fr"


class RelationshipEnd(_Body):
    """The end of the business relationship."""

    ended_on: Annotated[
        date, BeforeValidator(_text), Field(description="The day on which it ended, not in the future.")
    ]


class WebhookEndpointCreate(_Body):
    """A new receiver of events."""

    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_LENGTH,
            description="HTTPS, a public host, no credentials, no fragment.",
            json_schema_extra={"format": "uri"},
        ),
    ]


class ReplayRequest(_Body):
    """From when on events are to be sent again."""

    since: Annotated[
        AwareDatetime,
        BeforeValidator(_text),
        Field(alias="from", description="RFC 3339 with time zone; events written at this moment or later."),
    ]


class Invitation(_Body):
    """The link for the merchant's contact; shown once, it replaces older ones."""

    url: str
    expires_at: Moment


class Capability(_Body):
    """One thing that an account may be allowed to do."""

    requested: bool
    allowed: Annotated[bool, Field(description="The gate's answer; nothing but true opens it.")]
    enabled: Annotated[bool, Field(description="False once the account has ended or was rejected.")]
    verification_status: Annotated[str, Field(description="pending, valid, invalid, rejected")]
    disabled_reason: Annotated[
        str | None,
        Field(
            description="requirements.past_due, requirements.pending_verification, under_review, rejected.other, "
            "closed, other"
        ),
    ]


class RemediatingAction(_Body):
    """What the merchant can do, and where."""

    code: Annotated[str, Field(description="upload_different_document, confirm_document, provide_information")]
    label: str
    url: str


class RequirementError(_Body):
    """Why something that was given is not enough."""

    code: Annotated[str, Field(description="For example document_too_old; the list stands in the guide.")]
    reason: Annotated[str, Field(description="A sentence for the merchant, in the account's language.")]
    requirement: str
    remediating_actions: list[RemediatingAction]
    retry: Annotated[str, Field(description="allowed")]


class RequirementEntry(_Body):
    """One thing that the file needs."""

    id: str
    name: str
    party_id: Annotated[str | None, Field(description="Whom it concerns; the party_id of an upload.")]
    awaiting_action_from: Annotated[str, Field(description="merchant, institution, none")]
    status: Annotated[str, Field(description="currently_due, pending_verification, satisfied")]
    restricts_capabilities: list[str]
    deadline: Moment | None
    requested_reason: Annotated[str, Field(description="onboarding, additional_information")]


class Alternative(_Body):
    """Another way to meet a requirement."""

    original_fields_due: list[str]
    alternative_fields_due: list[str]


class Requirements(_Body):
    """What the file needs. There is no period of grace: what is due while the gate is shut is past due too."""

    current_deadline: Moment | None
    currently_due: list[str]
    eventually_due: list[str]
    past_due: list[str]
    pending_verification: list[str]
    alternatives: list[Alternative]
    errors: list[RequirementError]
    entries: list[RequirementEntry]
    disabled_reason: str | None


class Kyc(_Body):
    """How far the merchant is verified."""

    level: Annotated[str, Field(description="none, regular")]
    verified_at: Moment | None
    renewal_deadline: Moment | None


class Retention(_Body):
    """How long the file is kept after the end of the relationship."""

    relationship_ended_on: date
    retain_until: Annotated[date | None, Field(description="The last day, included; null where it is not told.")]


class Account(_Body):
    """A merchant account."""

    id: str
    object: Literal["merchant_account"] = "merchant_account"
    livemode: bool
    external_reference: str
    status: Annotated[
        str, Field(description="onboarding, pending_review, active, restricted, suspended, rejected, closed")
    ]
    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool
    capabilities: dict[str, Capability]
    requirements: Requirements
    kyc: Kyc
    retention: Retention | None
    version: int
    created_at: Moment
    updated_at: Moment


class AccountWithInvitation(Account):
    """A merchant account and the link for its contact."""

    invitation: Invitation


class AccountPage(_Body):
    """Some accounts, oldest first."""

    data: list[Account]
    has_more: bool
    next_cursor: Annotated[str, Field(description="The `cursor` of the next page; empty on the last.")]


class GateAnswer(_Body):
    """Whether this merchant may be used for payments now; coarse on purpose."""

    allowed: bool
    reason: Annotated[
        str | None,
        Field(
            description="null where allowed; else requirements.past_due, requirements.pending_verification, "
            "under_review, rejected.other, closed, other"
        ),
    ]
    version: int
    as_of: Moment
    max_age_seconds: Annotated[int, Field(description="The answer may be reused for so long and no longer.")]


class DocumentState(_Body):
    """An uploaded file."""

    id: str
    object: Literal["document"] = "document"
    state: Annotated[str, Field(description="processing, checked, rejected")]


class Document(DocumentState):
    """An uploaded file with what became of it."""

    requirement: str
    party_id: str
    error_code: Annotated[str | None, Field(description="Why another file is needed; null where none is.")]
    media_type: str
    size: int
    uploaded_at: Moment


class DocumentList(_Body):
    """The current files of a merchant, oldest first."""

    data: list[Document]


class WebhookEndpoint(_Body):
    """A receiver of events."""

    id: str
    object: Literal["webhook_endpoint"] = "webhook_endpoint"
    url: str
    livemode: bool
    created_at: Moment


class WebhookEndpointWithSecret(WebhookEndpoint):
    """A receiver with its signing secret, which is shown this once."""

    secret: str


class WebhookEndpointList(_Body):
    """The receivers that events are sent to."""

    data: list[WebhookEndpoint]


class Replay(_Body):
    """How many events will be sent again; `next_from` continues where there are more."""

    queued: int
    has_more: bool
    next_from: Moment | None


class ProblemDetail(_Body):
    """One thing that is wrong: where, a code, a sentence."""

    pointer: str
    code: str
    detail: str


class Problem(_Body):
    """An error (RFC 9457). `code` is stable; `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[ProblemDetail]
    request_id: str
    allowed: Annotated[Literal[False], Field(description="At the gate only: an error is never a yes.")] | None = None


def plain(body: BaseModel) -> dict[str, Any]:
    """The JSON types of a body, as they are sent and stored."""
    return body.model_dump(mode="json")
