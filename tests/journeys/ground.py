"""What a journey stands on, made with the domain verbs inside the running portal (``Place.ground``).

A journey walks in the browser only through what it is about; everything before that is made here, for organisations
of its own, so that one journey does not stand in another's way.
"""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.demonstration import DEMO_PASSWORD, make_account
from accounts.models import User
from common.legal_dates import ServedBy
from common.times import add_days, local_date
from grants.models import (
    Agreement,
    Application,
    AttachmentSlot,
    CallGuideline,
    Criterion,
    CriterionLevel,
    DecidingOfficial,
    Decision,
    GrantCall,
    GrantKind,
    UseReport,
)
from grants.policies.agreements import signers_of
from grants.use_report_costs import Cost, planned_costs
from grants.use_report_items import ITEMS
from grants.workflow.applications import submit_application
from grants.workflow.calls import create_call, publish_call
from grants.workflow.conflicts import declare_no_conflicts
from grants.workflow.decisions import issue_decision, make_final, record_decisions
from grants.workflow.drafts import copy_to_columns, put_attachment, start_application
from grants.workflow.forms import begin_form
from grants.workflow.handling import open_handling
from grants.workflow.official_posts import name_official
from grants.workflow.officials import lay_call
from grants.workflow.payments import confirm_paid, plan_payment, release_payment
from grants.workflow.presentation import present_call
from grants.workflow.proposals import propose
from grants.workflow.use_reports import approve_use_report, check_use_report, save_use_report, submit_use_report
from liaisons.models import Meeting, Seat
from liaisons.workflow import edit_seat, hold_meeting, plan_meeting, send_notice
from organisations.models import Membership, Organisation
from portal.demonstration import cases, texts
from portal.demonstration.people import DOMAIN

POST = "hyvinvointijohtaja"
OFFICIAL = f"hyvinvointijohtaja@{DOMAIN}"
Told = dict[str, Any]


@transaction.atomic
def whole(step: str, **given: Any) -> Told:
    """Take one of the steps below wholly or not at all."""
    told: Told = {"of": step, **globals()[step](**given)}
    return told


def person(name: str) -> User:
    """Return the demonstration account of that name."""
    return User.objects.get(email=name if "@" in name else f"{name}@{DOMAIN}")


def ngos(*, now: datetime, count: int, language: str = "fi") -> Told:
    """Return as ``ngos`` organisations that have never applied; their admins sign in and read ``language``."""
    rows = Membership.objects.filter(
        role="admin",
        user__email__startswith="hallitus",
        user__password__startswith="!",
        organisation__status="registered",
        organisation__applications__isnull=True,
        organisation__bank_accounts__state="verified",
    ).select_related("user", "organisation")
    told = []
    for row in rows.order_by("-organisation")[:count]:
        user = row.user
        user.set_password(DEMO_PASSWORD)
        user.language, user.full_name = language, f"Selma {row.organisation.association_number}"
        user.save()
        EmailAddress.objects.update_or_create(user=user, email=user.email, verified=True, primary=True)
        told.append({"email": user.email, "pk": row.organisation_id, "name": row.organisation.name})
    return {"ngos": told}


def editor(*, now: datetime, organisation: int, email: str) -> Told:
    """Let another account fill in for the organisation too."""
    user = make_account(email, "Eeva Esimerkki", second_factor=False)
    since = local_date(now) - timedelta(days=400)
    Membership.objects.get_or_create(user=user, organisation_id=organisation, role="editor", valid_from=since)
    return {"email": email}


