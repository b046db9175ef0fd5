"""The yearly report, what is said of it, and the development goals."""

from reports.models.agenda import ReportMatter
from reports.models.annual import ANNUAL_REPORT, AnnualReport, AnnualReportQuerySet, ReportReading
from reports.models.cooperation import CHAPTER_LENGTH, COOPERATION, CooperationChapter, CooperationDocument
from reports.models.goals import DevelopmentGoal, GoalIndicator, GoalUpdate, GoalValue, IndicatorSource, Light, Wish
from reports.models.surveys import (
    ExternalResult,
    OpenAnswer,
    OpenAnswerGroup,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyQuestionKind,
    SurveyState,
    SurveyTable,
)
from reports.models.talk import COMMENT_LENGTH, QUESTION_LENGTH, SectionComment, SectionQuestion

__all__ = [
    "ANNUAL_REPORT",
    "CHAPTER_LENGTH",
    "COMMENT_LENGTH",
    "COOPERATION",
    "QUESTION_LENGTH",
    "AnnualReport",
    "AnnualReportQuerySet",
    "CooperationChapter",
    "CooperationDocument",
    "DevelopmentGoal",
    "ExternalResult",
    "GoalIndicator",
    "GoalUpdate",
    "GoalValue",
    "IndicatorSource",
    "Light",
    "OpenAnswer",
    "OpenAnswerGroup",
    "ReportMatter",
    "ReportReading",
    "SectionComment",
    "SectionQuestion",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyQuestion",
    "SurveyQuestionKind",
    "SurveyState",
    "SurveyTable",
    "Wish",
]
