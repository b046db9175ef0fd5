"""The only home of rights in premises; one module a matter, all registered here."""

from premises.policies import bookings, keeping, rooms, seasons

__all__ = ["bookings", "keeping", "rooms", "seasons"]
