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


_RESERVES_STAY = """
    IF TG_OP = 'INSERT' THEN changed := NEW; ELSE changed := OLD; END IF;
    IF TG_OP = 'UPDATE' AND NEW.sum <= OLD.sum AND NEW.call_id = OLD.call_id
        AND NEW.theme_id IS NOT DISTINCT FROM OLD.theme_id AND NEW.group_id IS NOT DISTINCT FROM OLD.group_id
        AND EXISTS (SELECT 1 FROM grants_grantcall WHERE id = OLD.call_id
            AND appropriation_conditional AND budget_recorded_at IS NULL) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM grants_grantcall WHERE id = changed.call_id AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'pgtrigger: Cannot % reserves once the call is published', lower(TG_OP);
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""

_RESERVES_WITHIN = """
    SELECT appropriation INTO most FROM grants_grantcall WHERE id = NEW.call_id FOR NO KEY UPDATE;
    SELECT COALESCE(SUM(sum), 0) INTO kept FROM grants_appropriationreserve
        WHERE call_id = NEW.call_id AND id <> NEW.id;
    IF kept + NEW.sum > most THEN
        RAISE EXCEPTION 'grants_reserves_within_appropriation' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

_APPROPRIATION_COVERS = """
    IF NEW.appropriation < (SELECT COALESCE(SUM(sum), 0) FROM grants_appropriationreserve WHERE call_id = NEW.id) THEN
        RAISE EXCEPTION 'grants_reserves_within_appropriation' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def reserves_stay(name: str) -> pgtrigger.Trigger:
    """Return a trigger: reserves of a published call stay, but before the budget is recorded they may shrink."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("changed", "RECORD")],
        func=_RESERVES_STAY,
    )


def reserves_within_appropriation(name: str) -> pgtrigger.Trigger:
    """Return a trigger: a reserve that would lift the reserves over the appropriation is refused; locks the call."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("most", "NUMERIC"), ("kept", "NUMERIC")],
        func=_RESERVES_WITHIN,
    )


def appropriation_covers_reserves(name: str) -> pgtrigger.Trigger:
    """Return a trigger of a call: its appropriation never falls below what is reserved of it."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("appropriation"),  # type: ignore[no-untyped-call]
        func=_APPROPRIATION_COVERS,
    )


_BATCH_ADDS_UP = """
    IF (SELECT ROW(COUNT(*), COALESCE(SUM(sum), 0)) FROM grants_paymentline WHERE batch_id = NEW.id)
        IS DISTINCT FROM ROW(NEW.count::bigint, NEW.sum) THEN
        RAISE EXCEPTION 'grants_batch_adds_up' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

_LINE_FITS = """
    SELECT state INTO batch_state FROM grants_paymentbatch WHERE id = NEW.batch_id FOR SHARE;
    SELECT state, sum INTO payment_state, payment_sum FROM grants_payment WHERE id = NEW.payment_id FOR SHARE;
    IF batch_state <> 'made' OR payment_state <> 'released' OR payment_sum <> NEW.sum THEN
        RAISE EXCEPTION 'grants_payment_line_fits' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

_PAID_ONCE = """
    IF NEW.state <> 'paid' THEN RETURN NEW; END IF;
    IF EXISTS (SELECT 1 FROM grants_paymentline WHERE payment_id = NEW.id
        AND state IN ('listed', 'sent', 'suspended')) THEN
        RAISE EXCEPTION 'grants_payment_is_on_a_batch' USING ERRCODE = 'check_violation';
    END IF;
    SELECT sum INTO most FROM grants_decision WHERE id = NEW.decision_id FOR NO KEY UPDATE;
    IF NEW.sum + (SELECT COALESCE(SUM(sum), 0) FROM grants_payment
        WHERE decision_id = NEW.decision_id AND state = 'paid' AND id <> NEW.id) > most THEN
        RAISE EXCEPTION 'grants_paid_within_decided' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


_PAID_STAYS = """
    IF NEW.state = 'paid' THEN RETURN NEW; END IF;
    IF NEW.state <> 'planned'
        OR NOT EXISTS (SELECT 1 FROM grants_paymentline WHERE payment_id = NEW.id AND state = 'came_back')
        OR EXISTS (SELECT 1 FROM grants_paymentline WHERE payment_id = NEW.id
            AND state IN ('listed', 'sent', 'suspended', 'paid')) THEN
        RAISE EXCEPTION 'grants_paid_stays' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def paid_stays(name: str) -> pgtrigger.Trigger:
    """Return a trigger of an instalment: paid stays paid, unless the money of its batch's line has come back."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Q(old__state="paid"),
        func=_PAID_STAYS,
    )


def batch_adds_up(name: str) -> pgtrigger.Trigger:
    """Return a trigger of a payment batch: it is approved only when its count and sum are those of its lines."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Q(old__state="made", new__state="approved"),
        func=_BATCH_ADDS_UP,
    )


def line_fits_batch(name: str) -> pgtrigger.Trigger:
    """Return a trigger of a payment line: its batch is not approved yet, its instalment is released and not paid."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("batch_state", "TEXT"), ("payment_state", "TEXT"), ("payment_sum", "NUMERIC")],
        func=_LINE_FITS,
    )


def paid_once(name: str) -> pgtrigger.Trigger:
    """Return a trigger of an instalment: paid only when no batch still has it to pay, and never over the decided sum.

    Locks the decision's row, so that two instalments do not pass the sum together.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("most", "NUMERIC")],
        func=_PAID_ONCE,
    )
