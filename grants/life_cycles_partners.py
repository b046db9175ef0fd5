"""The life cycle of a partner's confirmation in a joint application (yhteishakemus)."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

PARTNER = LifeCycle(
    name="grants.partner",
    states=(
        State("named", _("Vahvistusta ei ole pyydetty"), tone="none"),
        State("asked", _("Odottaa vahvistusta"), tone="wait"),
        State("change_asked", _("Pyytää muutosta"), tone="bad"),
        State("confirmed", _("Vahvistettu"), tone="ok"),
        State("declined", _("Ei lähde mukaan"), tone="bad"),
    ),
    transitions=(
        Transition(
            "ask_partner",
            ("named", "asked", "change_asked", "declined"),
            "asked",
            "grants.application.edit",
            _("Pyydä vahvistus"),
        ),
        Transition(
            "change_partner",
            ("named", "change_asked", "confirmed", "declined"),
            "named",
            "grants.application.edit",
            _("Muuta tehtävää tai osuutta"),
            condition="the partner's task or share changes: that partner must confirm again",
        ),
        Transition(
            "change_partner",
            ("asked",),
            "asked",
            "grants.application.edit",
            _("Muuta tehtävää tai osuutta"),
            condition="not answered yet: the partner answers what stands on the page, not what stood there earlier",
        ),
        Transition(
            "confirm_on_paper",
            ("named",),
            "confirmed",
            "grants.application.paper",
            _("Kirjaa paperilla vahvistetuksi"),
            condition="an officer enters an application that came on paper",
        ),
        Transition("confirm", ("asked", "change_asked"), "confirmed", "grants.partner.answer", _("Vahvista")),
        Transition(
            "ask_change",
            ("asked", "change_asked", "confirmed"),
            "change_asked",
            "grants.partner.answer",
            _("Pyydä muutosta"),
        ),
        Transition(
            "decline",
            ("asked", "change_asked", "confirmed"),
            "declined",
            "grants.partner.answer",
            _("En lähde mukaan"),
        ),
    ),
)
