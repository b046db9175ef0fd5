"""Input of the room, one module a concept."""

from liaisons.forms.bodies import (
    AgendaItemForm,
    BodyFilter,
    DutyForm,
    EndForm,
    MeetingForm,
    MinutesForm,
    SeatForm,
    SectionForm,
)

__all__ = [
    "AgendaItemForm",
    "BodyFilter",
    "DutyForm",
    "EndForm",
    "MeetingForm",
    "MinutesForm",
    "SeatForm",
    "SectionForm",
]
