"""Verbs of a survey: made, opened, invited to, answered, closed and published.

Nothing writes who answered what. A used link is only marked as used; the answer stands elsewhere with a random key.
Those two rows are written in one transaction, which the database itself remembers for a while: ``shuffle`` writes all
of them anew in a random order every night and at closing, so that the rows say nothing of each other any more.
"""

import hashlib
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import local_date
from liaisons.letters import said
from liaisons.workflow.saving import save_checked
from notifications import outbox
from reports.models import OpenAnswer, Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyState, SurveyTable
from reports.survey_tables import count_tables

MOST_QUESTIONS = 40
MOST_INVITED = 2000


def _draft(survey: Survey, by: Any, now: datetime) -> Survey:
    row: Survey = get_allowed("reports.survey.manage", by, now=now, lock=True, pk=survey.pk)
    if row.state != SurveyState.DRAFT:
        raise Refused("not_draft", _("Kysely on avattu, eikä sitä voi enää muuttaa."))
    return row


@transaction.atomic
def save_survey(survey: Survey, *, by: Any, now: datetime) -> Survey:
    """Save a new survey or the changed details of a draft. Refused: not_draft, survey_refused."""
    if survey.pk:
        _draft(survey, by, now)
    else:
        survey.made_by = by
    save_checked(survey, "survey_refused")
    return survey


@transaction.atomic
def save_question(question: SurveyQuestion, *, by: Any, now: datetime) -> SurveyQuestion:
    """Save a new question at the end, or a changed one. Each new one gets a table of its own to be published.

    A question that no longer divides answers into classes is taken away from the background of tables.
    Refused: not_draft, too_many, question_refused.
    """
    survey = _draft(question.survey, by, now)
    is_new = question.pk is None
    if is_new:
        last = survey.questions.order_by("-order").first()
        question.order = last.order + 1 if last else 1
        if survey.questions.count() >= MOST_QUESTIONS:
            raise Refused("too_many", _("Neljäkymmentä kysymystä riittää. Poista ensin jokin niistä."))
    save_checked(question, "question_refused")
    if is_new:
        SurveyTable.objects.create(survey=survey, question=question)
    if not question.divides:
        survey.tables.filter(background=question).delete()
    if question.kind == "text":
        survey.tables.filter(question=question, background__isnull=False).delete()
    return question


@transaction.atomic
def move_question(question: SurveyQuestion, *, up: bool, by: Any, now: datetime) -> None:
    """Change places with the neighbour above or below; at the end nothing happens. Refused: not_draft."""
    survey = _draft(question.survey, by, now)
    rows = list(survey.questions.all())
    at = rows.index(question)
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for order, row in enumerate(rows, start=1):
        row.order = order
    SurveyQuestion.objects.bulk_update(rows, ["order"])


@transaction.atomic
def remove_question(question: SurveyQuestion, *, by: Any, now: datetime) -> None:
    """Take a question and its tables away. Refused: not_draft."""
    _draft(question.survey, by, now)
    SurveyQuestion.objects.filter(pk=question.pk).delete()


@transaction.atomic
def add_table(
    survey: Survey, *, question: SurveyQuestion, background: SurveyQuestion | None, by: Any, now: datetime
) -> SurveyTable:
    """Say that a table will be published; the same again is the same. Refused: not_draft, table_refused.

    The same two questions the other way round would be hidden in other places, and the two read side by side.
    """
    row = _draft(survey, by, now)
    if question.survey_id != row.pk or (background and background.survey_id != row.pk):
        raise Refused("table_refused", _("Valitse kysymykset tästä kyselystä."))
    if background and (not background.divides or question.kind == "text"):
        raise Refused("table_refused", _("Taustaksi käy kysymys, johon annetaan yksi vastaus."))
    if background and row.tables.filter(question=background, background=question).exists():
        raise Refused("table_refused", _("Näistä kysymyksistä on jo taulukko toisin päin."))
    standing = row.tables.filter(question=question, background=background).first()
    if standing:
        return standing
    table = SurveyTable(survey=row, question=question, background=background)
    save_checked(table, "table_refused")
    return table


@transaction.atomic
def remove_table(table: SurveyTable, *, by: Any, now: datetime) -> None:
    """Take a table away from those that will be published. Refused: not_draft."""
    _draft(table.survey, by, now)
    SurveyTable.objects.filter(pk=table.pk).delete()


@transaction.atomic
def open_survey(survey: Survey, *, by: Any, now: datetime) -> Survey:
    """Open: from now on nothing of it changes. Again is the same. Refused: not_draft, no_questions, no_tables, over."""
    row: Survey = get_allowed("reports.survey.manage", by, now=now, lock=True, pk=survey.pk)
    if row.state == SurveyState.OPEN:
        return row
    row = _draft(survey, by, now)
    if not row.questions.exists():
        raise Refused("no_questions", _("Lisää ensin kysymykset."))
    if not row.tables.exists():
        raise Refused("no_tables", _("Valitse ensin, mitkä taulukot julkaistaan."))
    if row.is_over(now):
        raise Refused("over", _("Viimeinen vastauspäivä on jo mennyt. Muuta päivää."))
    row.state = SurveyState.OPEN
    row.save(update_fields=["state"])
    return row


