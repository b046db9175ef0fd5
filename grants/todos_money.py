"""What waits about money: reports to send, to check and to approve; instalments to prepare and release."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from common.times import HELSINKI
from grants import money_lists


def own_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Yield a thing to do for each use report that the person's organisations still have to send."""
    reports = (
        allowed("grants.use_report.submit", user, now=now)
        .filter(state__in=["open", "returned"])
        .select_related("decision__application__organisation", "decision__application__call")
        .order_by("due_on", "pk")
    )
    for report in reports:
        application = report.decision.application
        if report.is_interim:
            begin, more = _("Tee väliselvitys: %(call)s"), _("Täydennä väliselvitystä: %(call)s")
        else:
            begin, more = _("Tee käyttöselvitys: %(call)s"), _("Täydennä käyttöselvitystä: %(call)s")
        title = more if report.state == "returned" else begin
        yield Todo(
            title=title % {"call": application.call.title},
            url=reverse("grants:use_report", args=[application.organisation_id, report.pk]),
            button=_("Jatka selvitystä") if report.saved_at else _("Aloita selvitys"),
            due=datetime.combine(report.due_on, time(23, 59), HELSINKI),
            detail=application.organisation.name + ".",
            target=("organisation", application.organisation_id),
        )


def officer_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Yield one line for each heap of work: how many wait, and where."""
    payable = money_lists.payable(user, now).count()
    if payable:
        yield Todo(
            title=ngettext("Valmistele %(count)s maksuerä", "Valmistele %(count)s maksuerää", payable)
            % {"count": payable},
            url=reverse("grants:payments"),
            button=_("Avaa maksatukset"),
            detail=_("Päätökset ovat lainvoimaisia."),
        )
    waiting = money_lists.releasable(user, now).count()
    if waiting:
        yield Todo(
            title=ngettext("Hyväksy maksuun %(count)s maksuerä", "Hyväksy maksuun %(count)s maksuerää", waiting)
            % {"count": waiting},
            url=f"{reverse('grants:payments')}?tila=planned",
            button=_("Avaa maksatukset"),
        )
    yield from _reports("check", "submitted", user, now)
    yield from _reports("approve", "checked", user, now)


def _reports(permission: str, state: str, user: Any, now: datetime) -> Iterator[Todo]:
    count = allowed(f"grants.use_report.{permission}", user, now=now).filter(state=state).count()
    if not count:
        return
    if permission == "check":
        title = ngettext(
            "Tarkista %(count)s käyttöselvityksen sisältö", "Tarkista %(count)s käyttöselvityksen sisältö", count
        )
    else:
        title = ngettext("Hyväksy %(count)s käyttöselvitys", "Hyväksy %(count)s käyttöselvitystä", count)
    yield Todo(
        title=title % {"count": count},
        url=f"{reverse('grants:use_reports')}?tila={state}",
        button=_("Avaa selvitykset"),
    )
