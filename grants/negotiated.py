"""What a negotiation means for the proposal: when it may be made, and from what it starts."""

from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.money import format_euros
from grants.models import Application, GrantCall, NegotiationVersion, Procedure, StatementWaiver
from grants.statements import with_later_conflict


def is_negotiated(call: GrantCall) -> bool:
    """Tell whether grants of the call are negotiated."""
    return bool(call.procedure == Procedure.NEGOTIATED)


def has_statement(case: Application) -> bool:
    """Tell whether a service area has given its statement; one whose giver later withdrew does not count."""
    rows: Any = with_later_conflict(case.statements.filter(state="given"))
    return bool(rows.filter(later_recused=False).exists())


def refuse_unready(case: Application, call: GrantCall) -> None:
    """Refuse to propose a sum in a negotiated case that is not ready for it.

    Refused: ``negotiation_open``, ``statement_missing`` (no statement of a service area, and nobody has written why
    it is not needed).
    """
    if not is_negotiated(call):
        return
    negotiation = getattr(case, "negotiation", None)
    if negotiation is not None and negotiation.state == "open":
        raise Refused(
            "negotiation_open",
            _("Neuvottelu on kesken. Tee esitys, kun osapuolet ovat hyväksyneet saman version tai neuvottelu päättyi."),
        )
    if not has_statement(case) and not StatementWaiver.objects.filter(application=case).exists():
        raise Refused(
            "statement_missing",
            _(
                "Palvelualueen lausunto puuttuu. Pyydä lausunto Käsittely-välilehdellä, tai kirjoita "
                "Neuvottelu-välilehdellä, miksi sitä ei tarvita."
            ),
        )


def agreed_of(case: Application, call: GrantCall) -> NegotiationVersion | None:
    """Return the version that both sides approved, or None."""
    negotiation = getattr(case, "negotiation", None) if is_negotiated(call) else None
    return negotiation.agreed_version if negotiation is not None else None


def proposal_start(case: Application) -> dict[str, Any]:
    """Return from what the form of the proposal starts: the agreed sum, purpose and conditions; empty without them."""
    version = agreed_of(case, case.call)
    if version is None:
        return {}
    lines = [
        f"Avustuksesta on neuvoteltu hakijan kanssa, ja osapuolet ovat hyväksyneet version {version.number}.",
        f"Avustus {format_euros(version.sum)}.",
        f"Käyttötarkoitus: {version.purpose}",
    ]
    if version.conditions:
        lines.append(f"Ehdot: {version.conditions}")
    return {"sum": version.sum, "reasons": "\n".join(lines)}


def decided_terms(case: Application, call: GrantCall, terms: str) -> dict[str, str]:
    """Return the purpose and the terms with which a granted sum is recorded: what was agreed beside the usual terms."""
    version = agreed_of(case, call)
    if version is None:
        return {"purpose": case.title, "terms": terms}
    agreed = [terms]
    if version.conditions:
        agreed.append(f"Neuvottelussa sovitut ehdot: {version.conditions}")
    if version.indicators:
        agreed.append(f"Seurannan mittarit: {version.indicators}")
    return {"purpose": version.purpose, "terms": "\n".join(agreed)}
