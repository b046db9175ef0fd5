"""What the applicant's pages show of an application: its parts, whose turn it is, what comes next and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.times import format_date, format_instant, local_date
from grants import form_definition as forms_data
from grants.completeness import Balance, PageState, budget_balance, page_states
from grants.models import Application, AttachmentPromise
from grants.workflow.applications import senders
from organisations.models import Organisation

MAX_DETAILS = 2


def own_url(application: Application, name: str = "", *args: Any) -> str:
    """Return an address of the application: the applicant's, or the officer's of what is being entered from paper.

    ``name`` is that of the part (``page``, ``attachments``, ``attachment``, ``review``); the task list without one.
    """
    if application.is_unsent_paper:
        base, key = "grants:paper", application.call_id
    else:
        base, key = "grants:application", application.organisation_id
    return reverse(f"{base}_{name}" if name else base, args=[key, application.pk, *args])


def page_url(application: Application, key: str) -> str:
    """Return the address of one page of the application."""
    page = forms_data.find_page(application.form_version.definition, key)
    if page is not None and forms_data.is_attachments(page):
        return own_url(application, "attachments")
    if page is not None and forms_data.is_partners(page):
        return own_url(application, "partners")
    if page is not None and forms_data.is_state_aid(page):
        return own_url(application, "state_aid")
    return own_url(application, "page", key)


@dataclass(frozen=True)
class Task:
    """One line of the task list."""

    label: str
    url: str
    tone: str
    word: str
    detail: str


@dataclass(frozen=True)
class TaskGroup:
    """A heading of the task list and its pages."""

    heading: str | Promise
    states: tuple[PageState, ...]
    tasks: tuple[Task, ...]


def task_groups(application: Application) -> list[TaskGroup]:
    """Return the task list: groups in order, each page with its state and what is missing from it."""
    by_group: dict[str, list[PageState]] = {}
    for state in page_states(application, application.form_version.definition):
        by_group.setdefault(state.page["group"], []).append(state)
    return [
        TaskGroup(
            forms_data.GROUPS.get(group, group),
            tuple(states),
            tuple(
                Task(
                    forms_data.said(state.page, "title"),
                    page_url(application, state.page["key"]),
                    state.tone,
                    state.word,
                    _detail(state),
                )
                for state in states
            ),
        )
        for group, states in by_group.items()
    ]


def _detail(state: PageState) -> str:
    """Say the first things that are missing; nothing for a page that has not been begun."""
    if state.key == "new" and not forms_data.is_attachments(state.page):
        return ""
    shown = [_first_sentence(problem.text) for problem in state.problems[:MAX_DETAILS]]
    more = len(state.problems) - len(shown)
    if more:
        shown.append(ngettext("Lisäksi %(count)s kohta.", "Lisäksi %(count)s kohtaa.", more) % {"count": more})
    return " ".join(shown)


def _first_sentence(text: str) -> str:
    """Return what is wrong without the advice: up to the first full stop before a space."""
    head, stop, _advice = text.partition(". ")
    return f"{head}." if stop else text


def progress(application: Application) -> tuple[int, int]:
    """Return how many parts are done and how many there are."""
    states = page_states(application, application.form_version.definition)
    return sum(state.is_done for state in states), len(states)


def sender_names(organisation: Organisation, now: datetime) -> str:
    """Return the names of those who may send, in one line; empty when there is nobody."""
    return ", ".join(str(person) for person in senders(organisation, now))


def promises_to_deliver(application: Application, now: datetime) -> list[AttachmentPromise]:
    """Return the attachments that are still to come and may still be delivered."""
    today = local_date(now)
    return [promise for promise in application.promises.all() if promise.may_still_arrive(today)]


@dataclass(frozen=True)
class PageBalance:
    """The sums of a budget question as its page shows them; ``key`` begins the ids of the outputs."""

    key: str
    balance: Balance
    asked: Decimal | None


def balances_of(application: Application, page: dict[str, Any]) -> list[PageBalance]:
    """Return the sums of the page's budget questions, computed from what is stored."""
    asked = forms_data.asked_sum(application.form_version.definition, application.answers)
    return [
        PageBalance(question["key"], budget_balance(application.answers.get(question["key"]) or {}, asked), asked)
        for question in page.get("questions", [])
        if question["type"] == "budget"
    ]


