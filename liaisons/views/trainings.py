"""The coordinator's pages of courses and trainings: catalogue, sessions, invitations, who came."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from common.times import local_date
from liaisons.forms.trainings import (
    CancelTrainingForm,
    CatalogueForm,
    NewTrainingForm,
    SignUpPersonForm,
    TrainingFilter,
    TrainingForm,
)
from liaisons.introductions import introduction_figures, to_invite
from liaisons.models import (
    STANDING_SIGN_UPS,
    TRAINING_COMING,
    TrainingCourse,
    TrainingSession,
    TrainingSignUp,
)
from liaisons.policies import may_manage_trainings
from liaisons.views.pages import act_and_return, ask
from liaisons.views.training_pages import (
    require_training_manager,
    require_training_reader,
    session_crumbs,
    show_form,
    training_crumbs,
)
from liaisons.workflow.sign_ups import cancel_sign_up, invite_lacking, sign_up_person
from liaisons.workflow.training_records import mark_attendance
from liaisons.workflow.trainings import (
    cancel_training,
    edit_training,
    open_training,
    plan_training,
    save_course,
)
from organisations.views.helpers import attempt

_FACTS = ("starts_at", "ends_at", "town", "place", "remote_url", "leaders", "capacity", "sign_up_until", "note")


def _counted(rows: QuerySet[TrainingSession]) -> QuerySet[Any]:
    """Add how many have a place, wait, are invited and came."""
    return rows.select_related("course", "led_by").annotate(
        signed=Count("sign_ups", filter=Q(sign_ups__state="signed")),
        waiting=Count("sign_ups", filter=Q(sign_ups__state="waiting")),
        invited=Count("sign_ups", filter=Q(sign_ups__state="invited")),
        came=Count("sign_ups", filter=Q(sign_ups__attended=True)),
    )


@sign_in_required
def trainings(request: HttpRequest) -> HttpResponse:
    """The sessions, coming ones first, and how the introduction of liaison persons stands."""
    require_training_reader(request)
    now = clock.now()
    form = TrainingFilter(request.GET or None)
    rows = _counted(allowed("liaisons.training.read", request.user, now=now)).order_by("starts_at", "pk")
    asked = form.cleaned_data if form.is_valid() else {"tila": "", "kurssi": ""}
    if asked["kurssi"]:
        rows = rows.filter(course=int(asked["kurssi"]))
    if asked["tila"] == "menneet":
        rows = rows.exclude(state__in=TRAINING_COMING).order_by("-starts_at", "-pk")
    elif asked["tila"] != "kaikki":
        rows = rows.filter(state__in=TRAINING_COMING)
    return render(
        request,
        "liaisons/training_list.html",
        {
            "page": paginate(request, rows),
            "form": form,
            "figures": introduction_figures(local_date(now)),
            "can_manage": may_manage_trainings(request.user, now),
        },
    )


@sign_in_required
def courses(request: HttpRequest) -> HttpResponse:
    """The catalogue of courses with how many have taken each."""
    require_training_reader(request)
    taken = Count("records", filter=Q(records__withdrawn_at__isnull=True))
    rows = TrainingCourse.objects.annotate(taken=taken).order_by("-is_introduction", "name_fi", "pk")
    can_manage = may_manage_trainings(request.user, clock.now())
    return render(request, "liaisons/course_list.html", {"page": paginate(request, rows), "can_manage": can_manage})


@sign_in_required
def course_new(request: HttpRequest) -> HttpResponse:
    """Add a course; the first one is offered as the introduction."""
    require_training_manager(request)
    first = not TrainingCourse.objects.filter(is_introduction=True).exists()
    return _course(request, None, CatalogueForm(request.POST or None, initial={"is_introduction": first}))


@sign_in_required
def course_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a course."""
    course = get_allowed("liaisons.course.manage", request.user, now=clock.now(), pk=pk)
    fields = ("name_fi", "name_sv", "name_en", "audience", "learns", "hours", "is_introduction", "is_offered")
    initial = {name: getattr(course, name) for name in fields}
    return _course(request, course, CatalogueForm(request.POST or None, initial=initial))


def _course(request: HttpRequest, course: TrainingCourse | None, form: CatalogueForm) -> HttpResponse:
    return ask(
        request,
        form,
        lambda: save_course(course, **form.facts, by=current_user(request), now=clock.now()),
        done=_("Kurssi on tallennettu."),
        to=reverse("liaisons:courses"),
        heading=_("Muuta kurssia: %(course)s") % {"course": course.name} if course else _("Uusi kurssi"),
        submit=_("Tallenna"),
        trail=training_crumbs((reverse("liaisons:courses"), _("Kurssit"))),
    )


@sign_in_required
def training_new(request: HttpRequest) -> HttpResponse:
    """Plan a session; ``?kurssi=`` chooses the course, else the introduction."""
    require_training_manager(request)
    now = clock.now()
    if not TrainingCourse.objects.filter(is_offered=True).exists():
        messages.info(request, _("Lisää ensin kurssi luetteloon. Sitten voit suunnitella siitä koulutuksen."))
        return redirect("liaisons:course_new")
    wanted = request.GET.get("kurssi", "")
    form = NewTrainingForm(request.POST or None, initial={"course": wanted if wanted.isdecimal() else None})
    if request.method == "POST" and form.is_valid():
        made = attempt(request, lambda: plan_training(**form.cleaned_data, by=current_user(request), now=now), form)
        if made:
            messages.success(request, _("Koulutus on suunnitteilla. Kun avaat ilmoittautumisen, muut näkevät sen."))
            return redirect("liaisons:training_desk", pk=made.pk)
    return show_form(request, form, heading=_("Suunnittele koulutus"), submit=_("Tallenna"), trail=training_crumbs())


