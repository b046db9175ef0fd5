"""A municipality's answers to its NGOs' applications, in bulk."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed
from county.models import Municipality
from grants.forms.handling import OpinionForm
from grants.models import Stance
from grants.municipal import cases_of_municipality
from grants.workflow.opinions import give_opinions

_TONES = {Stance.FUNDS: "ok", Stance.FUNDS_NOT: "none", Stance.NO_STANCE: "info"}


@sign_in_required
def opinions(request: HttpRequest, code: str) -> HttpResponse:
    """The cases that concern the municipality: what it says of each; ``?tila=kaikki`` shows the answered ones too."""
    now = clock.now()
    municipality: Municipality = get_object_or_404(
        allowed("liaisons.municipality.serve", request.user, now=now), code=code
    )
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _give(request, municipality, form):
        return redirect(request.get_full_path())
    rows = cases_of_municipality(request.user, municipality, now)
    shows_all = request.GET.get("tila") == "kaikki"
    shown = rows if shows_all else rows.filter(stance__isnull=True)
    page = paginate(request, shown.order_by("call", "organisation__sort_key", "pk"))
    return render(
        request,
        "grants/municipal/opinions.html",
        {
            "municipality": municipality,
            "page": page,
            "rows": [(case, _answer(case)) for case in page],
            "form": form,
            "chosen": set(request.POST.getlist("case")),
            "shows_all": shows_all,
        },
        status=422 if form.errors else 200,
    )


def _answer(case: Any) -> dict[str, Any] | None:
    return {"tone": _TONES[Stance(case.stance)], "label": Stance(case.stance).label} if case.stance else None


def _give(request: HttpRequest, municipality: Municipality, form: OpinionForm) -> bool:
    chosen = [int(key) for key in request.POST.getlist("case") if key.isascii() and key.isdecimal() and len(key) < 16]
    by, now = current_user(request), clock.now()
    try:
        count = give_opinions(municipality, chosen, **form.cleaned_data, by=by, now=now)
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return False
    told = ngettext("Kanta on kirjattu yhteen hakemukseen.", "Kanta on kirjattu %(count)s hakemukseen.", count)
    messages.success(request, told % {"count": count} if count else _("Kanta oli jo kirjattu."))
    return True