@dataclass(frozen=True)
class NextStep:
    """The applicant's name of the state and one sentence on what happens next, and when."""

    label: str | Promise
    tone: str
    text: str


def next_step(application: Application, now: datetime) -> NextStep:
    """Return the state in the applicant's words and the next step; needs ``call`` and, if decided, ``decision``."""
    call = application.call
    label, tone = application.applicant_state_label, application.state_tone
    if application.state == "draft":
        return _draft_step(application, now)
    if application.state == "submitted" and call.is_open(now):
        text = _("Voit muuttaa hakemusta haun päättymiseen asti, %(closes)s. Sen jälkeen käsittely alkaa.") % {
            "closes": format_instant(call.closes_at)
        }
    elif application.state in ("submitted", "in_handling"):
        text = _("Hakemusta käsitellään. %(expected)s") % {"expected": _expected(call)}
    elif application.state == "withdrawn":
        text = _("Peruutitte hakemuksen. Sitä ei käsitellä.")
    elif application.state == "transferred":
        text = _("Hakemus on siirretty toiselle viranomaiselle. Tapahtumissa lukee, kenelle ja miksi.")
    else:
        return _decided_step(application)
    return NextStep(label, tone, text.strip())


def _expected(call: Any) -> str:
    if not call.decision_expected_on:
        return _("Ilmoitamme päätöksestä sähköpostilla.")
    return _("Päätös tehdään viimeistään %(day)s, ja ilmoitamme siitä sähköpostilla.") % {
        "day": format_date(call.decision_expected_on)
    }


def _draft_step(application: Application, now: datetime) -> NextStep:
    call = application.call
    if not call.is_open(now):
        if application.received_at:
            return NextStep(
                _("Lähetetty"), "info", _("Käsittelemme viimeksi lähettämänne hakemuksen, koska haku on päättynyt.")
            )
        return NextStep(_("Ei lähetetty"), "none", _("Haku on päättynyt, eikä tätä hakemusta lähetetty."))
    done, total = progress(application)
    closes = {"closes": format_instant(call.closes_at), "done": done, "total": total}
    if application.received_at:
        return NextStep(
            _("Muutettavana"),
            "wait",
            _("Lähetä muutettu hakemus uudelleen viimeistään %(closes)s.") % closes,
        )
    return NextStep(
        application.applicant_state_label,
        "wait",
        _("%(done)s / %(total)s osaa valmiina. Lähetä viimeistään %(closes)s.") % closes,
    )


def _decided_step(application: Application) -> NextStep:
    decision = getattr(application, "decision", None)
    if decision is None or decision.state == "recorded":
        return NextStep(_("Päätetty"), "info", _("Päätös on tehty. Lähetämme sen teille perusteluineen."))
    if decision.sum > 0:
        text = _("Avustus on myönnetty. Lue päätös ja sen ehdot.")
        if application.call.acceptance_required and not decision.acceptance:
            return NextStep(_("Myönnetty"), "wait", _("Hyväksykää avustus ja sen ehdot, niin se voidaan maksaa."))
        return NextStep(_("Myönnetty"), "ok", text)
    if decision.is_declined:
        return NextStep(_("Kieltäydytty"), "none", _("Olette kieltäytyneet avustuksesta."))
    if decision.is_not_examined:
        return NextStep(_("Tutkimatta"), "bad", _("Hakemus jätettiin tutkimatta. Lue päätös ja sen perustelut."))
    return NextStep(_("Hylätty"), "bad", _("Avustusta ei myönnetty. Lue päätös ja sen perustelut."))


def next_steps(applications: Iterable[Application], now: datetime) -> list[dict[str, Any]]:
    """Return rows for a list: the application and its next step."""
    return [{"application": one, "next": next_step(one, now)} for one in applications]
