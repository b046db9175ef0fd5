"""The applicant's verbs on the declaration of state aid: declare, add, change and remove earlier aid."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.times import format_date, local_date
from grants.models import Application, DeclaredAid, StateAidDeclaration, Submission
from grants.models.state_aid import MOST_DECLARED
from grants.state_aid import declaration_of, first_counted_day
from grants.workflow.drafts import lock_draft, touch


def declare_aid(
    application: Application,
    *,
    is_economic: bool,
    has_earlier: bool | None = None,
    linked: str = "",
    by: Any,
    now: datetime,
) -> StateAidDeclaration:
    """Declare in a draft whether the activity is economic and whether other de minimis aid has been got.

    Refuses what ``lock_draft`` refuses, ``not_asked``, ``earlier_missing`` (economic and not said) and ``rows_left``
    (aid has been listed although there is none).
    """
    with transaction.atomic():
        locked = _locked(application, by, now)
        if is_economic and has_earlier is None:
            raise Refused("earlier_missing", _("Kerro, onko muuta vähämerkityksistä tukea saatu."))
        if not (is_economic and has_earlier) and locked.declared_aid.exists():
            raise Refused("rows_left", _("Sivulla on ilmoitettuja tukia. Poista ne ensin, jos niitä ei ole saatu."))
        told = {
            "is_economic": is_economic,
            "has_earlier": has_earlier if is_economic else None,
            "linked": linked.strip() if is_economic else "",
            "declared_by": by,
            "declared_at": now,
        }
        found, _new = StateAidDeclaration.objects.update_or_create(application=locked, defaults=told)
        touch(locked, by, now)
        return found


def add_declared(
    application: Application, *, granter: str, granted_on: date, sum: Decimal, purpose: str, by: Any, now: datetime
) -> DeclaredAid:
    """List one aid of another granter, in euros. Refuses as ``check_row`` and ``_declared``, and ``too_many``."""
    with transaction.atomic():
        locked = _declared(application, by, now)
        check_row(granted_on, sum, now)
        if locked.declared_aid.count() >= MOST_DECLARED:
            raise Refused("too_many", _("Tukia voi ilmoittaa enintään %(most)s.") % {"most": MOST_DECLARED})
        given = {"granter": granter.strip(), "granted_on": granted_on, "sum": sum, "purpose": purpose.strip()}
        row = DeclaredAid.objects.create(application=locked, **given)
        _renew(locked, by, now)
        return row


def change_declared(
    row: DeclaredAid, *, granter: str, granted_on: date, sum: Decimal, purpose: str, by: Any, now: datetime
) -> DeclaredAid:
    """Change a listed aid. Refuses ``gone`` when somebody has removed it, and what adding refuses."""
    with transaction.atomic():
        locked = _declared(row.application, by, now)
        check_row(granted_on, sum, now)
        found = DeclaredAid.objects.select_for_update().filter(pk=row.pk, application=locked).first()
        if found is None:
            raise Refused("gone", _("Tuki on poistettu hakemuksesta. Lataa sivu uudelleen."))
        found.granter, found.granted_on, found.sum, found.purpose = granter.strip(), granted_on, sum, purpose.strip()
        found.save()
        _renew(locked, by, now)
        return found


def remove_declared(row: DeclaredAid, *, by: Any, now: datetime) -> None:
    """Take a listed aid out; removed already, nothing happens."""
    with transaction.atomic():
        locked = _declared(row.application, by, now)
        deleted, _rows = DeclaredAid.objects.filter(pk=row.pk, application=locked).delete()
        if deleted:
            _renew(locked, by, now)


def _locked(application: Application, by: Any, now: datetime) -> Application:
    locked = lock_draft(application, by=by, now=now)
    if not locked.call.state_aid:
        raise Refused("not_asked", _("Tässä haussa ei kysytä valtiontuesta."))
    return locked


def _declared(application: Application, by: Any, now: datetime) -> Application:
    """Lock the draft; refuse ``not_declared`` unless it says that other aid has been got."""
    locked = _locked(application, by, now)
    declaration = declaration_of(locked)
    if declaration is None or not declaration.has_earlier:
        raise Refused("not_declared", _("Vastaa ensin, että muuta vähämerkityksistä tukea on saatu."))
    return locked


def check_row(granted_on: date, total: Decimal, now: datetime) -> None:
    """Refuse ``in_future``, ``too_old`` (not of the three years) and ``not_positive``; the sum is in euros."""
    today = local_date(now)
    if granted_on > today:
        raise Refused("in_future", _("Tuki on myönnetty viimeistään tänään. Tarkista päivä."))
    since = first_counted_day(today)
    if granted_on < since:
        raise Refused(
            "too_old",
            _("Tätä tukea ei tarvitse ilmoittaa. Ilmoita tuet, jotka on myönnetty %(since)s tai sen jälkeen.")
            % {"since": format_date(since)},
        )
    if total <= 0:
        raise Refused("not_positive", _("Tuen summan täytyy olla suurempi kuin nolla."))


def _renew(application: Application, by: Any, now: datetime) -> None:
    """The declaration stands as of now: the three years are counted to this day."""
    StateAidDeclaration.objects.filter(application=application).update(declared_by=by, declared_at=now)
    touch(application, by, now)


def restore_aid(application: Application, last: Submission) -> None:
    """Put the declaration back as the submission has it; part of ``restore_unsent``, in its transaction."""
    told = last.content.get("state_aid")
    if not application.call.state_aid:
        return
    if told is None:
        application.declared_aid.all().delete()
        StateAidDeclaration.objects.filter(application=application).delete()
        return
    put_told(application, told, by=last.submitted_by)


def put_told(application: Application, told: dict[str, Any], *, by: Any) -> None:
    """Write the told declaration (as ``grants.state_aid.freeze`` returns it) to the application as declared by ``by``.

    Part of a verb, in its transaction.
    """
    application.declared_aid.all().delete()
    fields = {name: told[name] for name in ("is_economic", "has_earlier", "linked")}
    fields |= {"declared_at": datetime.fromisoformat(told["declared_at"]), "declared_by": by}
    found, _new = StateAidDeclaration.objects.update_or_create(application=application, defaults=fields)
    found.application = application  # the row in hand reads what stands now
    DeclaredAid.objects.bulk_create(DeclaredAid(application=application, **read_row(row)) for row in told["declared"])


def read_row(row: dict[str, str]) -> dict[str, Any]:
    """Return a frozen aid as the fields of a row; the sum is in euros."""
    return {
        "granter": row["granter"],
        "granted_on": date.fromisoformat(row["granted_on"]),
        "sum": Decimal(row["sum"]),
        "purpose": row["purpose"],
    }
