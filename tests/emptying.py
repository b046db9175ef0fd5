"""How a test that commits leaves the database empty: in a tenth of a second instead of three.

Django truncates every table and makes content types and permissions anew. Here the rows are deleted, in one round,
without triggers or references being asked; what every database has from its migrations on stays.
"""

from typing import Any

from django.db import connections
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission", "django_migrations"}


def install() -> None:
    """Let every transactional test end so."""
    TransactionTestCase._fixture_teardown = classmethod(_emptied)  # type: ignore[method-assign,assignment]


def _emptied(case: Any) -> None:
    for name in case._databases_names(include_mirrors=False):
        connection = connections[name]
        assert connection.settings_dict["NAME"].startswith("test_"), "only a database of tests is emptied"
        tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
        deletes = ";".join(f"DELETE FROM {connection.ops.quote_name(table)}" for table in sorted(tables))
        with connection.cursor() as cursor:
            cursor.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {deletes}; COMMIT")
