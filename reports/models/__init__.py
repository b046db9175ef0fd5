"""The yearly report and the development goals."""

from reports.models.annual import ANNUAL_REPORT, AnnualReport, AnnualReportQuerySet, ReportReading
from reports.models.goals import DevelopmentGoal, GoalIndicator, GoalUpdate, GoalValue, IndicatorSource, Light, Wish

__all__ = [
    "ANNUAL_REPORT",
    "AnnualReport",
    "AnnualReportQuerySet",
    "DevelopmentGoal",
    "GoalIndicator",
    "GoalUpdate",
    "GoalValue",
    "IndicatorSource",
    "Light",
    "ReportReading",
    "Wish",
]
