"""Loading the whole demonstration in one transaction; nothing is there or all of it is."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts.models import User
from common.policies import may
from grants.models import GrantKind
from liaisons.models import Body
from organisations.models import Organisation
from portal.demonstration import (
    activities,
    agreements,
    bodies,
    calibration,
    call_terms,
    calls,
    cases,
    changes,
    comment_rounds,
    contacts,
    decisions,
    field,
    forums,
    forums_after,
    forums_sign_ups,
    forums_wheel,
    goals,
    handling,
    liaisons,
    municipal,
    negotiations,
    networks,
    own_data,
    partners,
    payment_batches,
    premises,
    recoveries,
    register,
    reports_talk,
    requests,
    room_bookings,
    seasons,
    small_grants,
    state_aid,
    surveys,
    texts,
    theses,
    trainings,
    vault,
)
from portal.demonstration.calendar import Round, at, rounds
from portal.demonstration.people import People, fill_settings, make_people
from portal.demonstration.people_of_ngos import Relations
from reports import workflow as reports

SEED = 2026
Say = Callable[[str], None]


def load_demonstration(*, now: datetime, say: Say = lambda _text: None, small: bool = False) -> bool:
    """Load the demonstration and return True; False when it is there already.

    ``small`` makes a handful of cases a round, for tests. Refused outside the demonstration (RuntimeError).
    Needs a loaded area with a kind of grant that is called for and decided by a body.
    """
    if not settings.DEMONSTRATION:
        raise RuntimeError("The demonstration is loaded only where settings.DEMONSTRATION is on.")
    if User.objects.filter(is_demonstration=True).exists():
        return False
    with transaction.atomic():
        _Loading(now, say, small).run()
    return True


class _Loading:
    """The steps in order, with what they share."""

    def __init__(self, now: datetime, say: Say, small: bool) -> None:
        self.now, self.say, self.small = now, say, small
        self.dice = random.Random(SEED)  # noqa: S311 - invented data
        self.kind = _kind()
        self.body: Body = self.kind.decided_by  # type: ignore[assignment]
        self.people: People = make_people(now, self.body)
        self.organisations: list[Organisation] = []
        self.members: dict[int, User] = {}

    def run(self) -> None:
        """Make everything, oldest round first."""
        fill_settings()
        self.say("Yhteyshenkilöt")
        liaisons.make_liaisons(self.now, self.people)
        self.say("Järjestöt")
        self.organisations = [
            row for row in field.make_field(self.now, self.dice, self.people) if row.status == "registered"
        ]
        self.members = field.make_members(self.organisations, self.now, self.people)
        activities.make_activities(self.organisations, self.now, self.dice)
        first = self.organisations[0]
        activities.wait_with_a_file(first, self.members[first.pk], self.now)
        own_data.make_own_data(self.organisations, self.members, self.now, random.Random(SEED))  # noqa: S311 - invented data
        vault.make_vaults(self.organisations, self.members, self.now)
        bodies.make_bodies(self.organisations, self.members, self.people, self.now)
        field.make_accounts(self.organisations, self.members, self.people, self.now, self.dice)
        register.make_register_work(self.organisations, self.members, self.people, self.now)
        municipal.make_evenings(self.now)
        requests.make_requests(self.organisations, self.members, self.people, self.now)
        contacts.make_contacts(self.organisations, self.people, self.now)
        networks.make_networks(self.organisations, self.members, self.people, self.now)
        trainings.make_trainings(self.organisations, self.people, self.now)
        premises.make_premises(self.organisations, self.members, self.people, self.now)
        room_bookings.make_bookings(self.organisations, self.members, self.now)
        seasons.make_seasons(self.organisations, self.members, self.people.coordinator, self.now)
        made = forums.make_events(self.organisations, self.people, self.now)
        forums_sign_ups.make_sign_ups(made, self.organisations, self.people, self.now)
        forums_after.make_afters(made, self.organisations, self.people, self.now)
        comment_rounds.make_rounds(self.organisations, self.members, self.people, self.now)
        theses.make_assessments(self.organisations, self.members, self.people, self.now)
        agreements.make_agreements(self.organisations, self.members, self.people, self.now)
        decisions.make_phrases(self.people, self.now)
        current, last, before, earliest = rounds(self.now, 4)
        self._past(earliest, 150_000, sent=24, keep_reports=0)
        self._past(before, 170_000, sent=48, keep_reports=3)
        self._past(last, 180_000, sent=60, keep_reports=None)
        negotiations.make_negotiations(
            self.kind, self.body, (last, current), self.organisations, self.members, self.people, self.now
        )
        self._open(current)
        self._coming(current)
        small_grants.make_small_grants(self.organisations, self.members, self.people, self.now)
        call_terms.plan_rounds(self.kind, current, self.people)
        state_aid.fill_ledger(self.people, self.now)
        recoveries.make_recoveries(self.organisations, self.members, self.people, self.now)
        changes.make_changes(self.organisations, self.members, self.people, self.now)
        forums_wheel.make_wheel(self.people, self.now)
        goals.follow_goals(self.people.coordinator, self.now)
        surveys.make_surveys(self.people.coordinator, self.now)
        self._annual_report(before)
        reports_talk.decide_document(self.body, self.organisations, self.members, self.people.coordinator, self.now)
        self.say("Järjestöjen väki")
        Relations(self.organisations, self.members, self.people, self.now, self.dice).make()

    def _count(self, number: int) -> int:
        return max(6, number // 8) if self.small else number

    def _past(self, when: Round, appropriation: int, *, sent: int, keep_reports: int | None) -> None:
        """A round that has been decided; ``keep_reports`` stay unreported, None: it is too early for most."""
        self.say(f"Haku {when.year}")
        call = calls.make_call(self.kind, when, self.people, appropriation)
        chosen = [self.organisations[0], self.organisations[1], *self._others(self._count(sent) + 4)]
        cases.fill_round(
            call,
            chosen,
            self.members,
            self.dice,
            sent=self._count(sent),
            drafts=4,
            withdrawn=2,
            until=when.closes_at - timedelta(hours=2),
        )
        handling.assess(call, when, self.people, self.dice)
        handling.propose_all(call, when, self.people, self.dice)
        if keep_reports is None:
            state_aid.mark_cafes(call, self.people, when.day(50))
        decided = handling.decide(call, self.body, when, self.people, with_notice=keep_reports is None)
        if when.day(112) < self.now:
            is_last = keep_reports is None
            waiting = handling.pay(
                decided, when, self.people, leave=3 if is_last else 0, batched=self._count(12) if is_last else 0
            )
            payment_batches.make_batches(waiting, when, self.people, self.now)
        due = when.use_report_due_on
        if keep_reports is None:
            sent_on = min(due, (self.now - timedelta(days=12)).date())
            count = 6
        else:
            sent_on, count = due, len(decided)
        handling.report_use(
            decided,
            when,
            self.people,
            self.members,
            self.dice,
            sent_on=sent_on,
            sent=count,
            overdue=keep_reports or 0,
        )

    def _others(self, count: int) -> list[Organisation]:
        return self.dice.sample(self.organisations[2:], k=count)

    def _open(self, when: Round) -> None:
        """The round that is open now: applications on their way, and the treasurer's half-written one."""
        self.say(f"Haku {when.year}")
        call = calls.make_call(self.kind, when, self.people, 180_000, joint=True)
        until = self.now - timedelta(hours=1)
        sent = self._count(16)
        cases.fill_round(
            call,
            self._others(sent + 12),
            self.members,
            self.dice,
            sent=sent,
            drafts=11,
            withdrawn=1,
            until=until,
        )
        own, by = self.organisations[0], self.people.treasurer
        draft = cases.draft(call, own, by, until, self.dice, share=0.6)
        partner = self.organisations[1]
        state_aid.declare_some(draft, by, until)
        partners.make_partners(draft, partner, self.members[partner.pk], "Kylän seurakunta", by=by, now=until)
        for other in call.applications.filter(state="draft").exclude(organisation__in=[own, partner])[:1]:
            partners.ask_to_join(other, own, by=other.created_by, now=until)
        calls.ask_questions(call, self.people, self.now)
        calibration.write_example(call, self.people, self.now)

    def _coming(self, current: Round) -> None:
        """A thematic call that has been published and opens after the present one."""
        kind = GrantKind.objects.filter(key__contains="teema").first() or self.kind
        opens = current.closes_at + timedelta(days=34)
        when = Round(current.year, at(opens.date(), 9), at(opens.date() + timedelta(days=28), 16))
        calls.make_call(kind, when, self.people, 20_000, theme=True)

    def _annual_report(self, when: Round) -> None:
        """Last year's report, frozen and read by the chair."""
        self.say(f"Vuosiraportti {when.year}")
        made = at(date(when.year + 1, 5, 4), 9)
        if made > self.now:
            return
        report = reports.order_report(when.year, by=self.people.coordinator, now=made)
        reports.finish_collecting(report.pk, now=made)
        report.refresh_from_db()
        report.findings, report.proposals = texts.FINDINGS, texts.PROPOSALS
        report.save(update_fields=["findings", "proposals"])
        reports_talk.comment(report, self.people.coordinator, made)
        reports.freeze(report, by=self.people.coordinator, now=made + timedelta(hours=3))
        reports.finish_freezing(report.pk, now=made + timedelta(hours=3))
        report.refresh_from_db()
        read_at = made + timedelta(days=2)
        if may("reports.annual.mark_read", self.people.chair, report, now=read_at):  # another body may read it
            reports.mark_read(report, by=self.people.chair, now=read_at)
        reports_talk.ask_and_answer(report, self.people.chair, self.people.coordinator, read_at)


def _kind() -> GrantKind:
    kind = GrantKind.objects.filter(procedure="call", decided_by__isnull=False).order_by("pk").first()
    if kind is None:
        raise RuntimeError("Load an area first: no kind of grant is decided by a body.")
    kind.full_report_from = Decimal(5000)  # larger grants of the demonstration are reported with costs by line
    kind.save(update_fields=["full_report_from"])
    return kind
