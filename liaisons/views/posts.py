"""The coordinator's pages of posts: the list with its states, one post with its history, power, export, reminders."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from county.models import get_county
from liaisons.exports import posts_file
from liaisons.forms import LastDayForm, PostFilter, PostForm, PowerForm
from liaisons.listing import lines
from liaisons.matching import served
from liaisons.models import Absence, Appointment, Post
from liaisons.overview import filtered, with_standing
from liaisons.policies import may_manage_posts, may_read_figures, may_read_trainings
from liaisons.responsible import not_over, responsible_for
from liaisons.views.pages import ask, desk_crumbs, require_manager, require_reader
from liaisons.workflow import end_post, end_power, grant_power, remind_unaccepted
from organisations.workflow.guards import constraint_says


def _narrowed(request: HttpRequest, now: Any) -> tuple[Any, PostFilter]:
    """Return the posts that the URL asks for, with how they stand, and the form that says so."""
    day = local_date(now)
    form = PostFilter(request.GET or None, day=day)
    seen = allowed("liaisons.post.view", request.user, now=now)
    posts = with_standing(Post.objects.on(day).filter(pk__in=seen.values("pk")), day)
    return (filtered(posts, form.cleaned_data) if form.is_valid() else posts), form


@sign_in_required
def posts(request: HttpRequest) -> HttpResponse:
    """The posts of today with who holds them; what waits is reminded here, in bulk."""
    now = clock.now()
    require_reader(request)
    found, form = _narrowed(request, now)
    page = paginate(request, list(found.by_level().select_related("unit", "municipality")))  # some hundreds at most
    shown = lines(page.object_list, local_date(now))
    can_manage = may_manage_posts(request.user, now)
    return render(
        request,
        "liaisons/post_list.html",
        {
            "page": page,
            "lines": shown,
            "form": form,
            "can_manage": can_manage,
            "reads_figures": may_read_figures(request.user, now),
            "reads_trainings": may_read_trainings(request.user, now),
            "can_remind": can_manage and any(line.waiting for line in shown),
        },
    )


@sign_in_required
def posts_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The same list as a file, CSV or XLSX."""
    now = clock.now()
    require_reader(request)
    found, _form = _narrowed(request, now)
    return posts_file(lines(found.by_level().select_related("unit", "municipality"), local_date(now)), kind)


@sign_in_required
@require_POST
def posts_remind(request: HttpRequest) -> HttpResponse:
    """Remind the chosen people, or all who have not answered."""
    now = clock.now()
    require_manager(request)
    chosen = [int(pk) for pk in request.POST.getlist("nimeaminen") if pk.isdecimal()]
    if "kaikki" in request.POST:
        waiting = allowed("liaisons.appointment.manage", request.user, now=now).filter(state="proposed")
        chosen = list(waiting.values_list("pk", flat=True))
    told = remind_unaccepted(chosen, by=request.user, now=now)
    if told:
        text = ngettext("Muistutus lähti yhdelle henkilölle.", "Muistutus lähti %(count)s henkilölle.", told)
        messages.success(request, text % {"count": told})
    elif chosen:
        messages.info(request, _("Kaikkia valittuja on muistutettu jo tänään."))
    else:
        messages.error(request, _("Valitse luettelosta, ketä muistutat."))
    return redirect(reverse("liaisons:posts") + "?tila=unaccepted")


@sign_in_required
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """One post: what it answers for, who holds it now, who has held it, what power it has."""
    now = clock.now()
    day = local_date(now)
    found = allowed("liaisons.post.view", request.user, now=now).select_related("unit", "municipality")
    row = get_allowed("liaisons.post.view", request.user, now=now, pk=pk)
    row = with_standing(found, day).get(pk=row.pk)
    named = list(
        Appointment.objects.filter(post=row)
        .select_related("user", "proposed_by")
        .prefetch_related("substitutes__user")
        .order_by("-valid_from", "-pk")
    )
    county = get_county()
    return render(
        request,
        "liaisons/post_detail.html",
        {
            "post": row,
            "line": lines([row], day)[0],
            "responsible": responsible_for(row, day),
            "standing": [one for one in named if not one.is_over(day)],
            "absences": Absence.objects.filter(not_over(day), user__in=[one.user_id for one in named]),
            "past": [one for one in named if one.is_over(day)],
            "powers": row.powers.select_related("body").order_by("-valid_from"),
            "themes": row.themes.all(),
            "life_situations": row.life_situations.all(),
            "sectors": row.sectors.all(),
            "municipalities": served(row),
            "answer_days": row.promised_days(county.answer_days if county else 5),
            "today": day,
            "can_manage": may("liaisons.post.manage", request.user, row, now=now),
        },
    )


