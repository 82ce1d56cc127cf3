# SPDX-License-Identifier: Apache-2.0
"""What changes between list versions, runs carried over a change, two persons for held versions, de-listed alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATES = ("open", "cleared", "confirmed", "obsolete")


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "list_change",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("identifying", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('added', 'removed', 'changed')", name=op.f("ck_list_change_kind_known")),
        sa.ForeignKeyConstraint(["version_id"], ["list_version.id"], name=op.f("fk_list_change_version_id")),
        sa.PrimaryKeyConstraint("version_id", "ref", name=op.f("pk_list_change")),
    )
    op.create_table(
        "list_delta",
        sa.Column("from_set", sa.String(), nullable=False),
        sa.Column("to_set", sa.String(), nullable=False),
        sa.Column("searched", sa.JSON(), nullable=False),
        sa.Column("touched", sa.JSON(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("parameters_sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("from_set <> to_set", name=op.f("ck_list_delta_two_sets")),
        sa.ForeignKeyConstraint(["from_set"], ["list_set.id"], name=op.f("fk_list_delta_from_set")),
        sa.ForeignKeyConstraint(["to_set"], ["list_set.id"], name=op.f("fk_list_delta_to_set")),
        sa.PrimaryKeyConstraint("from_set", "to_set", name=op.f("pk_list_delta")),
    )
    with op.batch_alter_table("screening_run") as batch:
        batch.add_column(sa.Column("carried_to", sa.String(), nullable=True))
        batch.add_column(sa.Column("carried_at", sa.DateTime(), nullable=True))
        batch.create_foreign_key(op.f("fk_screening_run_carried_to"), "list_set", ["carried_to"], ["id"])
    with op.batch_alter_table("list_source") as batch:
        batch.add_column(sa.Column("confirmed_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("list_version") as batch:
        batch.add_column(sa.Column("final_host", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("fetched_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("compared_with", sa.String(), nullable=True))
        batch.add_column(sa.Column("vouched_by", sa.String(), nullable=True))
        batch.create_foreign_key(op.f("fk_list_version_compared_with"), "list_version", ["compared_with"], ["id"])
        batch.drop_constraint(op.f("ck_list_version_release_by_another"), type_="check")
    # Until now who brought a file stood for the first of the two.
    op.execute("UPDATE list_version SET vouched_by = imported_by WHERE released_by IS NOT NULL")
    with op.batch_alter_table("list_version") as batch:
        batch.alter_column("final_host", server_default=None)
        batch.create_check_constraint(
            op.f("ck_list_version_release_by_another"),
            "released_by IS NULL OR (vouched_by IS NOT NULL AND released_by <> vouched_by)",
        )
    _alert_states((*_STATES, "delisted"))


def downgrade() -> None:
    """Take it back."""
    op.execute("UPDATE alert SET state = 'obsolete' WHERE state = 'delisted'")
    _alert_states(_STATES)
    with op.batch_alter_table("list_version") as batch:
        batch.drop_constraint(op.f("ck_list_version_release_by_another"), type_="check")
        batch.drop_constraint(op.f("fk_list_version_compared_with"), type_="foreignkey")
        for name in ("vouched_by", "compared_with", "fetched_at", "final_host"):
            batch.drop_column(name)
    op.execute("UPDATE list_version SET released_by = NULL WHERE released_by = imported_by")
    with op.batch_alter_table("list_version") as batch:
        batch.create_check_constraint(
            op.f("ck_list_version_release_by_another"), "released_by IS NULL OR released_by <> imported_by"
        )
    with op.batch_alter_table("list_source") as batch:
        batch.drop_column("confirmed_at")
    with op.batch_alter_table("screening_run") as batch:
        batch.drop_constraint(op.f("fk_screening_run_carried_to"), type_="foreignkey")
        for name in ("carried_at", "carried_to"):
            batch.drop_column(name)
    op.drop_table("list_delta")
    op.drop_table("list_change")


def _alert_states(states: tuple[str, ...]) -> None:
    undecided = ", ".join(f"'{state}'" for state in states if state not in ("cleared", "confirmed"))
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("alert") as batch:
        for name in ("state_known", "decision_has_author"):
            batch.drop_constraint(op.f(f"ck_alert_{name}"), type_="check")
        batch.create_check_constraint(op.f("ck_alert_state_known"), f"state IN ({listed})")
        batch.create_check_constraint(
            op.f("ck_alert_decision_has_author"), f"(state IN ({undecided})) OR decided_by IS NOT NULL"
        )
