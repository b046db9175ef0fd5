"""The life cycle of a statutory negotiation's record."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

NEGOTIATION = LifeCycle(
    "forums.negotiation",
    (
        State("open", _("Kirjaus kesken"), tone="wait"),
        State("complete", _("Kirjattu kokonaan"), tone="ok"),
    ),
    (
        Transition(
            "complete",
            ("open",),
            "complete",
            "forums.negotiation.manage",
            _("Merkitse neuvottelu käydyksi"),
            condition="every party was invited, presence, minutes and a goal stand, last year's goals are followed up",
        ),
        Transition("reopen", ("complete",), "open", "forums.negotiation.manage", _("Avaa kirjaus korjattavaksi")),
    ),
)
