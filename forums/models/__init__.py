"""Events of the co-operation, who takes part, and what comes of them."""

from forums.models.actions import (
    Action,
)
from forums.models.dates import (
    DATE_POLL,
    DateAnswer,
    DateAsked,
    DateOption,
    DatePoll,
    Suits,
)
from forums.models.events import (
    AgendaSlot,
    Event,
    EventForm,
    EventHost,
    EventService,
    ServiceKind,
    Visibility,
)
from forums.models.feedback import (
    FeedbackAnswer,
    FeedbackQuestion,
    FeedbackRound,
    FeedbackTicket,
    FeedbackValue,
    QuestionKind,
)
from forums.models.ideas import (
    CameBy,
    Idea,
    IdeaFollow,
    IdeaStep,
)
from forums.models.materials import (
    MaterialFile,
    MaterialLink,
    SeenBy,
)
from forums.models.memos import (
    Memo,
    MemoComment,
    MemoRevision,
)
from forums.models.negotiations import (
    InvitedHow,
    Negotiation,
    NegotiationGoal,
    NegotiationMeasure,
    NegotiationParty,
    Outcome,
    PartyKind,
)
from forums.models.series import (
    EventRun,
    EventSeries,
    Per,
)
from forums.models.sign_ups import (
    LIVE_SIGN_UPS,
    EventPlaces,
    SignUp,
    SignUpNeed,
    SignUpSource,
    Way,
)
from forums.models.topics import (
    Topic,
    TopicSupport,
)
from forums.models.wheel import (
    CalendarKey,
    SchoolBreak,
)

__all__ = [
    "DATE_POLL",
    "LIVE_SIGN_UPS",
    "Action",
    "AgendaSlot",
    "CalendarKey",
    "CameBy",
    "DateAnswer",
    "DateAsked",
    "DateOption",
    "DatePoll",
    "Event",
    "EventForm",
    "EventHost",
    "EventPlaces",
    "EventRun",
    "EventSeries",
    "EventService",
    "FeedbackAnswer",
    "FeedbackQuestion",
    "FeedbackRound",
    "FeedbackTicket",
    "FeedbackValue",
    "Idea",
    "IdeaFollow",
    "IdeaStep",
    "InvitedHow",
    "MaterialFile",
    "MaterialLink",
    "Memo",
    "MemoComment",
    "MemoRevision",
    "Negotiation",
    "NegotiationGoal",
    "NegotiationMeasure",
    "NegotiationParty",
    "Outcome",
    "PartyKind",
    "Per",
    "QuestionKind",
    "SchoolBreak",
    "SeenBy",
    "ServiceKind",
    "SignUp",
    "SignUpNeed",
    "SignUpSource",
    "Suits",
    "Topic",
    "TopicSupport",
    "Visibility",
    "Way",
]
