"""The administrator's pages: people, their staff roles, and the list of rights in force."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import sign_in_required
from accounts.audit import timeline_of, timeline_where
from accounts.forms import EndRoleForm, GrantRoleForm
from accounts.models import StaffRole, StaffRoleKind, User
from accounts.roles import current_user, role_labels, roles_in_force
from accounts.workflow import end_role, grant_role
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date


class UserSearchForm(forms.Form):
    """The filter of the list of users."""

    q = forms.CharField(label=gettext_lazy("Nimi tai sähköposti"), required=False)


def _seen(request: HttpRequest, policy: str) -> QuerySet[Any]:
    """Return what the policy lets the person see; nothing at all means that the page is not theirs."""
    rows = allowed(policy, request.user)
    if not rows.exists():
        raise Http404
    return rows


@sign_in_required
def users(request: HttpRequest) -> HttpResponse:
    """All users with their staff roles; ``?q=`` finds by name or e-mail."""
    now = clock.now()
    people = _seen(request, "accounts.user.view").order_by("full_name", "email")
    words = request.GET.get("q", "").split()
    for word in words[:5]:
        people = people.filter(Q(full_name__icontains=word) | Q(email__icontains=word))
    in_force = StaffRole.objects.in_force(now).order_by("role")
    page = paginate(request, people.prefetch_related(Prefetch("staff_roles", in_force, to_attr="roles_now")))
    labels = role_labels(StaffRoleKind.values)
    for person in page:
        person.role_names = ", ".join(labels[row.role] for row in person.roles_now)
    form = UserSearchForm(request.GET or None)
    return render(request, "accounts/users.html", {"page": page, "form": form, "words": " ".join(words)})


@sign_in_required
def user_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: what they may do and why, their staff roles, and the history of their rights."""
    now = clock.now()
    person: User = get_allowed("accounts.user.view", request.user, now=now, pk=user_id)
    endable = set(allowed("accounts.staff_role.end", request.user, now=now).filter(user=person).values_list("pk"))
    rows = list(person.staff_roles.order_by("-valid_from", "-pk"))
    labels = role_labels(row.role for row in rows)
    today = local_date(now)
    history = timeline_of(person) + timeline_where(StaffRole, user_id=person.pk)
    return render(
        request,
        "accounts/user.html",
        {
            "person": person,
            "person_roles": roles_in_force(person, now),
            "staff_roles": [
                {
                    "row": row,
                    "label": labels[row.role],
                    "state": _state(row, today),
                    "may_end": (row.pk,) in endable and (row.valid_until is None or row.valid_until >= today),
                }
                for row in rows
            ],
            "may_grant": may("accounts.user.manage", request.user, person, now=now),
            "history": sorted(history, key=lambda entry: entry.at, reverse=True),
        },
    )


def _state(row: StaffRole, today: Any) -> tuple[str, str]:
    """Return the tone and word of a staff role's tag."""
    if row.valid_from > today:
        return "wait", _("Alkaa myöhemmin")
    if row.is_in_force(today):
        return "ok", _("Voimassa")
    return "none", _("Päättynyt")


@sign_in_required
def grant(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a staff role with a reason and a term."""
    now = clock.now()
    person: User = get_allowed("accounts.user.manage", request.user, now=now, pk=user_id)
    form = GrantRoleForm(request.POST or None, initial={"valid_from": local_date(now)})
    form.fields["role"].choices = list(role_labels(StaffRoleKind.values).items())  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            granted = grant_role(person, by=current_user(request), now=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("%(name)s sai roolin %(role)s. Lähetimme hänelle viestin.")
                % {"name": person, "role": role_labels([granted.role])[granted.role]},
            )
            return redirect("accounts:user", person.pk)
    return render(request, "accounts/grant_role.html", {"form": form, "person": person})


@sign_in_required
def end(request: HttpRequest, role_id: int) -> HttpResponse:
    """End a staff role, at once or after a day."""
    now = clock.now()
    held: StaffRole = get_allowed("accounts.staff_role.end", request.user, now=now, pk=role_id)
    person = User.objects.get(pk=held.user_id)
    form = EndRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_role(held, by=current_user(request), now=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Rooli on päätetty. Lähetimme asiasta viestin henkilölle."))
            return redirect("accounts:user", person.pk)
    label = role_labels([held.role])[held.role]
    return render(request, "accounts/end_role.html", {"form": form, "held": held, "label": label, "person": person})


@sign_in_required
def rights(request: HttpRequest) -> HttpResponse:
    """All staff roles in force, for the yearly review: who, since when, until when and why."""
    now = clock.now()
    seen = _seen(request, "accounts.staff_role.view")
    held = StaffRole.objects.in_force(now).filter(pk__in=seen.values("pk")).select_related("user")
    page = paginate(request, held.order_by("role", "user__full_name", "pk"), per_page=50)
    labels = role_labels(StaffRoleKind.values)
    for row in page:
        row.label = labels[row.role]
    return render(request, "accounts/rights.html", {"page": page})
