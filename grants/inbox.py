"""The officers' inbox: the cases of all calls, whose they are and what each waits for."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import get_language, gettext_lazy

from common.policies import allowed
from common.seams import Tone
from grants.models import Application, Assessment, CaseMessage, Proposal, SupplementRequest

#: What a case waits for, in the order in which it is told, with the tone of its tag.
WAITS: dict[str, tuple[Tone, Any]] = {
    "viesti": ("wait", gettext_lazy("Vastaa hakijan viestiin")),
    "taydennys": ("wait", gettext_lazy("Täydennys saapui, lue se")),
    "hakija": ("info", gettext_lazy("Odottaa hakijan täydennystä")),
    "arvio": ("wait", gettext_lazy("Arvioimatta")),
    "esitys": ("wait", gettext_lazy("Ilman esitystä")),
    "toimielin": ("info", gettext_lazy("Toimielimen päätettävänä")),
    "saapunut": ("info", gettext_lazy("Odottaa käsittelyn alkua")),
    "valmis": ("ok", gettext_lazy("Esitys on tehty")),
}
OPEN_STATES = ("submitted", "in_handling")


def inbox_of(user: Any, now: datetime) -> QuerySet[Application]:
    """Return the open cases that the person may read, with ``waits`` (a key of ``WAITS``).

    The conflict rule of the case's page decides what is listed. A supplement waits to be read until an officer has
    written to the applicant, proposed or been given the case after it came: here, until a proposal exists.
    """
    rows = allowed("grants.case.follow", user, now=now).filter(state__in=OPEN_STATES)
    last = CaseMessage.objects.filter(application=OuterRef("pk")).order_by("-written_at", "-pk")
    asked = SupplementRequest.objects.filter(application=OuterRef("pk"))
    done = Assessment.objects.filter(application=OuterRef("pk"), state="done")
    proposed = Exists(Proposal.objects.filter(application=OuterRef("pk")))
    annotated: Any = rows.annotate(
        last_is_applicants=Subquery(last.values("from_applicant")[:1]),
        due_on=Subquery(asked.filter(state="open").order_by("due_on").values("due_on")[:1]),
    )
    return annotated.annotate(  # type: ignore[no-any-return]
        waits=Case(
            When(last_is_applicants=True, then=Value("viesti")),
            When(Q(due_on__isnull=False), then=Value("hakija")),
            When(Q(state="submitted"), then=Value("saapunut")),
            When(Q(call__state="presented"), then=Value("toimielin")),
            When(Exists(asked.filter(state="sent")) & ~proposed, then=Value("taydennys")),
            When(proposed, then=Value("valmis")),
            When(Exists(done), then=Value("esitys")),
            default=Value("arvio"),
            output_field=CharField(),
        )
    ).select_related("organisation__domicile", "call", "handler")


def facets_of(rows: QuerySet[Any]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the calls (key, title) and the home municipalities (code, name) of the rows; one query."""
    language = get_language() or "fi"
    found = rows.order_by().values_list(
        "call",
        f"call__title_{language[:2]}",
        "call__title_fi",
        *(f"organisation__domicile__{one}" for one in ("code", "name_fi")),
    )
    calls: dict[str, str] = {}
    places: dict[str, str] = {}
    for call, title, title_fi, code, name in found.distinct():
        calls[str(call)] = title or title_fi
        if code:
            places[code] = name
    return sorted(calls.items(), key=lambda row: row[1]), sorted(places.items(), key=lambda row: row[1])


def narrow(rows: QuerySet[Any], chosen: dict[str, Any], user: Any) -> QuerySet[Any]:
    """Narrow by the URL: ``kasittelija`` (mina, ei or a key), ``haku``, ``tila`` (a key of WAITS), ``kunta`` (code)."""
    who = chosen.get("kasittelija") or ""
    if who == "mina":
        rows = rows.filter(handler=user)
    elif who == "ei":
        rows = rows.filter(handler__isnull=True)
    elif who:
        rows = rows.filter(handler=who)
    if chosen.get("haku"):
        rows = rows.filter(call=chosen["haku"])
    if chosen.get("tila"):
        rows = rows.filter(waits=chosen["tila"])
    if chosen.get("kunta"):
        rows = rows.filter(organisation__domicile__code=chosen["kunta"])
    return rows.order_by(F("received_at").asc(nulls_last=True), "pk")
