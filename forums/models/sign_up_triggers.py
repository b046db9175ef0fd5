"""Database triggers of sign-ups: held places are counted, and one too many is refused whoever writes it."""

import pgtrigger

_TAKE = """
    IF TG_OP = 'UPDATE' AND (OLD.has_hold, OLD.way, OLD.event_id) = (NEW.has_hold, NEW.way, NEW.event_id) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.has_hold THEN
        UPDATE forums_eventplaces
        SET taken = taken - 1,
            ceiling = CASE WHEN capacity IS NULL THEN NULL ELSE GREATEST(capacity, taken - 1) END
        WHERE event_id = OLD.event_id AND way = OLD.way;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.has_hold THEN
        INSERT INTO forums_eventplaces AS places (event_id, way, capacity, ceiling, taken)
        SELECT id, NEW.way, wanted.capacity, wanted.capacity, 1
        FROM forums_event, LATERAL (
            SELECT CASE WHEN NEW.way = 'on_site' THEN places_on_site ELSE places_remote END AS capacity
        ) AS wanted
        WHERE id = NEW.event_id
        ON CONFLICT (event_id, way) DO UPDATE SET taken = places.taken + 1;
    END IF;
    RETURN NULL;
"""

_FOLLOW = """
    UPDATE forums_eventplaces
    SET capacity = wanted.capacity,
        ceiling = CASE WHEN wanted.capacity IS NULL THEN NULL ELSE GREATEST(wanted.capacity, taken) END
    FROM (VALUES ('on_site', NEW.places_on_site), ('remote', NEW.places_remote)) AS wanted (way, capacity)
    WHERE event_id = NEW.id AND forums_eventplaces.way = wanted.way;
    RETURN NULL;
"""


def count_places(name: str) -> pgtrigger.Trigger:
    """Return a trigger: each hold of a place is counted in ``EventPlaces``, whose check refuses one too many."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("has_hold", "way", "event_id"),  # type: ignore[no-untyped-call]
        func=_TAKE,
    )


def follow_capacity(name: str) -> pgtrigger.Trigger:
    """Return a trigger: the counter follows the event's number of places; nobody who has a place loses it."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("places_on_site", "places_remote"),  # type: ignore[no-untyped-call]
        func=_FOLLOW,
    )
