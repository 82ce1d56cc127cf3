# SPDX-License-Identifier: Apache-2.0
"""The connection to SQLite or PostgreSQL, and the two lines in which they differ.

SQLite: WAL, synchronous=FULL (an acknowledged upload survives a power cut), and BEGIN IMMEDIATE for units of
work that write, so that two of them never deadlock half-way (https://sqlite.org/lang_transaction.html).
PostgreSQL: READ COMMITTED with row locks where a row decides something.
Values bound to a statement never appear in an error's text: they would reach the logs.
"""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

_BUSY_MILLISECONDS = 15_000


def make_engine(url: str) -> Engine:
    """An engine for `url` (sqlite:///… or postgresql+psycopg://…) with the settings that our promises need."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            connect_args={"check_same_thread": False, "timeout": _BUSY_MILLISECONDS / 1000},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, pool_timeout=10, hide_parameters=True)


def _configure_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # pysqlite must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
