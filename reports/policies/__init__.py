"""The only home of rights in reports; one module a matter, all registered here."""

from reports.policies import annual, goals, talk

__all__ = ["annual", "goals", "talk"]
