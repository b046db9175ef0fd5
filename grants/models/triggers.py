"""Database triggers by which what was published stays as it was, whoever writes and by which way."""

from functools import reduce
from operator import or_

import pgtrigger

_FROZEN = """
    IF TG_OP = 'INSERT' THEN changed := NEW; ELSE changed := OLD; END IF;
    IF EXISTS (SELECT 1 FROM grants_grantcall WHERE id = CALL_OF_ROW AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'pgtrigger: Cannot % rows of % once the call is published', lower(TG_OP), TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def frozen_with_its_call(name: str, call_of_row: str) -> pgtrigger.Trigger:
    """Return a trigger: a row of a published call is neither added, changed nor removed.

    ``call_of_row`` is the SQL expression of the call's id for a row named ``changed``. Build a call as a draft
    with its rows, then publish it.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("changed", "RECORD")],
        func=_FROZEN.replace("CALL_OF_ROW", call_of_row),
    )


def any_changed(*fields: str) -> pgtrigger.Q:
    """Return a trigger's condition: at least one of the fields gets another value."""
    return reduce(or_, (pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")}) for field in fields))