def call(*, now: datetime, title: str, small: bool = False, days_left: float = 5, **terms: Any) -> Told:
    """Publish a call that is open now; ``small``: the light form, and an office-holder decides."""
    made_at = now - timedelta(days=40)
    kind = _small_kind(made_at) if small else GrantKind.objects.get(key="toiminta-avustus")
    opened = now - timedelta(days=10)
    values: dict[str, Any] = {
        "title_fi": title,
        "title_sv": f"{title} (sv)",
        "summary_fi": "Asukkaiden yhteiseen toimintaan.",
        "year": now.year + 1,
        "appropriation": Decimal(60000),
        "minimum_sum": Decimal(100),
        "maximum_sum": Decimal(20000),
        "minimum_points": 0,
        "opens_at": opened,
        "closes_at": now + timedelta(days=days_left),
        "use_report_due_on": add_days(local_date(now), 400),
        "legal_basis_fi": texts.LEGAL_BASIS,
        "cost_centre": "4100",
        "contact_name": "Minna Malli",
        "contact_phone": "013 123 4567",
        **{name: date.fromisoformat(value) if name.endswith("_on") else value for name, value in terms.items()},
    }
    coordinator = person("koordinaattori")
    made = create_call(GrantCall(kind=kind, **values), by=coordinator, now=made_at)
    CallGuideline.objects.update_or_create(
        call=made,
        version=1,
        defaults={
            "text_fi": texts.GUIDE,
            "text_sv": texts.GUIDE_SV,
            "decided_by": "Aluehallitus",
            "decided_on": local_date(made_at),
            "section": 69,
        },
    )
    made.criteria.all().delete()
    criterion = Criterion.objects.create(call=made, order=1, name_fi="Tarve", name_sv="Behov", weight=100)
    for points, anchor in ((0, "Tarve jää epäselväksi."), (100, "Tarve on osoitettu.")):
        CriterionLevel.objects.create(criterion=criterion, points=points, anchor_fi=anchor)
    AttachmentSlot.objects.create(call=made, order=1, name_fi="Toimintasuunnitelma", name_sv="Verksamhetsplan")
    if small:
        begin_form(made.pk, "light", revision=0, by=coordinator, now=made_at)
    publish_call(made, by=coordinator, now=opened - timedelta(days=7))
    return {"call": made.pk, "title": title}


def _small_kind(now: datetime) -> GrantKind:
    """Return the kind of small grants that an office-holder decides; the demonstration's area has none."""
    kind, is_new = GrantKind.objects.get_or_create(
        key="pieni-avustus",
        defaults={
            "name_fi": "Pieni avustus",
            "name_sv": "Litet understöd",
            "decision_maker": "office_holder",
            "decided_by_post_fi": POST,
            "light": True,
        },
    )
    if is_new or not DecidingOfficial.objects.in_force(now).filter(post=POST).exists():
        name_official(
            POST,
            user=make_account(OFFICIAL, "Helvi Hyvinvointijohtaja"),
            is_deputy=False,
            valid_from=local_date(now) - timedelta(days=300),
            valid_until=None,
            reason="Aluehallitus 1.12.2025, 4 §",
            by=person("paakayttaja"),
            now=now,
        )
    return kind


def application(*, now: datetime, call: int, email: str, organisation: int, asked: str, send: bool = True) -> Told:
    """Write the organisation's whole application to an open call, and send it."""
    found = GrantCall.objects.get(pk=call)
    owner, by = Organisation.objects.get(pk=organisation), person(email)
    made = start_application(organisation=owner, call=found, by=by, now=now)
    written = cases.answers(owner, Decimal(asked), random.Random(organisation))
    made.answers = written
    copy_to_columns(made, made.form_version.definition)
    made.saved_at, made.saved_by, made.revision = now, by, 1
    made.save()
    for slot in found.attachment_slots.filter(required=True):
        put_attachment(made, slot=slot, upload=cases.paper(slot.name_fi), by=by, now=now)
    if send:
        submit_application(made, by=by, now=now)
    made.refresh_from_db()
    return {
        "application": made.pk,
        "number": made.case_number,
        "path": f"/omat/{organisation}/hakemukset/{made.pk}/",
        "own_money": written["budget"]["income"][0]["sum"].removesuffix(".00"),
    }


