"""Input of the room, one module a concept."""

from liaisons.forms.appointments import (
    AbsenceForm,
    AcceptForm,
    AppointForm,
    EndAppointmentForm,
    OfficerAppointmentForm,
    OwnAppointmentForm,
    ReasonForm,
    SubstituteForm,
)
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
from liaisons.forms.posts import CoverageFilter, DirectoryFilter, LastDayForm, PostFilter, PostForm, PowerForm
from liaisons.forms.units import (
    TreeDayForm,
    UnitEndForm,
    UnitForm,
    UnitMoveForm,
    UnitMunicipalitiesForm,
    UnitRenameForm,
)

__all__ = [
    "AbsenceForm",
    "AcceptForm",
    "AgendaItemForm",
    "AppointForm",
    "BodyFilter",
    "CoverageFilter",
    "DirectoryFilter",
    "DutyForm",
    "EndAppointmentForm",
    "EndForm",
    "LastDayForm",
    "MeetingForm",
    "MinutesForm",
    "OfficerAppointmentForm",
    "OwnAppointmentForm",
    "PostFilter",
    "PostForm",
    "PowerForm",
    "ReasonForm",
    "SeatForm",
    "SectionForm",
    "SubstituteForm",
    "TreeDayForm",
    "UnitEndForm",
    "UnitForm",
    "UnitMoveForm",
    "UnitMunicipalitiesForm",
    "UnitRenameForm",
]
