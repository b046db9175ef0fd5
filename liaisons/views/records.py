"""Minutes and memos being written: the tab, writing with two at once, revisions and differences, comments."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, get_allowed, may
from liaisons.differences import difference
from liaisons.forms import (
    AnswerForm,
    CheckForm,
    CommentForm,
    CommentsUntilForm,
    MinutesForm,
    RecordKindForm,
    RecordTextForm,
)
from liaisons.matters import Course
from liaisons.models import RECORD, AgendaItem, MeetingRecord, RecordComment, RecordRevision
from liaisons.record_pages import reading, visible_comments
from liaisons.record_places import Place, places, votes_in
from liaisons.record_places import without_confidential as without
from liaisons.views.meeting_parts import MeetingPage, open_meeting
from liaisons.views.meetings import meeting_crumbs
from liaisons.views.pages import act_and_return, ask
from liaisons.workflow import Saved, add_comment, answer_comment, save_record, start_record
from organisations.views.helpers import attempt

COMMENT_DAYS = timedelta(days=7)


def tab(record: MeetingRecord) -> str:
    """Return the address of the record's tab."""
    return reverse("liaisons:record", args=[record.meeting_id])


def _readable(page: MeetingPage) -> set[int]:
    items = allowed("liaisons.item.read", page.request.user, now=page.now).filter(meeting=page.meeting)
    return set(items.values_list("pk", flat=True))


@sign_in_required
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab of the minutes or memo: its text, and what each person may do with it now."""
    page = open_meeting(request, pk)
    items = list(page.meeting.items.order_by("order"))
    more: dict[str, Any] = {"items": items}
    found = page.record
    if not page.meeting.body.writes_here:
        more["minutes_form"] = MinutesForm(initial={"minutes_url": page.meeting.minutes_url})
    elif found is None:
        can_start = page.can_manage and page.meeting.state == "held"
        more["kind_form"] = RecordKindForm(initial={"kind": page.meeting.body.record_kind}) if can_start else None
    else:
        more |= _of_record(page, found, items)
    return render(request, "liaisons/record.html", page.context("record", **more))


def _of_record(page: MeetingPage, found: MeetingRecord, items: list[AgendaItem]) -> dict[str, Any]:
    user, now = page.request.user, page.now
    can_write = page.can_manage
    readable = _readable(page)
    hidden = {place.key for place in places([i for i in items if i.pk not in readable], found.kind) if place.item}
    shown = places([item for item in items if item.pk in readable], found.kind)
    is_whole = found.snapshot is not None and may("liaisons.record.whole", user, found, now=now)
    latest = found.revisions.select_related("by").first()
    is_inside = may("liaisons.record.drafts", user, found, now=now)
    may_comment = may("liaisons.record.comment", user, found, now=now)
    in_time = found.comments_until is not None and now <= found.comments_until
    return {
        "reading": reading(
            latest.content if latest else {}, items, readable, Course(page.meeting), votes_in(items, user, now)
        )
        if found.snapshot is None
        else None,
        "snapshot": found.snapshot if is_whole or found.snapshot is None else without(found.snapshot),
        "is_whole": is_whole,
        "latest": latest,
        "comments": visible_comments(found, hidden) if is_inside else [],
        "is_inside": is_inside,
        "labels": {place.key: place.label for place in shown},
        "checks": found.checks.select_related("user") if is_inside else [],
        "comment_form": CommentForm(places=shown) if may_comment and in_time else None,
        "until_form": CommentsUntilForm(initial={"until": now + COMMENT_DAYS}) if found.state == "draft" else None,
        "check_form": CheckForm() if may("liaisons.record.check", user, found, now=now) else None,
        "can_write": can_write,
        "can_edit": can_write and RECORD.allows(found.state, "save_record"),
        "can_send": can_write and RECORD.allows(found.state, "send_to_check"),
        "can_record_approval": can_write and not found.is_minutes and RECORD.allows(found.state, "record_approval"),
        "can_take_back": can_write and found.state == "checking",
        "can_publish": can_write and found.state == "approved",
        "can_correct": can_write and found.state in ("approved", "published"),
    }


@sign_in_required
@require_POST
def record_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the minutes or the memo."""
    meeting = get_allowed("liaisons.meeting.manage", request.user, now=clock.now(), pk=pk)
    form = RecordKindForm(request.POST)
    to = reverse("liaisons:record", args=[pk])
    if not form.is_valid():
        messages.error(request, _("Valitse, kirjoitatko pöytäkirjan vai muistion."))
        return redirect(to)
    started = attempt(
        request, lambda: start_record(meeting, kind=form.cleaned_data["kind"], by=request.user, now=clock.now())
    )
    return redirect("liaisons:record_edit", pk=started.pk) if started else redirect(to)


def _writable(request: HttpRequest, pk: int) -> MeetingRecord:
    rows = allowed("liaisons.record.write", request.user, now=clock.now())
    found: MeetingRecord = get_object_or_404(rows.select_related("meeting__body"), pk=pk)
    return found