def handled(*, now: datetime, call: int, sums: dict[str, str]) -> Told:
    """Open the handling of a closed call and propose a sum for each organisation (by its key)."""
    found, by = GrantCall.objects.get(pk=call), person("koordinaattori")
    open_handling(found, by=by, now=now)
    for case in Application.objects.filter(call=found, state="in_handling"):
        propose(
            case,
            sum=Decimal(sums[str(case.organisation_id)]),
            reasons="Toiminta vastaa hakuohjetta ja tavoittaa kohderyhmän hyvin.",
            by=by,
            now=now,
            below_minimum_confirmed=True,
        )
    return {}


def meeting(*, now: datetime, call: int, days: float) -> Told:
    """Plan the body's meeting some days ahead and bring the call to it."""
    found = GrantCall.objects.select_related("kind__decided_by").get(pk=call)
    assert found.kind.decided_by is not None
    # To the second: two journeys of the same hour meet at different times.
    starts = (now + timedelta(days=days)).replace(microsecond=0)
    planned = plan_meeting(
        found.kind.decided_by, starts_at=starts, place="Keskussairaala", by=person("sihteeri"), now=now
    )
    present_call(found, meeting=planned, by=person("esittelija"), now=now)
    return {"meeting": planned.pk, "starts": starts.isoformat()}


def _sent_in(closing: datetime, key: int, grants: list[dict[str, str]]) -> dict[str, Told]:
    """Write and send the applications of a round before its closing; return them by organisation."""
    at = closing - timedelta(hours=30)
    return {
        str(row["pk"]): application(
            now=at, call=key, email=row["email"], organisation=int(row["pk"]), asked=row["asked"]
        )
        for row in grants
    }


def presented(*, now: datetime, title: str, grants: list[dict[str, str]], chair: str, vice_chair: str) -> Told:
    """A round that the body takes up tomorrow: proposals presented, notice sent, a deputy seated; who presides."""
    closing = now - timedelta(days=30)
    made = call(now=closing - timedelta(days=2), title=title, days_left=2)
    told = _sent_in(closing, made["call"], grants)
    handled(now=closing + timedelta(days=1), call=made["call"], sums={str(row["pk"]): row["sum"] for row in grants})
    body = GrantKind.objects.get(key="toiminta-avustus").decided_by
    coordinator = person("koordinaattori")
    for name, position in ((chair, "chair"), (vice_chair, "vice_chair")):
        seat = Seat.objects.in_force(now).get(body=body, user=person(name), role="member")
        if seat.position != position:
            edit_seat(seat, position=position, by=coordinator, now=now)
    deputy = make_account(f"varajasen@{DOMAIN}", "Veera Varajäsen")
    since = local_date(now) - timedelta(days=200)
    if not Seat.objects.in_force(now).filter(body=body, user=deputy).exists():
        Seat.objects.create(user=deputy, body=body, role="deputy", valid_from=since)
    planned = meeting(now=now, call=made["call"], days=1)
    send_notice(Meeting.objects.get(pk=planned["meeting"]), by=person("sihteeri"), now=now)
    declare_no_conflicts([row["application"] for row in told.values()], by=person("sihteeri"), now=now)
    return {**made, **planned, "cases": told}


def decided(
    *,
    now: datetime,
    title: str,
    grants: list[dict[str, str]],
    days_ago: int,
    final: bool = False,
    **terms: Any,
) -> Told:
    """A round that the body decided and served so many days ago; ``grants``: email, pk, asked and sum of each.

    With ``final`` the revision period has passed.
    """
    served_at = now - timedelta(days=days_ago)
    closing = served_at - timedelta(days=30)
    made = call(now=closing - timedelta(days=2), title=title, days_left=2, **terms)
    key = made["call"]
    told = _sent_in(closing, key, grants)
    handled(now=closing + timedelta(days=1), call=key, sums={str(row["pk"]): row["sum"] for row in grants})
    planned = meeting(now=closing + timedelta(days=2), call=key, days=20)
    declared = [row["application"] for row in told.values()]
    for name in ("puheenjohtaja", "jasen", "jasen2", "sihteeri"):
        declare_no_conflicts(declared, by=person(name), now=closing + timedelta(days=3))
    secretary, found = person("sihteeri"), Meeting.objects.get(pk=planned["meeting"])
    held_at = found.starts_at + timedelta(hours=3)
    hold_meeting(found, presided_by=person("puheenjohtaja"), by=secretary, now=held_at)
    record_decisions(
        GrantCall.objects.get(pk=key),
        section_number=41,
        decided_on=local_date(found.starts_at),
        by=secretary,
        now=held_at,
    )
    for owner, decision in served(now=served_at, call=key)["decisions"].items():
        told[owner]["decision"] = decision
    if final:
        make_final(now=now)
    return {**made, "cases": told}


