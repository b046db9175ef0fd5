"""What waits in the register, for the ``todos`` seam: imports, disputes, duplicates; questions to the organisation."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from organisations.models import DuplicateCandidate, ImportRun, RegisterField
from organisations.policies import may_enter

DECIDE_WITHIN = timedelta(days=14)
ANSWER_WITHIN = timedelta(days=14)


def register_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam."""
    if not user.is_authenticated:
        return
    if may_enter(user, now):
        yield from _imports()
        yield from _queues(user, now)
    yield from _questions(user, now)


def _imports() -> Iterator[Todo]:
    """Runs that a person must take or leave, and the last night's failure until an import has succeeded."""
    later = ImportRun.objects.filter(state="finished", created_at__gte=OuterRef("created_at"))
    waits = Q(state__in=["previewed", "held"]) | (Q(state="failed", is_nightly=True) & ~Exists(later))
    for run in ImportRun.objects.filter(waits).order_by("-created_at")[:5]:
        titles = {
            "previewed": _("Vie ote rekisteriin tai hylkää se: %(file)s"),
            "held": _("Vahvista pysäytetty tuonti: %(file)s"),
            "failed": _("Yöllinen tuonti ei onnistunut: %(file)s"),
        }
        yield Todo(
            title=titles[run.state] % {"file": run.file_name},
            url=reverse("organisations:import_report", args=[run.pk]),
            button=_("Avaa tuonti"),
            quiet=run.state == "previewed",
        )


def _queues(user: Any, now: datetime) -> Iterator[Todo]:
    reviews = allowed("organisations.review.decide", user, now=now).filter(state="open")
    found = reviews.aggregate(count=Count("pk"), oldest=Min("opened_at"))
    if found["count"]:
        yield Todo(
            title=ngettext(
                "Ratkaise rekisteritiedon tarkistus",
                "Ratkaise rekisteritietojen tarkistukset: %(count)s odottaa",
                found["count"],
            )
            % {"count": found["count"]},
            url=reverse("organisations:reviews"),
            button=_("Avaa tarkistettavat"),
            due=found["oldest"] + DECIDE_WITHIN,
        )
    pairs = DuplicateCandidate.objects.filter(state="open").count()
    if pairs:
        yield Todo(
            title=ngettext(
                "Tarkista mahdollinen kaksoiskappale", "Tarkista mahdolliset kaksoiskappaleet: %(count)s paria", pairs
            )
            % {"count": pairs},
            url=reverse("organisations:duplicates"),
            button=_("Avaa kaksoiskappaleet"),
            quiet=True,
        )


def _questions(user: Any, now: datetime) -> Iterator[Todo]:
    asked = allowed("organisations.review.answer", user, now=now).filter(state="asked")
    for item in asked.select_related("organisation").order_by("asked_at")[:10]:
        yield Todo(
            title=_("Vastaa kysymykseen rekisteritiedosta: %(field)s") % {"field": RegisterField(item.field).label},
            url=reverse("organisations:own_review", args=[item.organisation_id, item.pk]),
            button=_("Vastaa"),
            due=item.asked_at + ANSWER_WITHIN,
            detail=item.organisation.name,
            target=("organisation", item.organisation_id),
        )
