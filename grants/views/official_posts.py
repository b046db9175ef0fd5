"""Who decides grants as an office-holder: the posts, their holders and deputies, naming and ending."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from accounts.roles import has_any_staff_role
from common import clock
from common.policies import allowed
from common.times import local_date
from grants.forms.officials import EndOfficialForm, OfficialForm
from grants.models import DecidingOfficial, DecisionMaker, GrantKind
from grants.workflow.official_posts import deciding_titles, end_official, name_official
from organisations.views.helpers import attempt


@sign_in_required
def officials(request: HttpRequest) -> HttpResponse:
    """The deciding posts with their people; POST by the administrator names one."""
    now = clock.now()
    if not has_any_staff_role(request.user, now, "administrator", "coordinator", "auditor"):
        raise Http404
    may_name = has_any_staff_role(request.user, now, "administrator")
    titles = deciding_titles()
    form = OfficialForm(request.POST or None, posts=titles, initial={"valid_from": local_date(now)})
    if request.method == "POST":
        if not may_name:
            raise Http404
        if form.is_valid() and attempt(request, lambda: name_official(by=request.user, now=now, **form.given()), form):
            messages.success(request, _("%(name)s on nimetty päättäjäksi.") % {"name": form.user})
            return redirect("grants:officials")
    context = {"posts": _posts(request, titles), "form": form if may_name else None, "may_name": may_name}
    return render(request, "grants/officials/officials.html", context, status=409 if form.errors else 200)


def _posts(request: HttpRequest, titles: list[str]) -> list[dict[str, object]]:
    """Return the posts with their kinds of grant and the people whose duty has not ended; two queries."""
    now = clock.now()
    rows = allowed("grants.official.view", request.user, now=now).select_related("user")
    people = [row for row in rows if row.valid_until is None or row.valid_until >= local_date(now)]
    kinds = list(GrantKind.objects.filter(decision_maker=DecisionMaker.OFFICE_HOLDER).select_related("claims_to"))
    shown = [*titles, *sorted({row.post for row in people} - set(titles))]
    return [
        {
            "title": title,
            "kinds": [kind for kind in kinds if kind.decided_by_post_fi == title],
            "people": [row for row in people if row.post == title],
            "has_holder": any(
                row.post == title and not row.is_deputy and row.is_in_force(local_date(now)) for row in people
            ),
        }
        for title in shown
    ]


@sign_in_required
def end(request: HttpRequest, official_id: int) -> HttpResponse:
    """End a person's duty."""
    now = clock.now()
    rows = allowed("grants.official.manage", request.user, now=now).select_related("user")
    row: DecidingOfficial = get_object_or_404(rows, pk=official_id)
    form = EndOfficialForm(request.POST or None, initial={"ends_on": local_date(now)})
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            request, lambda: end_official(row, ends_on=form.cleaned_data["ends_on"], by=request.user, now=now), form
        )
    ):
        messages.success(request, _("Tehtävä päättyy: %(name)s.") % {"name": row.user})
        return redirect("grants:officials")
    return render(request, "grants/officials/end.html", {"row": row, "form": form}, status=409 if form.errors else 200)
