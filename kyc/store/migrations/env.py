# SPDX-License-Identifier: Apache-2.0
"""Alembic's entry point: migrations run in one transaction, tables are rebuilt where SQLite cannot alter them."""

from alembic import context
from sqlmodel import SQLModel

import kyc.store.tables  # noqa: F401  (registers the tables)
from kyc.store.database import make_engine


def run() -> None:
    """Run the wanted migrations over one connection."""
    url = context.config.get_main_option("sqlalchemy.url")
    if url is None:
        raise SystemExit("no database given")
    engine = make_engine(url).execution_options(writing=True)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
