"""Whether a missing use report stops an organisation from sending an application: each call's terms say."""

from datetime import datetime

from django.utils.translation import gettext as _

from common.errors import Refused
from common.times import format_date, local_date
from grants.models import Application, MissingReport, UseReport


def late_report(application: Application, now: datetime) -> UseReport | None:
    """Return the applicant's use report that has been late longest, if any; its partners' do not count."""
    late = UseReport.objects.overdue(local_date(now)).filter(
        decision__application__organisation=application.organisation_id
    )
    found: UseReport | None = late.select_related("decision__application__call").order_by("due_on", "pk").first()
    return found


def stopping_report(application: Application, now: datetime) -> UseReport | None:
    """Return the late report that stops sending under the call's terms; None where nothing stops it.

    A paper application is never stopped by this: what has arrived is registered, and the officer sees the lack.
    """
    if application.call.missing_report_applying != MissingReport.STOPS:
        return None
    return late_report(application, now)


def require_reports(application: Application, now: datetime) -> None:
    """Refuse to send while a use report is late and the call's terms stop it: ``report_missing``."""
    report = stopping_report(application, now)
    if report is not None:
        raise Refused(
            "report_missing",
            _(
                "Aiemman avustuksen käyttöselvitys puuttuu: %(call)s, määräpäivä oli %(day)s. Antakaa selvitys ensin."
                " Hakemus säilyy luonnoksena."
            )
            % {"call": report.decision.application.call.title, "day": format_date(report.due_on)},
        )
