"""The register of who has taken what: the list with its files, one person, what was taken elsewhere."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from accounts.models import User
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed
from common.times import local_date
from liaisons.forms.trainings import EarlierForm, RegisterFilter
from liaisons.introductions import introduction_figures, with_introduction
from liaisons.models import TrainingCourse, TrainingRecord, TrainingSignUp
from liaisons.policies import may_manage_trainings
from liaisons.training_register import narrowed, people_of_register, register_file, register_lines, with_taken
from liaisons.views.training_pages import register_crumbs, require_training_manager, require_training_reader, show_form
from liaisons.workflow.training_records import record_earlier, withdraw_record
from organisations.views.helpers import attempt


def _asked(request: HttpRequest, day: date) -> tuple[Any, RegisterFilter]:
    """Return the people that the URL asks for, and the form that says so."""
    form = RegisterFilter(request.GET or None, day=day)
    people = people_of_register(day)
    return with_taken(narrowed(people, form.cleaned_data, day) if form.is_valid() else people, day), form


@sign_in_required
def register(request: HttpRequest) -> HttpResponse:
    """Who has taken what and who lacks the introduction."""
    require_training_reader(request)
    now = clock.now()
    day = local_date(now)
    people, form = _asked(request, day)
    page = paginate(request, people)
    return render(
        request,
        "liaisons/training_register.html",
        {
            "page": page,
            "lines": register_lines(page.object_list, day),
            "form": form,
            "figures": introduction_figures(day),
            "can_manage": may_manage_trainings(request.user, now),
        },
    )


@sign_in_required
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The same people as a file, CSV or XLSX."""
    require_training_reader(request)
    day = local_date(clock.now())
    people, _form = _asked(request, day)
    return register_file(register_lines(people, day), kind)


@sign_in_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person has taken, with what was taken back; only of those who are or have been in a training."""
    require_training_reader(request)
    now = clock.now()
    day = local_date(now)
    people = with_introduction(User.objects.all(), day)
    known = Exists(TrainingRecord.objects.filter(user=OuterRef("pk"))) | Exists(
        TrainingSignUp.objects.filter(user=OuterRef("pk"))
    )
    found = get_object_or_404(with_taken(people.filter(Q(is_liaison=True) | known), day), pk=pk)
    records = allowed("liaisons.training_record.view", request.user, now=now).filter(user=found)
    return render(
        request,
        "liaisons/training_person.html",
        {
            "line": register_lines([found], day)[0],
            "records": records.select_related("course", "session", "recorded_by", "withdrawn_by"),
            "sign_ups": found.training_sign_ups.select_related("session__course").order_by("-session__starts_at"),
            "can_manage": may_manage_trainings(request.user, now),
        },
    )


@sign_in_required
def record_new(request: HttpRequest) -> HttpResponse:
    """Record what somebody took elsewhere; ``?henkilo=`` fills in who."""
    require_training_manager(request)
    wanted = request.GET.get("henkilo", "")
    known = User.objects.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 16 else None
    initial: dict[str, Any] = {"course": TrainingCourse.objects.filter(is_introduction=True).first()}
    if known is not None:
        initial |= {"full_name": known.full_name, "email": known.email}
    if not TrainingCourse.objects.exists():
        messages.info(request, _("Lisää ensin kurssi luetteloon."))
        return redirect("liaisons:course_new")
    form = EarlierForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: record_earlier(**form.cleaned_data, by=current_user(request), now=clock.now()),
            form,
        )
        if made:
            messages.success(request, _("Suoritus on kirjattu."))
            return redirect("liaisons:training_person", pk=made.user_id)
    return show_form(
        request,
        form,
        heading=_("Kirjaa muualla käyty koulutus"),
        submit=_("Kirjaa suoritus"),
        trail=register_crumbs(),
        lead=_("Kirjaa, mitä henkilö on käynyt aiemmin tai muualla, ja mistä se tiedetään."),
    )


@sign_in_required
def record_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong record back."""
    now = clock.now()
    rows = allowed("liaisons.training_record.manage", request.user, now=now).select_related("user", "course")
    record = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        if attempt(request, lambda: withdraw_record(record, by=current_user(request), now=now)):
            messages.success(request, _("Suoritus on peruttu."))
        return redirect("liaisons:training_person", pk=record.user_id)
    return render(request, "liaisons/training_withdraw.html", {"record": record})
