"""Verbs of a statement: asked of posts, given, declined, passed on, given more time, cancelled, expired."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from common.times import format_date, local_date
from grants.life_cycles_statements import STATEMENT
from grants.models import Application, CaseStatement, GrantCall, StatementSide
from grants.statements import answerers, conflicted_in, posts_to_ask
from grants.workflow import events
from grants.workflow.case_events import path_of, tell_officers
from liaisons.models import Post
from liaisons.policies.posts import posts_answered
from notifications import outbox


@transaction.atomic
def ask_statements(
    application: Application, posts: Iterable[int], *, question: str, due_on: date, by: Any, now: datetime
) -> list[CaseStatement]:
    """Ask the posts for a statement by the day and return the new requests; a post that is asked already is left.

    Refused: no_question, no_posts, too_early, nobody (no one answers for a post without a conflict of interest).
    """
    limit_waiting()
    case: Application = get_allowed("grants.statement.ask", by, now=now, lock=True, pk=application.pk)
    words = question.strip()
    if not words:
        raise Refused("no_question", _("Kirjoita, mistä lausuntoa pyydetään."))
    _check_day(due_on, now)
    chosen = list(posts_to_ask(now).filter(pk__in=set(posts)))
    if not chosen:
        raise Refused("no_posts", _("Valitse ainakin yksi yhteyshenkilö, jolta lausuntoa pyydetään."))
    open_posts = set(case.statements.filter(state="asked").values_list("post", flat=True))
    new = [post for post in chosen if post.pk not in open_posts]
    people = _people(case, new, now)
    return [_ask(case, post, people[post.pk], words, due_on, by=by, now=now) for post in new]


def _check_day(due_on: date, now: datetime) -> None:
    if due_on <= local_date(now):
        raise Refused("too_early", _("Anna aikaa vastata: valitse päivä, joka on huomenna tai myöhemmin."))


def _people(case: Application, posts: list[Post], now: datetime) -> dict[int, User]:
    people = answerers(posts, now, conflicted_in(case))
    missing = [post.full_name for post in posts if post.pk not in people]
    if missing:
        raise Refused(
            "nobody",
            _("Kukaan ei voi nyt vastata: %(posts)s. Tehtävässä ei ole henkilöä, tai hän on esteellinen tai poissa.")
            % {"posts": "; ".join(missing)},
        )
    return people


def _ask(
    case: Application,
    post: Post,
    person: User,
    question: str,
    due_on: date,
    *,
    by: Any,
    now: datetime,
    **passed: Any,
) -> CaseStatement:
    made = CaseStatement.objects.create(
        application=case,
        post=post,
        asked_person=person,
        question=question,
        due_on=due_on,
        asked_by=by,
        asked_at=now,
        **passed,
    )
    text = f"Lausunto pyydettiin {format_date(due_on)} mennessä: {post.full_name} ({person})."
    events.record(case, "request_statement", text, by=by, now=now)
    _tell_asked(made, person, now=now)
    return made


def _tell_asked(row: CaseStatement, person: User, *, now: datetime, kind: str = "statement_asked") -> None:
    """Write to the person: the applicant's name and the day, nothing that is read only after declaring."""
    case = row.application
    subject = (
        gettext_lazy("Lausuntoa ei enää tarvita: {number}")
        if kind == "statement_cancelled"
        else gettext_lazy("Sinulta pyydetään lausuntoa: {number}")
    )
    outbox.queue(
        kind=f"grants.{kind}",
        to=person,
        subject=format_lazy(subject, number=case.case_number),
        template=f"emails/grants/{kind}",
        context={
            "application": case,
            "call": case.call,
            "organisation": case.organisation,
            "statement": row,
            "path": path_of("own_statement", row.pk),
        },
        dedup_key=f"grants.{kind}:{row.pk}:{row.due_on:%Y%m%d}:{person.pk}",
        now=now,
    )


def _tell_handler(row: CaseStatement, *, now: datetime) -> None:
    case = row.application
    context = {"statement": row, "path": path_of("case_statement", case.pk, row.pk)}
    subject = format_lazy(gettext_lazy("Lausuntopyyntöön on vastattu: {number}"), number=case.case_number)
    tell_officers(case, "statement_answered", subject, context, key=f"{row.pk}:{row.state}", now=now)


