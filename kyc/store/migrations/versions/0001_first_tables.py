# SPDX-License-Identifier: Apache-2.0
"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("body_sealed", sa.Boolean(), nullable=False),
        sa.Column("body_digest", sa.String(), nullable=False),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_merchant_id"), ["merchant_id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "idempotency",
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("response", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("client", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("run_after", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.CheckConstraint("(state = 'running') = (token IS NOT NULL)", name=op.f("ck_job_running_has_token")),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'dead')", name=op.f("ck_job_state_known")),
        sa.CheckConstraint("attempt >= 0", name=op.f("ck_job_attempt_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("due_jobs", ["state", "run_after"], unique=False)
        batch_op.create_index(
            "same_work_once",
            ["kind", "subject_id"],
            unique=True,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.create_table(
        "list_set",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("index_path", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_set")),
    )
    with op.batch_alter_table("list_set", schema=None) as batch_op:
        batch_op.create_index(
            "one_active_set",
            ["active"],
            unique=True,
            sqlite_where=sa.text("active"),
            postgresql_where=sa.text("active"),
        )

    op.create_table(
        "list_source",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("publication_id", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("problem_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_list_source")),
    )
    op.create_table(
        "list_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("publication_id", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("raw_sha256", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("delta", sa.JSON(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("released_by", sa.String(), nullable=True),
        sa.CheckConstraint("state <> 'active' OR entries > 0", name=op.f("ck_list_version_active_not_empty")),
        sa.CheckConstraint(
            "state IN ('staged', 'active', 'superseded', 'quarantined', 'refused')",
            name=op.f("ck_list_version_state_known"),
        ),
        sa.CheckConstraint(
            "released_by IS NULL OR released_by <> imported_by", name=op.f("ck_list_version_release_by_another")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_version")),
    )
    with op.batch_alter_table("list_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_version_source"), ["source"], unique=False)
        batch_op.create_index(
            "one_active_version_a_source",
            ["source"],
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )

    op.create_table(
        "login_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_failure_subject_hash"), ["subject_hash"], unique=False)

    op.create_table(
        "merchant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("external_reference", sa.String(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.CheckConstraint("(ended_on IS NULL) = (retain_until IS NULL)", name=op.f("ck_merchant_clock_complete")),
        sa.CheckConstraint("retain_until IS NULL OR retain_until >= ended_on", name=op.f("ck_merchant_clock_forward")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_merchant_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant")),
        sa.UniqueConstraint("livemode", "external_reference", name=op.f("uq_merchant_livemode_external_reference")),
    )
    op.create_table(
        "officer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("role <> ''", name=op.f("ck_officer_role_given")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("email", name=op.f("uq_officer_email")),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('portal', 'console')", name=op.f("ck_session_kind_known")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_invitation_merchant_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_merchant_id"), ["merchant_id"], unique=False)

    op.create_table(
        "kyc_case",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("assessed_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state <> 'pending_second_approval' OR proposed_by IS NOT NULL",
            name=op.f("ck_kyc_case_proposal_has_author"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'processing', 'in_review', 'info_requested', 'pending_second_approval', 'approved', 'refused', 'suspended', 'withdrawn', 'terminated')",
            name=op.f("ck_kyc_case_state_known"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_kyc_case_version_positive")),
        sa.ForeignKeyConstraint(["assigned_to"], ["officer.id"], name=op.f("fk_kyc_case_assigned_to")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_kyc_case_merchant_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["officer.id"], name=op.f("fk_kyc_case_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kyc_case")),
        sa.UniqueConstraint("number", name=op.f("uq_kyc_case_number")),
    )
    with op.batch_alter_table("kyc_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kyc_case_merchant_id"), ["merchant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_kyc_case_state"), ["state"], unique=False)
        batch_op.create_index(
            "one_running_case_a_merchant",
            ["merchant_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('refused', 'withdrawn', 'terminated')"),
            postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn', 'terminated')"),
        )

    op.create_table(
        "outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("endpoint_id", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("channel IN ('webhook', 'email')", name=op.f("ck_outbox_channel_known")),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'failed')", name=op.f("ck_outbox_state_known")),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoint.id"], name=op.f("fk_outbox_endpoint_id")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_outbox_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_merchant_id"), ["merchant_id"], unique=False)

    op.create_table(
        "party",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("representative", sa.Boolean(), nullable=False),
        sa.Column("beneficial_owner", sa.Boolean(), nullable=False),
        sa.Column("capital", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "kind = 'person' OR (NOT representative AND NOT beneficial_owner AND capital = 0 AND votes = 0)",
            name=op.f("ck_party_roles_are_personal"),
        ),
        sa.CheckConstraint("kind IN ('company', 'person')", name=op.f("ck_party_kind_known")),
        sa.CheckConstraint(
            "capital BETWEEN 0 AND 10000 AND votes BETWEEN 0 AND 10000", name=op.f("ck_party_shares_within_whole")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_party_version_positive")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_party_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_merchant_id"), ["merchant_id"], unique=False)
        batch_op.create_index(
            "one_company_a_merchant",
            ["merchant_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'company'"),
            postgresql_where=sa.text("kind = 'company'"),
        )

    op.create_table(
        "portal_user",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("email_hash", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("notice_version", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_portal_user_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_user")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_portal_user_email_hash")),
    )
    with op.batch_alter_table("portal_user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_user_merchant_id"), ["merchant_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("second_needed", sa.Boolean(), nullable=False),
        sa.Column("second_reasons", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("second_by", sa.String(), nullable=True),
        sa.Column("second_at", sa.DateTime(), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("policies", sa.JSON(), nullable=False),
        sa.Column("list_set", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("outcome IN ('approve', 'refuse', 'reinstate')", name=op.f("ck_decision_outcome_known")),
        sa.CheckConstraint(
            "NOT final OR NOT second_needed OR second_by IS NOT NULL", name=op.f("ck_decision_second_approval_given")
        ),
        sa.CheckConstraint("second_by IS NULL OR second_by <> decided_by", name=op.f("ck_decision_four_eyes")),
        sa.ForeignKeyConstraint(["case_id"], ["kyc_case.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_decision_decided_by")),
        sa.ForeignKeyConstraint(["second_by"], ["officer.id"], name=op.f("fk_decision_second_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "one_final_decision_a_version",
            ["case_id", "case_version"],
            unique=True,
            sqlite_where=sa.text("final"),
            postgresql_where=sa.text("final"),
        )
        batch_op.create_index(
            "one_open_proposal_a_case",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("NOT final AND NOT withdrawn"),
            postgresql_where=sa.text("NOT final AND NOT withdrawn"),
        )

    op.create_table(
        "document",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("confirmation", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "confirmation IN ('', 'correct', 'disputed', 'sent_anyway')", name=op.f("ck_document_confirmation_known")
        ),
        sa.CheckConstraint(
            "requirement IN ('registration_document', 'identity_document')", name=op.f("ck_document_requirement_known")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'read', 'refused', 'unreadable', 'superseded')", name=op.f("ck_document_state_known")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_document_sha256_whole")),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_size_positive")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_document_merchant_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_document_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_merchant_id"), ["merchant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_party_id"), ["party_id"], unique=False)
        batch_op.create_index(
            "same_file_once",
            ["merchant_id", "party_id", "requirement", "sha256"],
            unique=True,
            sqlite_where=sa.text("state <> 'superseded'"),
            postgresql_where=sa.text("state <> 'superseded'"),
        )

    op.create_table(
        "information_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["kyc_case.id"], name=op.f("fk_information_request_case_id")),
        sa.ForeignKeyConstraint(["created_by"], ["officer.id"], name=op.f("fk_information_request_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_request")),
    )
    with op.batch_alter_table("information_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_information_request_case_id"), ["case_id"], unique=False)

    op.create_table(
        "screening_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("party_version", sa.Integer(), nullable=False),
        sa.Column("list_set", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("parameters_sha256", sa.String(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["kyc_case.id"], name=op.f("fk_screening_run_case_id")),
        sa.ForeignKeyConstraint(["list_set"], ["list_set.id"], name=op.f("fk_screening_run_list_set")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_screening_run_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_run")),
        sa.UniqueConstraint(
            "party_id",
            "party_version",
            "list_set",
            "job_id",
            name=op.f("uq_screening_run_party_id_party_version_list_set_job_id"),
        ),
    )
    with op.batch_alter_table("screening_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_run_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_screening_run_party_id"), ["party_id"], unique=False)

    op.create_table(
        "verification_measure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("party_version", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["kyc_case.id"], name=op.f("fk_verification_measure_case_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_verification_measure_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_measure")),
        sa.UniqueConstraint(
            "case_id",
            "party_id",
            "party_version",
            "measure",
            name=op.f("uq_verification_measure_case_id_party_id_party_version_measure"),
        ),
    )
    with op.batch_alter_table("verification_measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verification_measure_case_id"), ["case_id"], unique=False)

    op.create_table(
        "alert",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("party_version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("ranking", sa.Float(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("compared", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("second_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('open', 'obsolete')) OR decided_by IS NOT NULL", name=op.f("ck_alert_decision_has_author")
        ),
        sa.CheckConstraint("category IN ('sanction', 'pep', 'restriction')", name=op.f("ck_alert_category_known")),
        sa.CheckConstraint("state <> 'cleared' OR reason_code <> ''", name=op.f("ck_alert_clearing_has_reason")),
        sa.CheckConstraint("state IN ('open', 'cleared', 'confirmed', 'obsolete')", name=op.f("ck_alert_state_known")),
        sa.CheckConstraint("second_by IS NULL OR second_by <> decided_by", name=op.f("ck_alert_four_eyes")),
        sa.ForeignKeyConstraint(["case_id"], ["kyc_case.id"], name=op.f("fk_alert_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_alert_decided_by")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_alert_party_id")),
        sa.ForeignKeyConstraint(["run_id"], ["screening_run.id"], name=op.f("fk_alert_run_id")),
        sa.ForeignKeyConstraint(["second_by"], ["officer.id"], name=op.f("fk_alert_second_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint(
            "case_id",
            "party_id",
            "party_version",
            "entry",
            "fingerprint",
            name=op.f("uq_alert_case_id_party_id_party_version_entry_fingerprint"),
        ),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_case_id"), ["case_id"], unique=False)

    op.create_table(
        "document_view",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_view_document_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_document_view_officer_id")),
        sa.PrimaryKeyConstraint("document_id", "officer_id", name=op.f("pk_document_view")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=True),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "resolution IN ('', 'accepted', 'corrected', 'obsolete')", name=op.f("ck_finding_resolution_known")
        ),
        sa.CheckConstraint(
            "resolution IN ('', 'obsolete') OR resolved_by IS NOT NULL", name=op.f("ck_finding_resolution_has_author")
        ),
        sa.CheckConstraint("severity IN ('info', 'low', 'medium', 'high')", name=op.f("ck_finding_severity_known")),
        sa.ForeignKeyConstraint(["case_id"], ["kyc_case.id"], name=op.f("fk_finding_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_finding_document_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_finding_party_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["officer.id"], name=op.f("fk_finding_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("case_id", "fingerprint", name=op.f("uq_finding_case_id_fingerprint")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_case_id"), ["case_id"], unique=False)

    op.create_table(
        "page",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("width", sa.Float(), nullable=False),
        sa.Column("height", sa.Float(), nullable=False),
        sa.Column("blob", sa.String(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_page_number_positive")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_page_document_id")),
        sa.PrimaryKeyConstraint("document_id", "number", name=op.f("pk_page")),
    )
    op.create_table(
        "reading",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_reading_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("document_id", name=op.f("uq_reading_document_id")),
    )
    _make_audit_append_only()


def downgrade() -> None:
    """Take the schema back."""
    _let_audit_go()
    op.drop_table("reading")
    op.drop_table("page")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_case_id"))

    op.drop_table("finding")
    op.drop_table("document_view")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_case_id"))

    op.drop_table("alert")
    with op.batch_alter_table("verification_measure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verification_measure_case_id"))

    op.drop_table("verification_measure")
    with op.batch_alter_table("screening_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screening_run_party_id"))
        batch_op.drop_index(batch_op.f("ix_screening_run_case_id"))

    op.drop_table("screening_run")
    with op.batch_alter_table("information_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_information_request_case_id"))

    op.drop_table("information_request")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(
            "same_file_once",
            sqlite_where=sa.text("state <> 'superseded'"),
            postgresql_where=sa.text("state <> 'superseded'"),
        )
        batch_op.drop_index(batch_op.f("ix_document_party_id"))
        batch_op.drop_index(batch_op.f("ix_document_merchant_id"))

    op.drop_table("document")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(
            "one_open_proposal_a_case",
            sqlite_where=sa.text("NOT final AND NOT withdrawn"),
            postgresql_where=sa.text("NOT final AND NOT withdrawn"),
        )
        batch_op.drop_index(
            "one_final_decision_a_version", sqlite_where=sa.text("final"), postgresql_where=sa.text("final")
        )
        batch_op.drop_index(batch_op.f("ix_decision_case_id"))

    op.drop_table("decision")
    with op.batch_alter_table("portal_user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_user_merchant_id"))

    op.drop_table("portal_user")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index(
            "one_company_a_merchant",
            sqlite_where=sa.text("kind = 'company'"),
            postgresql_where=sa.text("kind = 'company'"),
        )
        batch_op.drop_index(batch_op.f("ix_party_merchant_id"))

    op.drop_table("party")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_merchant_id"))

    op.drop_table("outbox")
    with op.batch_alter_table("kyc_case", schema=None) as batch_op:
        batch_op.drop_index(
            "one_running_case_a_merchant",
            sqlite_where=sa.text("state NOT IN ('refused', 'withdrawn', 'terminated')"),
            postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn', 'terminated')"),
        )
        batch_op.drop_index(batch_op.f("ix_kyc_case_state"))
        batch_op.drop_index(batch_op.f("ix_kyc_case_merchant_id"))

    op.drop_table("kyc_case")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_merchant_id"))

    op.drop_table("invitation")
    op.drop_table("webhook_endpoint")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_subject_id"))

    op.drop_table("session")
    op.drop_table("officer")
    op.drop_table("merchant")
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_failure_subject_hash"))

    op.drop_table("login_failure")
    with op.batch_alter_table("list_version", schema=None) as batch_op:
        batch_op.drop_index(
            "one_active_version_a_source",
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.drop_index(batch_op.f("ix_list_version_source"))

    op.drop_table("list_version")
    op.drop_table("list_source")
    with op.batch_alter_table("list_set", schema=None) as batch_op:
        batch_op.drop_index("one_active_set", sqlite_where=sa.text("active"), postgresql_where=sa.text("active"))

    op.drop_table("list_set")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "same_work_once", sqlite_where=sa.text("state = 'queued'"), postgresql_where=sa.text("state = 'queued'")
        )
        batch_op.drop_index("due_jobs")

    op.drop_table("job")
    op.drop_table("idempotency")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_merchant_id"))

    op.drop_table("audit")
    op.drop_table("api_key")


def _make_audit_append_only() -> None:
    """Refuse UPDATE and DELETE on the audit trail, whoever asks (rule R-47)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )


def _let_audit_go() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute("DROP FUNCTION refuse_audit_change()")