@sign_in_required
def record_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the text. Where another person has written into the same place meanwhile, both texts are shown."""
    found = _writable(request, pk)
    if not RECORD.allows(found.state, "save_record"):
        return redirect(tab(found))
    now = clock.now()
    items = allowed("liaisons.item.read", request.user, now=now).filter(meeting=found.meeting).order_by("order")
    shown = places(items, found.kind)
    if request.method != "POST":
        return _edit_page(request, found, shown, _form_of(found, shown))
    form = RecordTextForm(request.POST, places=shown)
    if not form.is_valid():
        return _edit_page(request, found, shown, form, status=422)
    saved: Saved | None = attempt(
        request,
        lambda: save_record(found, base=form.cleaned_data["base"], texts=form.texts, by=request.user, now=now),
        form,
    )
    if saved is None:
        return _edit_page(request, found, shown, form, status=422)
    if saved.is_conflict:
        return _conflict_page(request, found, shown, form, saved)
    if saved.merged.took_theirs:
        messages.info(
            request, _("Toinen kirjoittaja muutti muita kohtia samaan aikaan. Molempien tekstit ovat tallessa.")
        )
    messages.success(request, _("Teksti on tallennettu."))
    to = reverse("liaisons:record_edit", args=[pk]) if "jatka" in request.POST else tab(found)
    return redirect(to)


def _form_of(found: MeetingRecord, shown: list[Place]) -> RecordTextForm:
    latest = found.revisions.first()
    initial = {"base": latest.number, **latest.content} if latest else {"base": 0}
    return RecordTextForm(initial=initial, places=shown)


def _conflict_page(
    request: HttpRequest, found: MeetingRecord, shown: list[Place], form: RecordTextForm, saved: Saved
) -> HttpResponse:
    """Show both texts; the form keeps one's own, and the next save is made on the newest revision."""
    data = QueryDict(mutable=True)
    data.update({"base": str(saved.revision.number), **saved.merged.content})
    again = RecordTextForm(data, places=shown)
    again.full_clean()
    labels = {place.key: place.label for place in shown}
    theirs = [
        {
            "key": key,
            "label": labels[key],
            "text": text,
            "pieces": difference(text, form.texts.get(key, "")),
        }
        for key, text in saved.merged.both.items()
    ]
    by = RecordRevision.objects.select_related("by").get(pk=saved.revision.pk).by
    return _edit_page(request, found, shown, again, theirs=theirs, other=by, status=409)


def _edit_page(
    request: HttpRequest, found: MeetingRecord, shown: list[Place], form: RecordTextForm, **more: Any
) -> HttpResponse:
    status = more.pop("status", 200)
    blocks: list[dict[str, Any]] = []
    for place in shown:
        if not blocks or place.item is None or blocks[-1]["item"] != place.item:
            blocks.append({"item": place.item, "fields": []})
        blocks[-1]["fields"].append(form[place.key])
    context = {
        "record": found,
        "meeting": found.meeting,
        "form": form,
        "blocks": blocks,
        "latest": found.revisions.select_related("by").first(),
        "comments": visible_comments(found, set()) if found.state == "commenting" else [],
        **more,
    }
    return render(request, "liaisons/record_edit.html", context, status=status)


@sign_in_required
@require_safe
def record_revisions(request: HttpRequest, pk: int) -> HttpResponse:
    """Who saved when, and what changed between two revisions (``?vanha=1&uusi=3``); the two newest at first."""
    now = clock.now()
    found = get_allowed("liaisons.record.drafts", request.user, now=now, pk=pk)
    items = allowed("liaisons.item.read", request.user, now=now).filter(meeting=found.meeting_id).order_by("order")
    rows = list(found.revisions.select_related("by"))
    old, new = _chosen(request, rows)
    changes = []
    for place in places(items, found.kind):
        before, after = (row.content.get(place.key, "") if row else "" for row in (old, new))
        if before != after:
            changes.append({"label": place.label, "pieces": difference(before, after)})
    context = {"record": found, "meeting": found.meeting, "rows": rows, "old": old, "new": new, "changes": changes}
    return render(request, "liaisons/record_revisions.html", context)


def _chosen(request: HttpRequest, rows: list[Any]) -> tuple[Any, Any]:
    by_number = {str(row.number): row for row in rows}
    new = by_number.get(request.GET.get("uusi", "")) or (rows[0] if rows else None)
    before = [row for row in rows if new and row.number < new.number]
    return by_number.get(request.GET.get("vanha", "")) or (before[0] if before else None), new


@sign_in_required
@require_POST
def comment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment the draft."""
    now = clock.now()
    found = get_allowed("liaisons.record.comment", request.user, now=now, pk=pk)
    items = allowed("liaisons.item.read", request.user, now=now).filter(meeting=found.meeting_id)
    form = CommentForm(request.POST, places=places(items, found.kind))
    if not form.is_valid():
        messages.error(request, _("Kirjoita kommentti ennen kuin lähetät sen."))
        return redirect(tab(found))
    return act_and_return(
        request,
        lambda: add_comment(found, **form.cleaned_data, by=request.user, now=now),
        _("Kommentti on tallennettu."),
        f"{tab(found)}#kommentit",
    )


@sign_in_required
def comment_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what became of a comment."""
    now = clock.now()
    records = allowed("liaisons.record.write", request.user, now=now)
    comment = get_object_or_404(
        RecordComment.objects.select_related("record__meeting__body"), pk=pk, record__in=records
    )
    form = AnswerForm(request.POST or None, initial={"answer": comment.answer})
    return ask(
        request,
        form,
        lambda: answer_comment(comment, answer=form.cleaned_data["answer"], by=request.user, now=now),
        done=_("Vastaus on tallennettu."),
        to=f"{tab(comment.record)}#kommentit",
        heading=_("Vastaa kommenttiin"),
        submit=_("Tallenna vastaus"),
        trail=[*meeting_crumbs(comment.record.meeting), (tab(comment.record), _("Teksti"))],
        lead=comment.text,
    )
