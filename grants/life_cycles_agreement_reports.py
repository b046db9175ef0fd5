"""The life cycle of a report that an organisation gives of an agreement at its reporting interval."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States in which the organisation may write.
WAITING = ("open", "returned")

_SEND, _HANDLE = "grants.agreement_report.send", "grants.agreement_report.handle"

AGREEMENT_REPORT = LifeCycle(
    "grants.agreement_report",
    (
        State("open", _("Odottaa järjestöä"), _("Odottaa teitä"), tone="wait"),
        State("submitted", _("Luettavana"), _("Lähetetty"), tone="info"),
        State("returned", _("Palautettu täydennettäväksi"), tone="wait"),
        State("accepted", _("Hyväksytty"), tone="ok"),
    ),
    (
        Transition("save_agreement_report", ("open",), "open", _SEND, _("Tallenna")),
        Transition("save_agreement_report", ("returned",), "returned", _SEND, _("Tallenna")),
        Transition("submit_agreement_report", WAITING, "submitted", _SEND, _("Lähetä raportti")),
        Transition("enter_agreement_report", WAITING, "submitted", _HANDLE, _("Kirjaa paperiraportti")),
        Transition("return_agreement_report", ("submitted",), "returned", _HANDLE, _("Pyydä täydennystä")),
        Transition("accept_agreement_report", ("submitted",), "accepted", _HANDLE, _("Hyväksy raportti")),
    ),
)
