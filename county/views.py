"""The county's settings: names and addresses, and the inhabitants of its municipalities."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from common.policies import get_allowed
from common.times import local_date
from county.checklist import missing_settings
from county.forms import CountySettingsForm, InhabitantsForm


def settings_page(request: HttpRequest) -> HttpResponse:
    """Show and save the county's settings; what is still missing stands first."""
    county = get_allowed("county.settings.edit", request.user, now=clock.now())
    form = CountySettingsForm(request.POST or None, instance=county)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Asetukset on tallennettu."))
        return redirect("county:settings")
    county.refresh_from_db()  # an invalid form has put its values on the instance
    return render(request, "county/settings.html", {"form": form, "missing": missing_settings(county)})


def inhabitants_page(request: HttpRequest) -> HttpResponse:
    """Show and save the inhabitants of the county's own municipalities; statistics count by them."""
    now = clock.now()
    get_allowed("county.settings.edit", request.user, now=now)
    form = InhabitantsForm(request.POST or None, today=local_date(now))
    if request.method == "POST" and form.is_valid():
        number = form.save()
        told = ngettext(
            "%(count)s kunnan asukasluku on tallennettu.", "%(count)s kunnan asukasluvut on tallennettu.", number
        )
        messages.success(request, told % {"count": number} if number else _("Mikään asukasluku ei muuttunut."))
        return redirect("county:inhabitants")
    return render(request, "county/inhabitants.html", {"form": form})
