"""What the relationship adds to the seams and to the kinds of messages; called once when the app is ready."""

from django.utils.translation import gettext_lazy as _

from common import seams
from notifications.kinds import register_kind

NGO = ("ngo.admin", "ngo.editor", "ngo.signatory", "ngo.viewer")


def register() -> None:
    """Register providers and kinds."""
    from organisations.county_panels import county_panels
    from organisations.membership_reminders import term_reminders
    from organisations.people_statistics import admin_figures
    from organisations.relation_retention import relation_retention
    from organisations.relation_todos import relation_todos

    seams.todos.register("organisations.relations", relation_todos)
    seams.reminders.register("organisations.terms", term_reminders)
    seams.retention.register("organisations.relations", relation_retention)
    seams.statistics.register("organisations.admins", admin_figures)
    seams.panels.register("organisations.county", county_panels)
    register_kind("organisations.hand_over", _("Pääkäyttäjyyden luovutus"), required=True)
    register_kind("organisations.term_ending", _("Roolisi järjestössä päättyy pian"), roles=NGO)
    register_kind("organisations.claim_code", _("Järjestön käyttöönottokoodi"), required=True)
    register_kind("organisations.code_used", _("Järjestö sai pääkäyttäjän"), required=True)
    register_kind("organisations.observation", _("Hyvinvointialueen huomio järjestöstä"), required=True)
    register_kind("organisations.observation_reply", _("Järjestö vastasi huomioon"), roles=("coordinator",))
    register_kind(
        "organisations.mailing",
        _("Tiedotteet järjestölle"),
        help=_("Hyvinvointialueen viestit valituille järjestöille: haut, tapahtumat ja yhteiset asiat."),
        roles=NGO,
    )