# Invitations


def personal_key(invitation: SurveyInvitation) -> str:
    """Return the key of the personal link: made from the invitation and the portal's secret, stored nowhere."""
    return salted_hmac("reports.survey", str(invitation.pk), algorithm="sha256").hexdigest()[:40]


def hash_key(key: str) -> str:
    """Return what is kept of a personal key."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True)
class Invited:
    """What came of a list of addresses: how many were invited, and the lines that are no addresses."""

    count: int
    already: int = 0
    wrong: list[str] = field(default_factory=list)


def read_addresses(text: str) -> tuple[list[str], list[str]]:
    """Return the addresses of a pasted list, each once, and what is no address."""
    good: dict[str, None] = {}
    wrong: dict[str, None] = {}
    for part in _parts(text):
        try:
            validate_email(part)
        except ValidationError:
            wrong[part] = None
        else:
            good[part.lower()] = None
    return list(good), list(wrong)


def _parts(text: str) -> Iterator[str]:
    """Yield what stands in the place of an address: of ``Name <address>`` the address."""
    for entry in re.split(r"[\n,;]+", text):
        inside = re.search(r"<([^<>]*)>", entry)
        yield from (inside.group(1) if inside else entry).split()


def _opened(survey: Survey, by: Any, now: datetime) -> Survey:
    row: Survey = get_allowed("reports.survey.manage", by, now=now, lock=True, pk=survey.pk)
    if not row.takes_answers(now):
        raise Refused("closed", _("Kyselyyn ei voi vastata nyt, joten kutsuja ei lähetetä."))
    return row


@transaction.atomic
def invite(survey: Survey, *, addresses: str, by: Any, now: datetime) -> Invited:
    """Invite everybody on the list once; nobody is invited while a line is wrong. Refused: closed, too_many."""
    row = _opened(survey, by, now)
    good, wrong = read_addresses(addresses)
    if wrong:
        return Invited(0, wrong=wrong)
    there = set(row.invitations.filter(email__in=good).values_list("email", flat=True))
    fresh = [address for address in good if address not in there]
    if row.invitations.count() + len(fresh) > MOST_INVITED:
        raise Refused("too_many", _("Yhteen kyselyyn voi kutsua enintään 2 000 ihmistä. Käytä avointa linkkiä."))
    random.SystemRandom().shuffle(fresh)
    rows = [SurveyInvitation(survey=row, email=address) for address in fresh]
    for invitation in rows:
        invitation.key_hash = hash_key(personal_key(invitation))
    SurveyInvitation.objects.bulk_create(rows)
    for invitation in rows:
        _write(row, invitation, "invite", now)
    return Invited(len(rows), already=len(there))


@transaction.atomic
def remind(survey: Survey, *, by: Any, now: datetime) -> int:
    """Write again to those whose link has not been used; once a day. Return how many; who they are is not told."""
    row = _opened(survey, by, now)
    waiting = row.invitations.filter(is_used=False).order_by("pk")
    return sum(_write(row, invitation, "remind", now) for invitation in waiting)


def _write(survey: Survey, invitation: SurveyInvitation, what: str, now: datetime) -> bool:
    """Queue a letter whose text is erased once it has been sent; tell whether it is new."""
    first = what == "invite"
    subject = _("Vastaa kyselyyn: %(name)s") if first else _("Muistutus kyselystä: %(name)s")
    lines = [
        survey.intro_fi,
        _("Vastaus on nimetön: kukaan ei näe, kuka vastasi mitä. Linkillä voi vastata kerran."),
        said(_("Vastaa viimeistään %(day)s."), day=survey.closes_on),
    ]
    message = outbox.queue(
        kind=f"reports.survey_{what}",
        to=invitation.email,
        subject=said(subject, name=survey.name_fi),
        template="emails/liaisons/letter",
        context={
            "lines": lines,
            "path": reverse("reports:survey_personal", args=[personal_key(invitation)]),
            "action": _("Vastaa kyselyyn"),
        },
        dedup_key=f"reports.survey_{what}:{invitation.pk}" + ("" if first else f":{local_date(now)}"),
        secret=True,
        now=now,
    )
    return message is not None


# Answers


@dataclass(frozen=True)
class SurveyReply:
    """What somebody answered: by the key of a question a class, classes or a number, and the texts apart."""

    content: dict[str, Any]
    texts: dict[int, str]


@transaction.atomic
def answer_survey(survey: Survey, *, reply: SurveyReply, key: str = "", now: datetime) -> None:
    """Take an answer: by a personal key once, or by the open link.

    Nothing is returned and nothing else is written: no event, no timeline, no letter. The survey's row is locked, so
    that no answer comes after closing. Refused: closed, used, answer_refused.
    """
    row = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if not row.takes_answers(now):
        raise Refused("closed", _("Kyselyyn ei voi enää vastata."))
    if key:
        locked = row.invitations.select_for_update().filter(key_hash=hash_key(key)).first()
        if locked is None or locked.is_used:
            raise Refused("used", _("Tällä linkillä on jo vastattu. Kiitos vastauksesta."))
        SurveyInvitation.objects.filter(pk=locked.pk).update(is_used=True)
    elif not row.has_open_link:
        raise Refused("closed", _("Kyselyyn vastataan sähköpostiin tulleella linkillä."))
    questions = list(row.questions.all())
    content = {str(question.pk): value for question in questions if (value := _checked(question, reply)) is not None}
    texts = [(question, reply.texts.get(question.pk, "").strip()) for question in questions if question.kind == "text"]
    if any(question.is_required and not text for question, text in texts):
        raise Refused("answer_refused", _("Vastaa pakollisiin kysymyksiin."))
    if not content and not any(text for _question, text in texts):
        raise Refused("answer_refused", _("Vastaa ainakin yhteen kysymykseen."))
    SurveyAnswer.objects.create(survey=row, content=content)
    OpenAnswer.objects.bulk_create(OpenAnswer(question=question, text=text[:2000]) for question, text in texts if text)


def _checked(question: SurveyQuestion, reply: SurveyReply) -> Any:
    """Return the given value if it is one that the question takes, None where nothing was given."""
    given = reply.content.get(str(question.pk))
    if question.kind == "text":
        return None
    if given in (None, [], ""):
        if question.is_required:
            raise Refused("answer_refused", _("Vastaa pakollisiin kysymyksiin."))
        return None
    places = range(len(question.options_fi))
    takes = {
        "choice": lambda: given in places,
        "several": lambda: isinstance(given, list) and all(one in places for one in given),
        "scale": lambda: given in range(1, 6),
        "number": lambda: isinstance(given, int) and 0 <= given <= 1_000_000,
    }
    if not takes[question.kind]():
        raise Refused("answer_refused", _("Vastaus ei sovi kysymykseen. Lataa sivu uudelleen."))
    return sorted(set(given)) if question.kind == "several" else given


def _rewritten(rows: Iterable[Any]) -> list[Any]:
    found = list(rows)
    random.SystemRandom().shuffle(found)
    return found


@transaction.atomic
def shuffle(survey: Survey) -> None:
    """Write the answers and the marks of used links anew in one transaction and a random order."""
    Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    for rows in (SurveyAnswer.objects.filter(survey=survey), OpenAnswer.objects.filter(question__survey=survey)):
        found = _rewritten(rows)
        rows.model._default_manager.filter(pk__in=[row.pk for row in found]).delete()
        rows.model._default_manager.bulk_create(found)
    survey.invitations.update(is_used=F("is_used"))


@transaction.atomic
def close_survey(survey: Survey, *, by: Any, now: datetime) -> Survey:
    """Close an open survey by hand; again is the same. Refused: not_open."""
    row: Survey = get_allowed("reports.survey.manage", by, now=now, lock=True, pk=survey.pk)
    if row.state == SurveyState.CLOSED:
        return row
    if row.state != SurveyState.OPEN:
        raise Refused("not_open", _("Vain avoimen kyselyn voi sulkea."))
    return _close(row)


def _close(row: Survey) -> Survey:
    row.state = SurveyState.CLOSED
    row.save(update_fields=["state"])
    shuffle(row)
    return row


def settle_surveys(now: datetime) -> int:
    """Close the surveys whose last day has gone by and shuffle the open ones; every night. Return how many closed."""
    closed = 0
    for pk in Survey.objects.filter(state=SurveyState.OPEN).values_list("pk", flat=True):
        with transaction.atomic():
            row = Survey.objects.select_for_update(of=("self",)).get(pk=pk)
            if row.state == SurveyState.OPEN and row.is_over(now):
                _close(row)
                closed += 1
            else:
                shuffle(row)
    return closed


@transaction.atomic
def publish_survey(survey: Survey, *, by: Any, now: datetime) -> Survey:
    """Count the tables once, with what is hidden, and publish them. Again is the same. Refused: not_closed."""
    row: Survey = get_allowed("reports.survey.manage", by, now=now, lock=True, pk=survey.pk)
    if row.state == SurveyState.PUBLISHED:
        return row
    if row.state == SurveyState.OPEN and row.is_over(now):
        _close(row)
    if row.state != SurveyState.CLOSED:
        raise Refused("not_closed", _("Sulje kysely ennen kuin julkaiset tulokset."))
    row.answered, results = count_tables(row)
    tables = list(row.tables.all())
    for table in tables:
        table.result = results[table.pk]
    SurveyTable.objects.bulk_update(tables, ["result"])
    row.state, row.published_on = SurveyState.PUBLISHED, local_date(now)
    row.save(update_fields=["state", "answered", "published_on"])
    return row
