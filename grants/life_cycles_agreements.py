"""The life cycle of an agreement with organisations: drafted, negotiated by turns, approved by all, in force, over."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States in which the text is still open.
OPEN = ("draft", "negotiating", "signing")
#: States of an agreement that all have approved, or of a purchase contract that is only referred to.
AGREED = ("in_force", "ended", "terminated", "replaced")

_WORK, _SIGN = "grants.agreement.work", "grants.agreement.sign"

AGREEMENT = LifeCycle(
    "grants.agreement",
    (
        State("draft", _("Luonnos"), tone="info"),
        State("negotiating", _("Neuvotellaan"), tone="wait"),
        State("signing", _("Hyväksyttävänä"), tone="wait"),
        State("in_force", _("Voimassa"), tone="ok"),
        State("ended", _("Päättynyt"), tone="none"),
        State("terminated", _("Irtisanottu"), tone="none"),
        State("replaced", _("Muutettu uudella sopimuksella"), tone="none"),
        State("dropped", _("Neuvottelu päättyi"), tone="none"),
    ),
    (
        Transition("send", ("draft", "negotiating"), "negotiating", _WORK, _("Lähetä toiselle osapuolelle")),
        Transition("sign", ("negotiating",), "signing", _SIGN, _("Hyväksy")),
        Transition("sign", ("signing",), "signing", _SIGN, _("Hyväksy"), condition="somebody has not approved yet"),
        Transition(
            "sign", ("signing",), "in_force", _SIGN, _("Hyväksy"), condition="everybody has approved the same version"
        ),
        Transition("reopen", ("signing",), "negotiating", _WORK, _("Palaa neuvotteluun")),
        Transition("drop", OPEN, "dropped", _WORK, _("Lopeta neuvottelu")),
        Transition("terminate", ("in_force",), "terminated", _WORK, _("Irtisano")),
        Transition("expire", ("in_force",), "ended", _WORK, condition="by the portal itself when the last day is over"),
        Transition("replace", ("in_force",), "replaced", _SIGN, condition="its amendment has come into force"),
    ),
)