def _found(request: HttpRequest, pk: int, permission: str = "liaisons.training.manage") -> TrainingSession:
    rows = allowed(permission, request.user, now=clock.now()).select_related("course", "led_by")
    session: TrainingSession = get_object_or_404(rows, pk=pk)
    return session


def _desk(session: TrainingSession) -> str:
    return reverse("liaisons:training_desk", args=[session.pk])


@sign_in_required
def training_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: who is in it, who waits, and what the coordinator does next."""
    now = clock.now()
    rows = _counted(allowed("liaisons.training.read", request.user, now=now))
    session = get_object_or_404(rows, pk=pk)
    can_manage = may_manage_trainings(request.user, now)
    can_invite = can_manage and session.course.is_introduction and session.takes_sign_ups(now)
    return render(
        request,
        "liaisons/training_desk.html",
        {
            "session": session,
            "sign_ups": session.sign_ups.select_related("user").order_by("state", "signed_at", "user__full_name", "pk"),
            "can_manage": can_manage,
            "is_coming": session.state in TRAINING_COMING,
            "can_mark": can_manage and session.state in ("open", "held") and now >= session.starts_at,
            "can_invite": can_invite,
            "can_let_go": can_manage and session.state == "open" and now < session.starts_at,
            "to_invite": to_invite(session, now).count() if can_invite else 0,
        },
    )


@sign_in_required
def training_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change time, place, leaders or the number of places."""
    session = _found(request, pk)
    initial = {name: getattr(session, name) for name in _FACTS}
    initial["led_by"] = session.led_by.name if session.led_by else ""
    form = TrainingForm(request.POST or None, initial=initial)
    return ask(
        request,
        form,
        lambda: edit_training(session, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Tiedot on tallennettu. Jos aika tai paikka muuttui, ilmoittautuneet saivat siitä viestin."),
        to=_desk(session),
        heading=_("Muuta koulutusta: %(course)s") % {"course": session.course.name},
        submit=_("Tallenna"),
        trail=session_crumbs(session),
    )


@sign_in_required
@require_POST
def training_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the sign-up."""
    session = _found(request, pk)
    return act_and_return(
        request,
        lambda: open_training(session, by=current_user(request), now=clock.now()),
        _("Ilmoittautuminen on auki. Koulutus näkyy nyt henkilöstölle ja yhteyshenkilöille."),
        _desk(session),
    )


@sign_in_required
def training_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a coming session; everybody gets the reason."""
    session = _found(request, pk)
    form = CancelTrainingForm(request.POST or None)
    return ask(
        request,
        form,
        lambda: cancel_training(session, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Koulutus on peruttu, ja kutsutut ja ilmoittautuneet ovat saaneet viestin."),
        to=_desk(session),
        heading=_("Peru koulutus: %(course)s") % {"course": session.course.name},
        submit=_("Peru koulutus"),
        trail=session_crumbs(session),
        lead=_("Peruttua koulutusta ei voi avata uudelleen. Suunnittele tarvittaessa uusi."),
    )


@sign_in_required
def training_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite everybody who lacks the introduction: first how many and whom, then the one press."""
    now = clock.now()
    session = _found(request, pk)
    if request.method == "POST":
        told = attempt(request, lambda: (invite_lacking(session, by=current_user(request), now=now),))
        if told and told[0]:
            words = ngettext("Kutsu lähti yhdelle henkilölle.", "Kutsu lähti %(count)s henkilölle.", told[0])
            messages.success(request, words % {"count": told[0]})
        elif told:
            messages.info(request, _("Kaikki, joilta perehdytys puuttuu, on jo kutsuttu."))
        return redirect("liaisons:training_desk", pk=pk)
    people = to_invite(session, now) if session.course.is_introduction else TrainingSignUp.objects.none()
    return render(request, "liaisons/training_invite.html", {"session": session, "page": paginate(request, people)})


@sign_in_required
def training_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a person up on their behalf."""
    session = _found(request, pk)
    form = SignUpPersonForm(request.POST or None)
    return ask(
        request,
        form,
        lambda: sign_up_person(session, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Henkilö on ilmoitettu. Jos koulutus on täynnä, hän on jonossa."),
        to=_desk(session),
        heading=_("Ilmoita henkilö: %(course)s") % {"course": session.course.name},
        submit=_("Ilmoita"),
        trail=session_crumbs(session),
        lead=_("Henkilö saa viestin, jos koulutus ei ole vielä alkanut."),
    )


@sign_in_required
@require_POST
def sign_up_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a person's sign-up on their behalf."""
    require_training_manager(request)
    rows = allowed("liaisons.training_sign_up.cancel", request.user, now=clock.now())
    row = get_object_or_404(rows.select_related("session"), pk=pk)
    return act_and_return(
        request,
        lambda: cancel_sign_up(row, by=current_user(request), now=clock.now()),
        _("Ilmoittautuminen on peruttu, ja henkilö on saanut viestin."),
        _desk(row.session),
    )


@sign_in_required
def training_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark who came; they get their record and certificate."""
    now = clock.now()
    session = _found(request, pk)
    if request.method == "POST":
        came = [int(value) for value in request.POST.getlist("osallistui") if value.isdecimal()]
        act = lambda: mark_attendance(session, attended=came, by=current_user(request), now=now)  # noqa: E731
        return act_and_return(
            request, act, _("Osallistujat on kirjattu. He saavat viestin todistuksestaan."), _desk(session)
        )
    rows = session.sign_ups.filter(state__in=STANDING_SIGN_UPS).select_related("user")
    return render(
        request,
        "liaisons/training_attendance.html",
        {
            "session": session,
            "rows": rows.order_by("user__full_name", "pk"),
            "has_begun": now >= session.starts_at and session.state in ("open", "held"),
        },
    )
