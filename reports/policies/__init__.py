"""The only home of rights in reports; one module a matter, all registered here."""

from reports.policies import annual, goals, surveys, talk

__all__ = ["annual", "goals", "surveys", "talk"]