def served(*, now: datetime, call: int) -> Told:
    """Serve the decisions of a call; return them by organisation."""
    told = {}
    for decision in Decision.objects.filter(application__call=call).select_related("application").order_by("pk"):
        issue_decision(decision, served_by=ServedBy.ELECTRONIC, by=person("koordinaattori"), now=now)
        told[str(decision.application.organisation_id)] = decision.pk
    return {"decisions": told}


def instalment(*, now: datetime, decision: int, sum: str, paid: bool = False) -> Told:
    """Plan an instalment and release it; with ``paid`` the ledger has paid it today."""
    found = Decision.objects.get(pk=decision)
    made = plan_payment(found, sum=Decimal(sum), by=person("koordinaattori"), now=now)
    made = release_payment(made, by=person("maksut"), now=now)
    if paid:
        confirm_paid(made, paid_on=local_date(now), by=person("maksut"), now=now)
    return {"payment": made.pk}


def reported(*, now: datetime, decision: int, spent: str) -> Told:
    """Send the final use report, of which ``spent`` euros were used, and approve it in both steps."""
    report = UseReport.objects.select_related("decision__application__organisation").get(
        decision=decision, kind="final"
    )
    case = report.decision.application
    figures: dict[str, Any] = {
        "what_was_done": texts.DONE,
        "what_changed": texts.CHANGED,
        "what_was_learned": texts.LEARNED,
        "spent_sum": Decimal(spent),
        "people_reached": 40,
        "meetings": 20,
        "volunteers": 4,
        "volunteer_hours": 100,
        "municipalities": list(case.municipalities.all()),
    }
    if report.is_full:
        lines = planned_costs(report.decision)
        first = Decimal(spent) - sum((line.budgeted or Decimal(0) for line in lines[1:]), Decimal(0))
        used = [first, *(line.budgeted or Decimal(0) for line in lines[1:])]
        figures["costs"] = [
            Cost(line.what, line.budgeted, each).stored() for line, each in zip(lines, used, strict=True)
        ]
    by = Membership.objects.get(organisation=case.organisation, role="admin").user
    save_use_report(report, figures, revision=report.revision, by=by, now=now)
    submit_use_report(report, by=by, now=now)
    check_use_report(report, items=dict.fromkeys(ITEMS["content"], "ok"), by=person("koordinaattori"), now=now)
    approve_use_report(report, items=dict.fromkeys(ITEMS["money"], "ok"), by=person("maksut"), now=now)
    return {"report": report.pk}


def laid(*, now: datetime, call: int) -> Told:
    """Lay the proposals of a call before the office-holder."""
    lay_call(GrantCall.objects.get(pk=call), by=person("koordinaattori"), now=now)
    return {}


def signer(*, now: datetime) -> Told:
    """Let whoever may sign agreements for the county sign in, and return the address."""
    agreement = Agreement.objects.filter(kind__key="strateginen-kumppanuussopimus", reference="").first()
    assert agreement is not None
    found = signers_of(agreement, now).first()
    assert found is not None
    user = found.user
    user.set_password(DEMO_PASSWORD)
    user.is_demonstration = True
    user.save()
    make_account(user.email, user.full_name)
    return {"email": user.email}
