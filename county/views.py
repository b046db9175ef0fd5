"""The county's settings page, and its colours as a style sheet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common import clock
from common.policies import get_allowed
from county.checklist import missing_settings
from county.forms import CountySettingsForm


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
