"""The officers' inbox: the cases of all calls, whose they are and what each waits for."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Length, Replace
from django.utils.translation import get_language, gettext_lazy

from common.policies import allowed
from common.seams import Tone
from grants.case_checks import ITEMS
from grants.models import Application, Assessment, CaseCheck, CaseMessage, CaseStatement, Proposal, SupplementRequest

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
#: What may be missing of the check list, and how its statements stand: filters of the inbox.
CHECKS = {
    "kesken": gettext_lazy("Tarkistus kesken"),
    "puute": gettext_lazy("Jokin ehto ei ole kunnossa tai on epäselvä"),
    "tehty": gettext_lazy("Kaikki tarkistettu"),
}
STATEMENTS = {
    "odottaa": gettext_lazy("Odottaa lausuntoa"),
    "myohassa": gettext_lazy("Lausunto jäi saamatta"),
    "annettu": gettext_lazy("Lausunto on annettu"),
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
        statement_due_on=Subquery(_statements("asked").order_by("due_on").values("due_on")[:1]),
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


def _statements(*states: str) -> QuerySet[CaseStatement]:
    return CaseStatement.objects.filter(application=OuterRef("pk"), state__in=states)


def facets_of(rows: QuerySet[Any]) -> tuple[list[tuple[str, str]], list[tuple[str, str]], int]:
    """Return the calls (key, title) and the home municipalities (code, name) of the rows, and how many; one query."""
    language = get_language() or "fi"
    found = rows.order_by().values_list(
        "call",
        f"call__title_{language[:2]}",
        "call__title_fi",
        *(f"organisation__domicile__{one}" for one in ("code", "name_fi")),
    )
    calls: dict[str, str] = {}
    places: dict[str, str] = {}
    total = 0
    for call, title, title_fi, code, name, cases in found.annotate(cases=Count("pk")):
        total += cases
        calls[str(call)] = title or title_fi
        if code:
            places[code] = name
    return sorted(calls.items(), key=lambda row: row[1]), sorted(places.items(), key=lambda row: row[1]), total


def narrow(rows: QuerySet[Any], chosen: dict[str, Any], user: Any) -> QuerySet[Any]:
    """Narrow by the URL: ``kasittelija`` (mina, ei or a key), ``haku``, ``tila`` (a key of WAITS), ``kunta`` (code),
    ``ehdot`` (a key of CHECKS), ``lausunto`` (a key of STATEMENTS), ``alkaen`` and ``enintaan`` (euros, both included).
    """
    if chosen.get("haku"):
        rows = rows.filter(call=chosen["haku"])
    if chosen.get("tila"):
        rows = rows.filter(waits=chosen["tila"])
    if chosen.get("kunta"):
        rows = rows.filter(organisation__domicile__code=chosen["kunta"])
    rows = narrow_as_inbox(rows, {**chosen, "mina": user})
    return rows.order_by(F("received_at").asc(nulls_last=True), "pk")


def narrow_as_inbox(rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
    """Narrow by handler (``mina`` is the person of ``chosen["mina"]``), checks, statements and the asked sum."""
    who = chosen.get("kasittelija") or ""
    if who == "mina":
        rows = rows.filter(handler=chosen.get("mina"))
    elif who == "ei":
        rows = rows.filter(handler__isnull=True)
    elif who:
        rows = rows.filter(handler=who)
    return _by_sum(_by_statement(_by_checks(rows, chosen.get("ehdot") or ""), chosen.get("lausunto") or ""), chosen)


def _by_checks(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    """Narrow by the check list: its items are the default ones and the lines of the call's own."""
    if not wanted:
        return rows
    found = CaseCheck.objects.filter(application=OuterRef("pk")).order_by().values("application")
    if wanted == "puute":
        return rows.filter(Exists(CaseCheck.objects.filter(application=OuterRef("pk")).exclude(result="ok")))
    items, newline = "call__check_items", Value("\n")
    own = Case(When(call__check_items="", then=0), default=Length(items) - Length(Replace(items, newline)) + 1)
    counted: Any = rows.alias(
        checks_done=Coalesce(Subquery(found.annotate(count=Count("pk")).values("count")), 0), own_checks=own
    )
    is_whole = Q(checks_done__gte=F("own_checks") + len(ITEMS))
    narrowed: QuerySet[Any] = counted.filter(is_whole if wanted == "tehty" else ~is_whole)
    return narrowed


def _by_statement(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    """Narrow by how the case's statements stand."""
    if wanted == "odottaa":
        return rows.filter(Exists(_statements("asked")))
    state = {"myohassa": "expired", "annettu": "given"}.get(wanted)
    return rows.filter(Exists(_statements(state))) if state else rows


def _by_sum(rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
    """Narrow by the asked sum, the ends included."""
    if chosen.get("alkaen") is not None:
        rows = rows.filter(asked_sum__gte=chosen["alkaen"])
    if chosen.get("enintaan") is not None:
        rows = rows.filter(asked_sum__lte=chosen["enintaan"])
    return rows