def _locked(statement: CaseStatement) -> CaseStatement:
    """Lock the call's, the case's and then the statement's row, so that it cannot come while the call is presented."""
    limit_waiting()
    GrantCall.objects.select_for_update(of=("self",)).get(applications=statement.application_id)
    Application.objects.select_for_update(of=("self",)).get(pk=statement.application_id)
    return (
        CaseStatement.objects.select_for_update(of=("self",))
        .select_related("application__call", "application__organisation", "post__unit", "post__municipality")
        .get(pk=statement.pk)
    )


def _answering(statement: CaseStatement, by: Any, now: datetime) -> CaseStatement:
    row = _locked(statement)
    get_allowed("grants.statement.give", by, now=now, pk=row.pk)
    return row


def _check_takes(row: CaseStatement, now: datetime) -> None:
    if row.state == "asked" and not row.is_prepared:
        raise Refused("closed", _("Asian valmistelu on päättynyt, joten lausuntoa ei enää tarvita."))
    if row.state == "expired" or (row.state == "asked" and now >= row.deadline):
        raise Refused(
            "late",
            _("Määräaika päättyi %(day)s. Pyydä asian käsittelijältä lisäaikaa. Ota tekstisi talteen.")
            % {"day": format_date(row.due_on)},
        )


def _answered(row: CaseStatement, state: str, *, by: Any, now: datetime, **facts: Any) -> CaseStatement:
    row.state, row.answered_by, row.answered_at = state, by, now
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "answered_by", "answered_at", *facts])
    return row


@transaction.atomic
def give_statement(statement: CaseStatement, *, side: str, text: str, by: Any, now: datetime) -> CaseStatement:
    """Give the statement; it is not changed afterwards, and the handler is told. The same again is once.

    Refused: no_text, late, closed, wrong_state (404: not asked of the person, or they have not declared).
    """
    row, words = _answering(statement, by, now), text.strip()
    if (row.state, row.side, row.text) == ("given", side, words):
        return row
    if not words or side not in StatementSide.values:
        raise Refused("no_text", _("Valitse kanta ja kirjoita lausunto."))
    _check_takes(row, now)
    state = STATEMENT.check(row.state, "give_statement")
    _answered(row, state, by=by, now=now, side=side, text=words)
    said = f"Lausunto annettiin: {row.post.full_name}, {StatementSide(side).label}."
    events.record(row.application, "give_statement", said, by=by, now=now)
    _tell_handler(row, now=now)
    return row


@transaction.atomic
def decline_statement(statement: CaseStatement, *, reason: str, by: Any, now: datetime) -> CaseStatement:
    """Say that no statement is given, and why; the handler is told. Twice is once. Refused as ``give_statement``."""
    row, words = _answering(statement, by, now), reason.strip()
    if row.state == "declined":
        return row
    if not words:
        raise Refused("no_reason", _("Kirjoita, miksi et anna lausuntoa."))
    _check_takes(row, now)
    _answered(row, STATEMENT.check(row.state, "decline_statement"), by=by, now=now, reason=words)
    said = f"Lausuntoa ei anneta: {row.post.full_name}. {words}"
    events.record(row.application, "decline_statement", said, by=by, now=now)
    _tell_handler(row, now=now)
    return row


@transaction.atomic
def pass_on_statement(statement: CaseStatement, *, post: int, reason: str, by: Any, now: datetime) -> CaseStatement:
    """Pass the request on to the post whose matter it is and return the new one; question and day stay.

    The new one is told, and the handler. Twice is once. Refused as ``ask_statements`` and ``give_statement``, and
    already_asked (the post has an open request in the case).
    """
    row, words = _answering(statement, by, now), reason.strip()
    if row.state == "passed":
        return row.passed_to
    if not words:
        raise Refused("no_reason", _("Kirjoita, miksi siirrät pyynnön."))
    _check_takes(row, now)
    state = STATEMENT.check(row.state, "pass_on_statement")
    case = row.application
    chosen = posts_to_ask(now).exclude(pk=row.post_id).filter(pk=post).first()
    if chosen is None:
        raise Refused("no_posts", _("Valitse yhteyshenkilö, jolle pyyntö siirretään."))
    if case.statements.filter(post=chosen, state="asked").exists():
        raise Refused("already_asked", _("Häneltä on jo pyydetty lausunto tässä asiassa. Voit vastata, ettet anna."))
    people = _people(case, [chosen], now)
    _answered(row, state, by=by, now=now, reason=words)
    events.record(case, "pass_on_statement", f"Lausuntopyyntö siirrettiin: {words}", by=by, now=now)
    made = _ask(case, chosen, people[chosen.pk], row.question, row.due_on, by=by, now=now, passed_from=row)
    _tell_handler(row, now=now)
    return made


