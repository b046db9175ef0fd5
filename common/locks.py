"""The locking protocol (docs/decisions/0004): lock what is used up, once, late, in sorted order, with a timeout."""

import zlib

from django.db import connection, transaction

LOCK_TIMEOUT_MS = 5_000


def limit_waiting(milliseconds: int = LOCK_TIMEOUT_MS) -> None:
    """Give up waiting for a lock after that time, for the rest of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])


def advisory_lock(namespace: str, *keys: int, timeout_ms: int = LOCK_TIMEOUT_MS) -> None:
    """Take PostgreSQL's transaction locks for ``keys``, sorted, each once; released at commit or rollback.

    Call it inside a transaction, after reading and before the check that must not be overtaken. Raises
    ``django.db.OperationalError`` (SQLSTATE 55P03) when the wait is over.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("advisory_lock needs a transaction.")
    limit_waiting(timeout_ms)
    space = zlib.crc32(namespace.encode()) - 2**31
    with connection.cursor() as cursor:
        for key in sorted(set(keys)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [space, key % 2**31])
