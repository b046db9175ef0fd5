"""The yearly report, what is said of it, and the development goals."""

from reports.models.annual import ANNUAL_REPORT, AnnualReport, AnnualReportQuerySet, ReportReading
from reports.models.goals import DevelopmentGoal, GoalIndicator, GoalUpdate, GoalValue, IndicatorSource, Light, Wish
from reports.models.talk import COMMENT_LENGTH, QUESTION_LENGTH, SectionComment, SectionQuestion

__all__ = [
    "ANNUAL_REPORT",
    "COMMENT_LENGTH",
    "QUESTION_LENGTH",
    "AnnualReport",
    "AnnualReportQuerySet",
    "DevelopmentGoal",
    "GoalIndicator",
    "GoalUpdate",
    "GoalValue",
    "IndicatorSource",
    "Light",
    "ReportReading",
    "SectionComment",
    "SectionQuestion",
    "Wish",
]
