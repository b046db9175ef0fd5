"""Life cycles around the decision: files of earlier years, packages for the records system."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

EARLIER_GRANT_IMPORT = LifeCycle(
    name="grants.earlier_grant_import",
    states=(
        State("read", _("Odottaa katsomista"), tone="wait"),
        State("taken", _("Otettu"), tone="ok"),
    ),
    transitions=(Transition("take_earlier_grants", ("read",), "taken", "grants.earlier.import", _("Ota rivit")),),
)

RECORDS_PACKAGE = LifeCycle(
    name="grants.records_package",
    states=(
        State("made", _("Odottaa kuittausta"), tone="wait"),
        State("received", _("Vastaanotettu"), tone="ok"),
    ),
    transitions=(
        Transition(
            "record_receipt", ("made",), "received", "grants.records.package", _("Kirjaa asianhallinnan kuittaus")
        ),
    ),
)
