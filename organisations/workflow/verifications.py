"""Checking an organisation with the sheet that is in use; writing the next version of the sheet."""

import calendar
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import allowed
from common.times import format_date, local_date
from organisations import timeline
from organisations.models import SHEET_LIFE, Organisation, Verification, VerificationSheet, Visibility
from organisations.policies.relations import may_send
from organisations.workflow.guards import constraint_says, lock, require

VALUES = ("yes", "no", "na")
#: The questions of the first sheet; a county changes them in the portal.
FIRST_QUESTIONS = (
    (
        "rules",
        "Järjestön säännöt on nähty.",
        "Föreningens stadgar har setts.",
        "The rules of the organisation have been seen.",
    ),
    (
        "public_good",
        "Järjestö on yleishyödyllinen.",
        "Föreningen är allmännyttig.",
        "The organisation works for the public good.",
    ),
    (
        "open",
        "Toiminta on avointa muillekin kuin jäsenille.",
        "Verksamheten är öppen även för andra än medlemmar.",
        "The activities are open to others than members.",
    ),
    (
        "signatories",
        "Nimenkirjoittajat on tarkistettu yhdistysrekisteristä.",
        "Namntecknarna har kontrollerats i föreningsregistret.",
        "The signatories have been checked in the register of associations.",
    ),
    (
        "accounts",
        "Viimeinen tilinpäätös on nähty.",
        "Det senaste bokslutet har setts.",
        "The latest accounts have been seen.",
    ),
    (
        "audit",
        "Tilintarkastus- tai toiminnantarkastuskertomus on nähty.",
        "Revisions- eller verksamhetsgranskningsberättelsen har setts.",
        "The audit report has been seen.",
    ),
    (
        "bank_account",
        "Tilinumero on järjestön nimissä.",
        "Kontonumret är i föreningens namn.",
        "The bank account is in the name of the organisation.",
    ),
)


def current_sheet() -> VerificationSheet | None:
    """Return the sheet in use; None before the first has been published."""
    return VerificationSheet.objects.filter(state="published").first()


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def begin_sheet(*, by: Any, now: datetime) -> VerificationSheet:
    """Begin the next version with the questions of the latest one (or the first questions); a draft stands as it is."""
    if not may_send(by, now):
        raise Http404
    with transaction.atomic():
        latest = VerificationSheet.objects.select_for_update().order_by("-version").first()
        if latest is not None and latest.state == "draft":
            return latest
        first = [{"key": key, "fi": fi, "sv": sv, "en": en} for key, fi, sv, en in FIRST_QUESTIONS]
        with constraint_says(
            "verification_sheet", "already_begun", _("Uusi versio on jo tekeillä. Lataa sivu uudelleen.")
        ):
            return VerificationSheet.objects.create(
                version=latest.version + 1 if latest else 1,
                questions=latest.questions if latest else first,
                valid_months=latest.valid_months if latest else 12,
                created_at=now,
            )


def change_sheet(
    sheet: VerificationSheet, *, questions: list[dict[str, str]], valid_months: int, by: Any, now: datetime
) -> VerificationSheet:
    """Change the draft's questions. Refused: not_allowed, wrong_state (what is in use never changes), no_questions."""
    with transaction.atomic():
        sheet = lock(sheet)
        require("organisations.verification.manage_sheets", by, sheet, now)
        SHEET_LIFE.check(sheet.state, "publish")
        if not questions:
            raise Refused("no_questions", _("Lomakkeella on oltava ainakin yksi kysymys."))
        sheet.questions, sheet.valid_months = questions, valid_months
        sheet.save(update_fields=["questions", "valid_months"])
    return sheet


def publish_sheet(sheet: VerificationSheet, *, by: Any, now: datetime) -> VerificationSheet:
    """Take the draft into use; the version before it is replaced. Again changes nothing.

    Refused: not_allowed, wrong_state.
    """
    with transaction.atomic():
        sheet = lock(sheet)
        require("organisations.verification.manage_sheets", by, sheet, now)
        if sheet.state == "published":
            return sheet
        target = SHEET_LIFE.check(sheet.state, "publish")
        for before in VerificationSheet.objects.select_for_update().filter(state="published"):
            before.state = SHEET_LIFE.check(before.state, "replace")
            before.save(update_fields=["state"])
        sheet.state, sheet.published_at, sheet.published_by = target, now, by
        sheet.save(update_fields=["state", "published_at", "published_by"])
    return sheet


def verify(
    organisation: Organisation,
    *,
    sheet: VerificationSheet,
    answers: dict[str, dict[str, str]],
    outcome: str,
    valid_until: date,
    summary: str,
    by: Any,
    now: datetime,
) -> Verification:
    """Store what was checked today; the earlier ones stay as history.

    ``answers`` has a value (yes, no, na) for every question of the sheet, with a note. Refused: not_allowed,
    old_sheet (a newer version came into use meanwhile), unanswered, before_today.
    """
    with transaction.atomic():
        organisation = lock(organisation)
        require("organisations.verification.make", by, organisation, now)
        if not VerificationSheet.objects.filter(pk=sheet.pk, state="published").exists():
            raise Refused("old_sheet", _("Tarkistuslomakkeesta on tullut uusi versio. Avaa tarkistus uudelleen."))
        if any(answers.get(question["key"], {}).get("value") not in VALUES for question in sheet.questions):
            raise Refused("unanswered", _("Vastaa jokaiseen kysymykseen: kyllä, ei tai ei koske."))
        if valid_until < local_date(now):
            raise Refused("before_today", _("Voimassaolon viimeinen päivä on jo mennyt."))
        known = {question["key"] for question in sheet.questions}
        found = Verification.objects.create(
            organisation=organisation,
            sheet=sheet,
            answers={key: value for key, value in answers.items() if key in known},
            outcome=outcome,
            verified_on=local_date(now),
            valid_until=valid_until,
            summary=summary.strip(),
            created_at=now,
            verified_by=by,
        )
        timeline.write(
            organisation,
            _("Järjestö tarkistettiin: %(outcome)s, voimassa %(until)s asti"),
            {"outcome": found.get_outcome_display(), "until": format_date(valid_until)},
            visibility=Visibility.COUNTY,
            now=now,
            by=by,
            link=found.get_absolute_url(),
        )
    return found


def newest(user: Any, now: datetime) -> Any:
    """Return the newest verification of each organisation that the person may read."""
    rows = allowed("organisations.verification.view", user, now=now)
    latest = rows.order_by("organisation", "-verified_on", "-pk").distinct("organisation").values("pk")
    return Verification.objects.filter(pk__in=latest)
