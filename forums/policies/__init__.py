"""The only home of rights in forums; one module a matter, all registered here."""

from forums.policies import after, events, sign_ups, wheel

__all__ = ["after", "events", "sign_ups", "wheel"]
