"""The only home of rights in reports; one module a matter, all registered here."""

from reports.policies import agenda, annual, cooperation, goals, surveys, talk

__all__ = ["agenda", "annual", "cooperation", "goals", "surveys", "talk"]