def recuse_statements(application: Application, *, by: Any, now: datetime) -> None:
    """Take the case's open requests from a person who has just declared a conflict of interest; the case is locked.

    Whoever else answers for the post is told to answer; where nobody does, the request ends and the handler is told.
    """
    posts = posts_answered(by, now).values("pk")
    rows = CaseStatement.objects.select_for_update(of=("self",)).filter(
        application=application, state="asked", post__in=posts
    )
    for row in rows.select_related("application__call", "application__organisation", "post").order_by("pk"):
        other = answerers([row.post], now, conflicted_in(application)).get(row.post_id)
        if other is not None:
            if row.asked_person_id != other.pk:
                row.asked_person = other
                row.save(update_fields=["asked_person"])
                _tell_asked(row, other, now=now)
            continue
        _answered(row, STATEMENT.check(row.state, "recuse_statement"), by=by, now=now)
        _tell_handler(row, now=now)


def _managed(statement: CaseStatement, by: Any, now: datetime) -> CaseStatement:
    row = _locked(statement)
    get_allowed("grants.statement.manage", by, now=now, pk=row.pk)
    return row


@transaction.atomic
def extend_statement(statement: CaseStatement, *, due_on: date, by: Any, now: datetime) -> CaseStatement:
    """Give more time, also after it has run out; who answers for the post is told.

    Refused: too_early, wrong_state, nobody, already_asked (the post has a newer open request).
    """
    row = _managed(statement, by, now)
    _check_day(due_on, now)
    state = STATEMENT.check(row.state, "extend_statement")
    if (row.state, row.due_on) == (state, due_on):
        return row
    if row.application.statements.filter(post=row.post, state="asked").exclude(pk=row.pk).exists():
        raise Refused("already_asked", _("Samalla yhteyshenkilöllä on jo uudempi avoin pyyntö. Anna lisäaikaa siihen."))
    person = _people(row.application, [row.post], now)[row.post_id]
    row.state, row.due_on, row.asked_person = state, due_on, person
    row.save(update_fields=["state", "due_on", "asked_person"])
    said = f"Lausunnolle annettiin lisäaikaa {format_date(due_on)} asti: {row.post.full_name}."
    events.record(row.application, "extend_statement", said, by=by, now=now)
    _tell_asked(row, person, now=now)
    return row


@transaction.atomic
def cancel_statement(statement: CaseStatement, *, by: Any, now: datetime) -> CaseStatement:
    """Cancel a request that has not been answered; the asked one is told. Twice is once. Refused: wrong_state."""
    row = _managed(statement, by, now)
    if row.state == "cancelled":
        return row
    row.state = STATEMENT.check(row.state, "cancel_statement")
    row.save(update_fields=["state"])
    events.record(
        row.application, "cancel_statement", f"Lausuntopyyntö peruttiin: {row.post.full_name}.", by=by, now=now
    )
    if row.asked_person is not None:
        _tell_asked(row, row.asked_person, now=now, kind="statement_cancelled")
    return row


def expire_statements(*, now: datetime) -> int:
    """Mark every request whose day has passed and return how many; each case goes on without the statement."""
    done = 0
    for key in CaseStatement.objects.overdue(now).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = _locked(CaseStatement.objects.get(pk=key))
            if row.state != "asked" or now < row.deadline:
                continue
            row.state = STATEMENT.check(row.state, "expire_statement")
            row.save(update_fields=["state"])
            said = f"Lausuntoa ei saatu määräajassa: {row.post.full_name}. Asian käsittely jatkuu."
            events.record(row.application, "expire_statement", said, by=None, now=now)
            done += 1
    return done
