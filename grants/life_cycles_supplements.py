"""The life cycle of what is asked of an applicant during the handling: a supplement or a hearing."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

SUPPLEMENT = LifeCycle(
    name="grants.supplement",
    states=(
        State("open", _("Odottaa hakijaa"), _("Odottaa teitä"), tone="wait"),
        State("sent", _("Saapunut"), _("Lähetetty"), tone="ok"),
        State("expired", _("Määräaika päättyi"), tone="bad"),
        State("cancelled", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("send_supplement", ("open",), "sent", "grants.supplement.send", _("Lähetä täydennys")),
        Transition("extend_supplement", ("open", "expired"), "open", "grants.supplement.manage", _("Anna lisäaikaa")),
        Transition("cancel_supplement", ("open", "expired"), "cancelled", "grants.supplement.manage", _("Peru pyyntö")),
        Transition(
            "expire_supplement",
            ("open",),
            "expired",
            "grants.supplement.manage",
            _("Määräaika päättyi"),
            condition="the due day or the call's last instant for supplements has passed",
        ),
    ),
)