def _post(request: HttpRequest, pk: int) -> Post:
    get_allowed("liaisons.post.manage", request.user, now=clock.now(), pk=pk)
    row: Post = Post.objects.select_related("unit", "municipality").get(pk=pk)
    return row


def _address(row: Post) -> str:
    return reverse("liaisons:post", args=[row.pk])


@sign_in_required
def post_new(request: HttpRequest) -> HttpResponse:
    """Make a post; the next step is to name somebody to it."""
    now = clock.now()
    require_manager(request)
    form = PostForm(request.POST or None, now=now, initial={"unit": request.GET.get("yksikko")})
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(request, _("Tehtävä on perustettu. Nimeä siihen seuraavaksi henkilö."))
        return redirect("liaisons:post", pk=made.pk)
    heading = _("Perusta tehtävä")
    return ask(
        request, form, form.save, done="", to="liaisons:posts", heading=heading, submit=heading, trail=desk_crumbs()
    )


@sign_in_required
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a post is and answers for."""
    row = _post(request, pk)
    form = PostForm(request.POST or None, instance=row, now=clock.now())
    return ask(
        request,
        form,
        lambda: _saved(form),
        done=_("Tehtävän tiedot on tallennettu."),
        to=_address(row),
        heading=_("Muuta tehtävää"),
        submit=_("Tallenna"),
        trail=desk_crumbs((_address(row), row.full_name)),
    )


def _saved(form: PostForm) -> Any:
    """Save the post; one that has had several holders at a time stays open to many."""
    message = _("Tehtävässä on tai on ollut useita henkilöitä yhtä aikaa, joten siinä voi olla useita jatkossakin.")
    with constraint_says("liaisons_appointment_one_holder", "many_holders", message):
        return form.save()


@sign_in_required
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the post on a day."""
    now = clock.now()
    row = _post(request, pk)
    form = LastDayForm(request.POST or None, initial={"ends_on": local_date(now)})
    return ask(
        request,
        form,
        lambda: end_post(row, **form.cleaned_data, by=request.user, now=now),
        done=_("Tehtävän päättyminen on tallennettu."),
        to=_address(row),
        heading=_("Päätä tehtävä"),
        submit=_("Tallenna viimeinen päivä"),
        trail=desk_crumbs((_address(row), row.full_name)),
        lead=_("Tehtävä poistuu julkisesta luettelosta viimeisen päivän jälkeen. Historia säilyy."),
    )


@sign_in_required
def power_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record power delegated to the post."""
    now = clock.now()
    row = _post(request, pk)
    form = PowerForm(request.POST or None, initial={"valid_from": local_date(now)})
    return ask(
        request,
        form,
        lambda: grant_power(row, **form.cleaned_data, by=request.user, now=now),
        done=_("Toimivalta on kirjattu."),
        to=_address(row),
        heading=_("Kirjaa siirretty toimivalta"),
        submit=_("Kirjaa toimivalta"),
        trail=desk_crumbs((_address(row), row.full_name)),
        lead=_("Kirjaa päätös, jolla tehtävän hoitaja saa toimia hyvinvointialueen puolesta."),
    )


@sign_in_required
def power_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End delegated power."""
    now = clock.now()
    granted = get_allowed("liaisons.power.manage", request.user, now=now, pk=pk)
    row = _post(request, granted.post_id)
    form = LastDayForm(request.POST or None, initial={"ends_on": granted.valid_until or local_date(now)})
    return ask(
        request,
        form,
        lambda: end_power(granted, **form.cleaned_data, by=request.user, now=now),
        done=_("Toimivallan päättyminen on tallennettu."),
        to=_address(row),
        heading=_("Päätä toimivalta: %(power)s") % {"power": granted},
        submit=_("Tallenna viimeinen päivä"),
        trail=desk_crumbs((_address(row), row.full_name)),
    )
