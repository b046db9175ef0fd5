"""Actions written down, done, dropped, opened again; the owner tells, also through the link in a letter."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import allowed, get_allowed
from forums.after_letters import letter, link_token, said
from forums.life_cycles_after import ACTION
from forums.models import Action
from forums.policies.after import may_list_ideas
from forums.policies.events import may_plan_events
from liaisons.workflow.saving import save_checked
from organisations.workflow.guards import members

FIELDS = (
    "title",
    "text",
    "phenomenon",
    "owner",
    "organisation",
    "owner_name",
    "owner_email",
    "due_on",
    "measure",
    "target",
    "is_public",
)
#: Roles of an organisation's people who get letters about its actions.
TOLD_ROLES = ("admin", "editor")


@transaction.atomic
def save_action(
    found: Action | None, *, values: dict[str, Any], event: Any = None, idea: Any = None, by: Any, now: datetime
) -> Action:
    """Write an action down or change an open one; its owner is told when it becomes theirs.

    The same title for the same event and day again is the same action. Refused: not_allowed, closed, action_refused.
    """
    if found is None:
        _require_writer(event, idea, by, now)
        same = Action.objects.filter(title=values["title"].strip(), event=event, due_on=values["due_on"], state="open")
        there: Action | None = same.first()
        if there:
            return there
        row = Action(event=event, idea=idea, created_at=now, created_by=by)
    else:
        row = get_allowed("forums.action.manage", by, now=now, lock=True, pk=found.pk)
        if row.state != "open":
            raise Refused("closed", _("Toimenpide on päättynyt. Avaa se ensin uudelleen."))
    before = _owner(row)
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name].strip() if isinstance(values[name], str) else values[name])
    row.owner_email = row.owner_email.lower()
    save_checked(row, "action_refused")
    if _owner(row) != before:
        _tell_owner(row, by, now)
    return row


def _require_writer(event: Any, idea: Any, by: Any, now: datetime) -> None:
    if event is not None:
        get_allowed("forums.event.manage", by, now=now, pk=event.pk)
    elif idea is not None:
        get_allowed("forums.idea.handle", by, now=now, pk=idea.pk)
    elif not may_plan_events(by, now):
        raise Refused("not_allowed", _("Toimenpiteen kirjaa tapahtuman järjestäjä tai koordinaattori."))


def _owner(row: Action) -> tuple[Any, ...]:
    return row.owner_id, row.organisation_id, row.owner_email


def receivers(row: Action, now: datetime) -> list[tuple[Any, str]]:
    """Return to whom letters about the action go, each with the link's path: people, or the address by its token."""
    path = reverse("forums:action", args=[row.pk])
    if row.owner_id:
        return [(row.owner, path)]
    if row.organisation_id:
        organisation: Any = row.organisation
        return [(person, path) for person in members(organisation, now, *TOLD_ROLES)]
    if row.owner_email:
        return [(row.owner_email, owner_path(row))]
    return []


def owner_path(row: Action) -> str:
    """Return the link by which an owner without an account answers; another address ends it."""
    return reverse("forums:action_link", args=[link_token("action", row.pk, row.owner_email)])


def _tell_owner(row: Action, by: Any, now: datetime) -> None:
    for to, path in receivers(row, now):
        if to == by:
            continue
        letter(
            "action_given",
            to,
            said(_("Sinulle on kirjattu toimenpide: %(title)s"), title=row.title),
            [
                said(_("Toimenpiteen pitäisi olla valmis viimeistään %(day)s."), day=row.due_on),
                _("Kun se on tehty, kerro tulos sivulla. Muistutamme ennen määräpäivää."),
            ],
            path=path,
            button=_("Avaa toimenpide"),
            key=f"{row.pk}:{to.pk if not isinstance(to, str) else to}:{now.timestamp():.0f}",
            now=now,
        )


def _answered(found: Action, by: Any, through_link: bool, now: datetime) -> Action:
    """Return the locked row for whoever may answer: by policy, or by the link (which the page has read)."""
    if through_link:
        linked: Action = Action.objects.select_for_update(of=("self",)).get(pk=found.pk)
        return linked
    row: Action = get_allowed("forums.action.answer", by, now=now, lock=True, pk=found.pk)
    return row


@transaction.atomic
def finish_action(found: Action, *, result: str, by: Any = None, through_link: bool = False, now: datetime) -> Action:
    """Tell that it is done and what came of it; done already changes nothing. Refused: wrong_state, action_refused."""
    row = _answered(found, by, through_link, now)
    if row.state == "done":
        return row
    row.state = ACTION.check(row.state, "finish")
    row.result, row.closed_at = result.strip(), now
    save_checked(row, "action_refused")
    return row


@transaction.atomic
def drop_action(found: Action, *, reason: str, by: Any = None, through_link: bool = False, now: datetime) -> Action:
    """Tell that it will not be done and why; dropped already changes nothing. Refused: wrong_state, action_refused."""
    row = _answered(found, by, through_link, now)
    if row.state == "dropped":
        return row
    row.state = ACTION.check(row.state, "drop")
    row.reason, row.closed_at = reason.strip(), now
    save_checked(row, "action_refused")
    return row


@transaction.atomic
def reopen_action(found: Action, *, due_on: date, by: Any, now: datetime) -> Action:
    """Open it again with a new day; open already changes nothing. Refused: wrong_state, action_refused."""
    row: Action = get_allowed("forums.action.manage", by, now=now, lock=True, pk=found.pk)
    if row.state == "open":
        return row
    row.state = ACTION.check(row.state, "reopen")
    row.due_on, row.closed_at, row.reason = due_on, None, ""
    save_checked(row, "action_refused")
    return row


def seen_actions(user: Any, now: datetime) -> Any:
    """Return the actions for the list: all for the desk, else what the person sees."""
    name = "forums.action.view" if may_list_ideas(user, now) else "forums.action.own"
    return allowed(name, user, now=now)
