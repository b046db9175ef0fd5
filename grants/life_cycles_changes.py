"""The life cycle of a change after award (muutoshakemus): from the organisation's copy to what was decided."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States in which a change has not ended: a grant has one of them at a time.
OPEN = ("draft", "sent", "returned", "laid")
#: States in which the organisation writes.
WRITABLE = ("draft", "returned")
#: States in which the changed terms hold.
IN_FORCE = ("approved", "partly")
#: States that a decision leads to.
DECIDED = ("approved", "partly", "rejected")

CHANGE = LifeCycle(
    "grants.change",
    (
        State("draft", _("Luonnos"), _("Kesken"), tone="wait"),
        State("sent", _("Käsiteltävänä"), _("Käsittelyssä"), tone="info"),
        State("returned", _("Järjestö täydentää"), _("Odottaa täydennystänne"), tone="wait"),
        State("laid", _("Päättäjän ratkaistavana"), _("Käsittelyssä"), tone="info"),
        State("approved", _("Hyväksytty"), tone="ok"),
        State("partly", _("Hyväksytty osittain"), tone="ok"),
        State("rejected", _("Ei hyväksytty"), tone="bad"),
        State("withdrawn", _("Peruttu"), tone="none"),
    ),
    (
        Transition("send_change", ("draft", "returned"), "sent", "grants.change.send", _("Lähetä muutoshakemus")),
        Transition(
            "withdraw_change",
            ("draft", "sent", "returned", "laid"),
            "withdrawn",
            "grants.change.send",
            _("Peru muutoshakemus"),
        ),
        Transition("return_change", ("sent", "laid"), "returned", "grants.change.prepare", _("Pyydä täydennystä")),
        Transition("lay_change", ("sent",), "laid", "grants.change.prepare", _("Esitä päättäjälle")),
        *(
            Transition(
                "decide_change", ("sent", "laid"), target, "grants.change.decide", _("Päätä"), condition=condition
            )
            for target, condition in (
                ("approved", "as asked, within the powers"),
                ("partly", "other values than asked, within the powers"),
                ("rejected", "what was asked is within the powers"),
            )
        ),
        *(
            Transition(
                "record_change", ("laid",), target, "grants.change.record", _("Kirjaa päätös"), condition=condition
            )
            for target, condition in (
                ("approved", "the body approved as asked"),
                ("partly", "the body approved other values"),
                ("rejected", "the body did not approve"),
            )
        ),
    ),
)
