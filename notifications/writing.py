"""Writing rows of the outbox: those whose cause is new, in one query that says which these are."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from notifications.models import Message

#: A parameter too many is refused by the database; a letter to thousands is written in parts.
AT_ONCE = 500


def insert_new(messages: Sequence[Message]) -> list[Message]:
    """Write the messages whose ``dedup_key`` stands nowhere yet, and return these with their keys."""
    written: list[Message] = []
    for start in range(0, len(messages), AT_ONCE):
        written += _insert(messages[start : start + AT_ONCE])
    return written


def _insert(messages: Sequence[Message]) -> list[Message]:
    fields: list[Any] = [field for field in Message._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    places = f"({', '.join(['%s'] * len(fields))})"
    sql = (
        f"INSERT INTO {quote(Message._meta.db_table)} ({', '.join(quote(field.column) for field in fields)})"  # noqa: S608
        f" VALUES {', '.join([places] * len(messages))} ON CONFLICT DO NOTHING RETURNING message_id, id"
    )
    values = [field.get_db_prep_save(getattr(one, field.attname), connection) for one in messages for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        keys: dict[str, int] = dict(cursor.fetchall())
    for one in messages:
        one.pk = keys.get(one.message_id)
        one._state.adding, one._state.db = one.pk is None, connection.alias
    return [one for one in messages if one.pk]
