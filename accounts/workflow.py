"""Giving and ending staff roles. Nobody gives one to themselves, and the last administrator stays."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import mail
from accounts.models import StaffRole, StaffRoleKind, User
from accounts.roles import DUTIES, role_labels
from common.errors import Refused
from common.locks import advisory_lock
from common.policies import get_allowed
from common.times import format_date, local_date

LOCK = "accounts.staff_roles"  # one key: rights change rarely, and the last-administrator rule looks at all of them


def grant_role(
    user: User,
    role: str,
    *,
    valid_from: date,
    valid_until: date | None,
    reason: str,
    by: User | None,
    now: datetime,
) -> StaffRole:
    """Give ``user`` a staff role for a term (both days included) and tell them by mail.

    ``by`` is None only on the command line of the server, for the first administrator. Raises Refused:
    ``own_role``, ``unknown_role``, ``term_order``, ``already_held``; Http404 when ``by`` has no right.
    """
    with transaction.atomic():
        advisory_lock(LOCK, 0)
        if by is not None:
            if by.pk == user.pk:
                raise Refused("own_role", _("Et voi antaa roolia itsellesi. Pyydä toista pääkäyttäjää."))
            get_allowed("accounts.user.manage", by, now=now, pk=user.pk)
        if role not in StaffRoleKind.values:
            raise Refused("unknown_role", _("Tällaista roolia ei ole. Valitse rooli luettelosta."))
        if valid_until is not None and valid_until < valid_from:
            raise Refused("term_order", _("Viimeinen päivä on ennen ensimmäistä päivää. Korjaa jompikumpi."))
        if not reason.strip():
            raise Refused("no_reason", _("Peruste puuttuu. Kirjoita, miksi henkilö tarvitsee roolin."))
        granted = StaffRole(user=user, role=role, valid_from=valid_from, valid_until=valid_until, reason=reason.strip())
        try:
            with transaction.atomic():
                granted.save(force_insert=True)
        except IntegrityError as error:
            raise Refused(
                "already_held", _("Henkilöllä on jo tämä rooli osan tästä ajasta. Tarkista päivät.")
            ) from error
        _tell(granted, "given", now)
        return granted


def end_role(staff_role: StaffRole, *, last_day: date | None, reason: str, by: User, now: datetime) -> None:
    """End a staff role after ``last_day``, or at once when it is None; a role that has not begun is cancelled.

    Ending at once means that yesterday is its last day; a role given today is removed (the audit trail keeps
    it). Raises Refused: ``last_administrator``, ``already_ended``, ``before_today``, ``no_reason``; Http404
    when ``by`` has no right.
    """
    with transaction.atomic():
        advisory_lock(LOCK, 0)
        row: StaffRole = get_allowed("accounts.staff_role.end", by, now=now, lock=True, pk=staff_role.pk)
        today = local_date(now)
        _check_end(row, last_day, reason, today)
        if row.role == StaffRoleKind.ADMINISTRATOR and row.is_in_force(today):
            _keep_an_administrator(row, last_day, today)
        row.end_reason = reason.strip()
        row.valid_until = last_day if last_day is not None else today - timedelta(days=1)
        if row.valid_until < row.valid_from:
            row.delete()
        else:
            row.save(update_fields=["valid_until", "end_reason"])
        _tell(row, "ended", now, key=staff_role.pk)


def _check_end(row: StaffRole, last_day: date | None, reason: str, today: date) -> None:
    if not reason.strip():
        raise Refused("no_reason", _("Syy puuttuu. Kirjoita, miksi rooli päättyy."))
    if row.valid_until is not None and row.valid_until < today:
        raise Refused("already_ended", _("Rooli on jo päättynyt."))
    if last_day is None:
        return
    if last_day < today:
        raise Refused("before_today", _("Viimeinen päivä on jo mennyt. Jätä kohta tyhjäksi, niin rooli päättyy heti."))
    if row.valid_until is not None and last_day >= row.valid_until:
        raise Refused("already_ended", _("Rooli päättyy jo aiemmin. Anna aiempi päivä."))


def _keep_an_administrator(row: StaffRole, last_day: date | None, today: date) -> None:
    """Refuse unless another active person is administrator on the first day without this role."""
    first_without = last_day + timedelta(days=1) if last_day else today
    others = StaffRole.objects.filter(role=StaffRoleKind.ADMINISTRATOR, user__is_active=True).exclude(user=row.user_id)
    if not any(other.is_in_force(first_without) for other in others):
        raise Refused(
            "last_administrator",
            _("Palvelussa on oltava vähintään yksi pääkäyttäjä. Anna rooli ensin toiselle henkilölle."),
        )


def _tell(row: StaffRole, what: str, now: datetime, key: int | None = None) -> None:
    """Queue the mail that tells a person of a role given or ended."""
    with translation.override(row.user.language):
        label = role_labels([row.role])[row.role]
        if what == "given":
            subject = gettext("Sinulle on annettu rooli: %(role)s") % {"role": label}
            end = (
                gettext("Rooli on voimassa %(first)s–%(last)s.")
                % {"first": format_date(row.valid_from), "last": format_date(row.valid_until)}
                if row.valid_until
                else gettext("Rooli on voimassa %(first)s alkaen toistaiseksi.")
                % {"first": format_date(row.valid_from)}
            )
            body = "\n\n".join([str(DUTIES[row.role].explanation), end])
        else:
            subject = gettext("Roolisi päättyy: %(role)s") % {"role": label}
            body = gettext("Syy: %(reason)s") % {"reason": row.end_reason}
    mail.queue(
        kind=f"account.role_{what}",
        to=row.user,
        subject=subject,
        template="account/email/queued",
        context={"subject": subject, "body": body, "link": "", "button": ""},
        dedup_key=f"account.role_{what}:{key or row.pk}:{row.valid_until or ''}",
        language=row.user.language,
        required=True,
    )
