"""Database triggers of premises: the tree of rooms stays a tree, and what is confirmed is held, leaf by leaf."""

import pgtrigger

_NO_CYCLE = """
    IF NEW.parent_id IS NOT NULL AND EXISTS (
        WITH RECURSIVE above(id, parent_id) AS (
            SELECT id, parent_id FROM premises_room WHERE id = NEW.parent_id
            UNION
            SELECT room.id, room.parent_id FROM premises_room room JOIN above ON room.id = above.parent_id
        )
        SELECT 1 FROM above WHERE id = NEW.id
    ) AND NEW.parent_id <> NEW.id THEN
        RAISE EXCEPTION 'room % would be a part of itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'premises_room_no_cycle';
    END IF;
    RETURN NEW;
"""

_ONE_SITE = """
    IF EXISTS (SELECT 1 FROM premises_room WHERE id = NEW.parent_id AND site_id <> NEW.site_id)
        OR EXISTS (SELECT 1 FROM premises_room WHERE parent_id = NEW.id AND site_id <> NEW.site_id) THEN
        RAISE EXCEPTION 'room % would be a part of a room in another site', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'premises_room_one_site';
    END IF;
    RETURN NEW;
"""


def no_cycle_of_rooms(name: str) -> pgtrigger.Trigger:
    """Return a trigger: a room is never a part of itself, by whatever way round."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),  # type: ignore[no-untyped-call]
        func=_NO_CYCLE,
    )


def in_one_site(name: str) -> pgtrigger.Trigger:
    """Return a trigger: a room and its parts stand in one site."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id", "site_id"),  # type: ignore[no-untyped-call]
        func=_ONE_SITE,
    )


_STATE_AND_HOLDS = """
    SELECT state, room_id INTO booked FROM premises_booking WHERE id = NEW.id;
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT count(*) INTO held FROM premises_hold WHERE booking_id = NEW.id;
    IF (booked.state = 'confirmed') <> (held > 0) THEN
        RAISE EXCEPTION 'booking % is % and holds % spaces', NEW.id, booked.state, held
            USING ERRCODE = 'check_violation', CONSTRAINT = 'premises_booking_held';
    END IF;
    RETURN NULL;
"""


def confirmed_is_held(name: str) -> pgtrigger.Trigger:
    """Return a trigger, asked at commit: a confirmed booking holds its spaces, and any other holds none."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "room_id", "starts_at", "ends_at"),  # type: ignore[no-untyped-call]
        timing=pgtrigger.Deferred,
        declare=[("booked", "RECORD"), ("held", "BIGINT")],
        func=_STATE_AND_HOLDS,
    )


_HOLDS_AND_STATE = """
    SELECT id, state INTO booked FROM premises_booking
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.booking_id ELSE NEW.booking_id END;
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT count(*) INTO held FROM premises_hold WHERE booking_id = booked.id;
    IF (booked.state = 'confirmed') <> (held > 0) THEN
        RAISE EXCEPTION 'booking % is % and holds % spaces', booked.id, booked.state, held
            USING ERRCODE = 'check_violation', CONSTRAINT = 'premises_booking_held';
    END IF;
    RETURN NULL;
"""


def hold_follows_booking(name: str) -> pgtrigger.Trigger:
    """Return a trigger, asked at commit: no hold comes or goes beside the state of its booking."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("booking_id"),  # type: ignore[no-untyped-call]
        timing=pgtrigger.Deferred,
        declare=[("booked", "RECORD"), ("held", "BIGINT")],
        func=_HOLDS_AND_STATE,
    )


_LEAF = """
    IF EXISTS (
        SELECT 1 FROM premises_hold hold JOIN premises_room part ON part.parent_id = hold.room_id WHERE hold.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'room % has parts: its leaves are held, not it', NEW.room_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'premises_hold_leaf';
    END IF;
    RETURN NULL;
"""

_NO_HOLDS_ABOVE = """
    IF EXISTS (
        SELECT 1 FROM premises_room part JOIN premises_hold hold ON hold.room_id = part.parent_id WHERE part.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'room % is held: move its holds to its parts', NEW.parent_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'premises_hold_leaf';
    END IF;
    RETURN NULL;
"""


def held_room_is_leaf(name: str) -> pgtrigger.Trigger:
    """Return a trigger, asked at commit: only a space without parts is held."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("room_id"),  # type: ignore[no-untyped-call]
        timing=pgtrigger.Deferred,
        func=_LEAF,
    )


def parent_is_not_held(name: str) -> pgtrigger.Trigger:
    """Return a trigger, asked at commit: a space that gets parts has given its holds to them."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),  # type: ignore[no-untyped-call]
        timing=pgtrigger.Deferred,
        func=_NO_HOLDS_ABOVE,
    )
