"""Putting a published report on the agenda of a coming meeting."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, get_allowed
from liaisons.views.pages import act_and_return
from liaisons.views.pages import ask as ask_form
from reports.forms.agenda import PlaceForm
from reports.models import AnnualReport
from reports.models.agenda import ReportMatter
from reports.workflow.agenda import put_on_agenda, take_off_agenda


@sign_in_required
def place(request: HttpRequest, report_id: int) -> HttpResponse:
    """Choose the meeting; the report's page sends its choice here too."""
    now = clock.now()
    found: AnnualReport = get_allowed("reports.annual.place", request.user, now=now, pk=report_id)
    page = reverse("reports:report", args=[found.pk])
    meetings = allowed("reports.annual.place_in", request.user, now=now)
    form = PlaceForm(request.POST if request.method == "POST" else None, meetings=meetings)
    return ask_form(
        request,
        form,
        lambda: put_on_agenda(found, meeting=form.cleaned_data["meeting"], by=request.user, now=now),
        done=_("Raportti on kokouksen esityslistalla, ja PDF-asiakirja on sen liitteenä."),
        to=f"{page}#kokoukset",
        heading=_("Vie raportti kokoukseen"),
        submit=_("Lisää esityslistalle"),
        trail=[(reverse("reports:reports"), _("Raportit")), (page, found.title)],
        lead=""
        if meetings.exists()
        else _("Tulevia kokouksia ei ole. Lisää toimielimelle ensin kokous Kokoukset-sivulla."),
    )


@require_POST
@sign_in_required
def unplace(request: HttpRequest, report_id: int, pk: int) -> HttpResponse:
    """Take the report off a coming meeting's agenda."""
    now = clock.now()
    found: ReportMatter = get_allowed("reports.matter.manage", request.user, now=now, pk=pk, report=report_id)
    return act_and_return(
        request,
        lambda: take_off_agenda(found, by=request.user, now=now),
        _("Raportti on poistettu esityslistalta."),
        f"{reverse('reports:report', args=[report_id])}#kokoukset",
    )
