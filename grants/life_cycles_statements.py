"""The life cycle of a statement (lausunto) that the county's own liaison people are asked for in a case."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

STATEMENT = LifeCycle(
    name="grants.statement",
    states=(
        State("asked", _("Odottaa lausuntoa"), tone="wait"),
        State("given", _("Annettu"), tone="ok"),
        State("declined", _("Ei anneta"), tone="none"),
        State("passed", _("Siirretty toiselle"), tone="info"),
        State("recused", _("Esteellinen"), tone="bad"),
        State("expired", _("Määräaika päättyi"), tone="bad"),
        State("cancelled", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("give_statement", ("asked",), "given", "grants.statement.give", _("Anna lausunto")),
        Transition("decline_statement", ("asked",), "declined", "grants.statement.give", _("En anna lausuntoa")),
        Transition("pass_on_statement", ("asked",), "passed", "grants.statement.give", _("Siirrä toiselle")),
        Transition(
            "recuse_statement",
            ("asked",),
            "recused",
            "grants.application.declare",
            _("Esteellinen"),
            condition="who answers declares a conflict of interest, and nobody else answers for the post",
        ),
        Transition("extend_statement", ("asked", "expired"), "asked", "grants.statement.manage", _("Anna lisäaikaa")),
        Transition(
            "cancel_statement", ("asked", "expired"), "cancelled", "grants.statement.manage", _("Peru lausuntopyyntö")
        ),
        Transition(
            "expire_statement",
            ("asked",),
            "expired",
            "grants.statement.manage",
            _("Määräaika päättyi"),
            condition="the due day has passed",
        ),
    ),
)
