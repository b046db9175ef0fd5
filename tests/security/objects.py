"""The arguments of object routes, from the test's world: one builder a route, added beside the route's row.

A builder takes the world and returns keyword arguments; make what several routes share once with
``world.thing(key, make)``. Things belong to ``world.organisation``, never to the other one.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from documents.uploads import check_upload
from grants.models import ApplicationComment
from grants.workflow.questions import ask_question
from liaisons.models import Body
from notifications.unsubscribe import path_for
from organisations.models import ActivityImport, BankAccount, BankStatement, ImportRun, Invitation
from organisations.workflow.claims import submit_claim
from organisations.workflow.handouts import make_handout
from organisations.workflow.invitations import hash_token, invite
from organisations.workflow.vault import add_document
from tests.accounts.factories import StaffRoleFactory
from tests.grants.factories import make_application, make_call, make_kind, make_submitted
from tests.notifications.factories import make_message
from tests.organisations.factories import statement
from tests.organisations.factories_open_data import OpenActivityFactory, make_contact
from tests.reports.conftest import collected, frozen
from tests.security.agreements import AGREEMENT_KWARGS
from tests.security.allocation import ALLOCATION_KWARGS
from tests.security.assignments import ASSIGNMENT_KWARGS
from tests.security.bodies import BODY_KWARGS
from tests.security.case_bundles import BUNDLE_KWARGS
from tests.security.case_work import CASE_WORK_KWARGS
from tests.security.changes import CHANGE_KWARGS
from tests.security.claims import CLAIM_KWARGS
from tests.security.decisions import DECISION_KWARGS
from tests.security.first_half import FIRST_HALF_KWARGS
from tests.security.forms import FORM_KWARGS
from tests.security.forum_after import FORUM_AFTER_KWARGS
from tests.security.forum_events import FORUM_EVENT_KWARGS
from tests.security.forum_sign_ups import FORUM_SIGN_UP_KWARGS
from tests.security.forum_wheel import FORUM_WHEEL_KWARGS
from tests.security.goals import GOAL_KWARGS
from tests.security.grants_money import GRANTS_MONEY
from tests.security.matters import MATTER_KWARGS
from tests.security.negotiations import NEGOTIATION_KWARGS
from tests.security.networks import NETWORK_KWARGS
from tests.security.newsletters import NEWSLETTER_KWARGS
from tests.security.objects_handling import GRANTS_HANDLING
from tests.security.objects_register import REGISTER
from tests.security.objects_relations import RELATIONS
from tests.security.officials import OFFICIAL_KWARGS
from tests.security.paper import PAPER_KWARGS
from tests.security.partners import PARTNER_KWARGS
from tests.security.payment_batches import BATCH_KWARGS
from tests.security.posts import POST_KWARGS
from tests.security.premises_calendars import PREMISES_CALENDAR_KWARGS
from tests.security.premises_rooms import PREMISES_ROOM_KWARGS
from tests.security.public_data import PUBLIC_DATA_KWARGS
from tests.security.recoveries import RECOVERY_KWARGS
from tests.security.reports_documents import REPORT_DOCUMENT_KWARGS
from tests.security.reports_talk import REPORT_TALK_KWARGS
from tests.security.rounds import ROUND_KWARGS
from tests.security.routes import CALL_SETUP
from tests.security.seasons import BOOKING_AND_SEASON_KWARGS
from tests.security.state_aid import STATE_AID_KWARGS
from tests.security.statements import STATEMENT_KWARGS
from tests.security.support import SUPPORT_KWARGS
from tests.security.surveys import SURVEY_KWARGS
from tests.security.terms import TERMS_KWARGS
from tests.security.theses import THESIS_KWARGS
from tests.security.trainings import TRAINING_KWARGS
from tests.security.use_reports import USE_REPORT_KWARGS
from tests.security.world import PLAIN, SINCE, World

Kwargs = Callable[[World], dict[str, Any]]


def a_staff_role(world: World) -> Any:
    """Return a staff role of somebody outside the world's people."""
    return world.thing("staff_role", lambda: StaffRoleFactory(role="registrar"))


ACCOUNTS: dict[str, Kwargs] = {
    "accounts:user": lambda world: {"user_id": world.people[PLAIN].pk},
    "accounts:grant_role": lambda world: {"user_id": world.people[PLAIN].pk},
    "accounts:end_role": lambda world: {"role_id": a_staff_role(world).pk},
    "account_confirm_email": lambda world: {"key": "not-a-key"},
    "account_reset_password_from_key": lambda world: {"uidb36": "1", "key": "not-a-key"},
    "mfa_edit_webauthn": lambda world: {"pk": 1},
    "mfa_remove_webauthn": lambda world: {"pk": 1},
}

PORTAL: dict[str, Kwargs] = {
    "portal:mailbox_message": lambda world: {"key": "1"},
    "portal:mailbox_attachment": lambda world: {"key": "1", "number": 1},
}


def a_claim(world: World) -> Any:
    """Return a waiting claim of the plain person, with an attachment."""

    def make() -> Any:
        upload = check_upload(SimpleUploadedFile("ote.txt", b"Ote"))
        return submit_claim(
            world.organisation,
            role="viewer",
            position="Jäsen",
            evidence="Ote",
            attachment=upload,
            by=world.people[PLAIN],
            now=clock.now(),
        )

    return world.thing("claim", make)


def an_invitation(world: World) -> Any:
    """Return an open invitation whose link is known."""

    def make() -> Any:
        by = world.people["ngo_admin"]
        found = invite(world.organisation, email="uusi@example.org", role="editor", by=by, now=clock.now())
        Invitation.objects.filter(pk=found.pk).update(token_hash=hash_token("lippu"))
        return found

    return world.thing("invitation", make)


def an_account(world: World) -> Any:
    """Return an account number that waits for checking."""
    known = {"organisation": world.organisation, "iban": "FI2112345600000785", "holder": "Yhdistys"}
    by = world.people["ngo_admin"]
    return world.thing("account", lambda: BankAccount.objects.create(**known, entered_at=clock.now(), entered_by=by))


def an_account_with_statement(world: World) -> Any:
    """Return the waiting account with its statement."""
    account = an_account(world)

    def make() -> BankStatement:
        made = BankStatement(account=account)
        made.take(statement(), by=world.people["ngo_admin"], now=clock.now())
        made.save()
        return made

    world.thing("statement", make)
    return account


def a_vault_document(world: World) -> Any:
    """Return the organisation's rules in its vault; they are put back when somebody has removed them."""
    return add_document(
        world.organisation,
        kind="rules",
        year=None,
        upload=statement("saannot.pdf"),
        by=world.people["ngo_admin"],
        now=clock.now(),
    )


def an_import(world: World) -> Any:
    """Return an import that waits for the worker."""
    known = {"file_name": "ote.csv", "extract_on": SINCE, "by": world.people["coordinator"]}
    return world.thing("import", lambda: ImportRun.objects.create(**known, created_at=clock.now()))


def _acting(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk}


def _membership(world: World) -> dict[str, Any]:
    row = world.organisation.memberships.get(user=world.people["ngo_viewer"])
    return {**_acting(world), "pk": row.pk}


def a_handout(world: World) -> Any:
    """Return a hand-out of one activity."""

    def make() -> Any:
        chosen = [an_activity(world).pk]
        nothing = {"unit": None, "life_situation": None, "municipality": None}
        return make_handout(chosen, **nothing, by=AnonymousUser(), now=clock.now())

    return world.thing("handout", make)


def _contact(world: World) -> dict[str, Any]:
    found = world.thing("contact", lambda: make_contact(world.organisation, "Aino Esimerkki", visibility="county"))
    return {**_acting(world), "pk": found.pk}


def _activity(world: World) -> dict[str, Any]:
    return {**_acting(world), "pk": an_activity(world).pk}


ORGANISATIONS: dict[str, Kwargs] = {
    **dict.fromkeys(
        ("organisations:handout", "organisations:handout_pdf"), lambda world: {"key": a_handout(world).key}
    ),
    "organisations:activity": lambda world: {"pk": an_activity(world).pk},
    **dict.fromkeys(
        (
            "organisations:own_activities",
            "organisations:activity_new",
            "organisations:activity_import_new",
            "organisations:activities_confirm",
        ),
        _acting,
    ),
    **dict.fromkeys(("organisations:activity_edit", "organisations:activity_act"), _activity),
    "organisations:statistics_csv": lambda world: {"key": "kunnat"},
    "organisations:detail": lambda world: {"pk": world.organisation.pk},
    "organisations:claim_new": lambda world: {"pk": world.organisation.pk},
    **dict.fromkeys(
        (f"organisations:{name}" for name in ("own", "own_data", "bank_account", "people", "invite", "vault")), _acting
    ),
    **dict.fromkeys(
        (f"organisations:{name}" for name in ("own_data_confirm", "own_timeline", "contacts", "contact_new")), _acting
    ),
    "organisations:own_data_part": lambda world: {**_acting(world), "part": "kuvaus"},
    **dict.fromkeys(("organisations:contact_edit", "organisations:contact_leave"), _contact),
    "organisations:change_role": _membership,
    "organisations:end_membership": _membership,
    "organisations:invitation_withdraw": lambda world: {**_acting(world), "pk": an_invitation(world).pk},
    "organisations:invitation": lambda world: {"token": "lippu"} if an_invitation(world) else {},
    **dict.fromkeys(
        (f"organisations:{name}" for name in ("own_claim", "claim_case", "claim_file")),
        lambda world: {"pk": a_claim(world).pk},
    ),
    "organisations:bank_statement": lambda world: {"pk": an_account_with_statement(world).pk},
    "organisations:vault_add": lambda world: {**_acting(world), "kind": "rules"},
    **dict.fromkeys(
        ("organisations:vault_file", "organisations:vault_remove"),
        lambda world: {**_acting(world), "pk": a_vault_document(world).pk},
    ),
    "organisations:bank_account_case": lambda world: {"pk": an_account(world).pk},
    "organisations:import_report": lambda world: {"pk": an_import(world).pk},
    "organisations:import_progress": lambda world: {"pk": an_import(world).pk},
    "organisations:import_act": lambda world: {"pk": an_import(world).pk},
}


def an_activity(world: World) -> Any:
    """Return an activity that everybody sees."""
    return world.thing("activity", lambda: OpenActivityFactory(organisation=world.organisation))


def a_read_file(world: World) -> Any:
    """Return a file of activities that waits to be looked at."""
    return world.thing(
        "activity_import",
        lambda: ActivityImport.objects.create(
            organisation=world.organisation, file_name="toiminta.csv", rows=[], created_at=clock.now()
        ),
    )


OPEN_DATA: dict[str, Kwargs] = {
    "api:organisation": lambda world: {"id": world.organisation.pk},
    "api:activity": lambda world: {"id": an_activity(world).pk},
    "organisations:lahella_file": lambda world: {"kind": "csv"},
    "organisations:lahella_own": _acting,
    "organisations:activity_import": lambda world: {**_acting(world), "pk": a_read_file(world).pk},
    "organisations:lahella_own_file": lambda world: {**_acting(world), "kind": "json"},
}


def a_message(world: World) -> Any:
    """Return a message to the plain person."""
    return world.thing("message", lambda: make_message(9001, to=world.people[PLAIN], state="sent"))


NOTIFICATIONS: dict[str, Kwargs] = {
    "notifications:own_message": lambda world: {"pk": a_message(world).pk},
    "notifications:message": lambda world: {"pk": a_message(world).pk},
    "notifications:unsubscribe": lambda world: {
        "token": path_for(world.people[PLAIN], "reports.published").rstrip("/").rpartition("/")[2]
    },
}


def a_report(world: World) -> Any:
    """Return a published report that the world's body reads."""

    def make() -> Any:
        Body.objects.filter(pk=world.body.pk).update(reads=["annual_report"])
        return frozen(world.people["coordinator"], 2024)

    return world.thing("report", make)


def a_draft_report(world: World) -> Any:
    """Return a report that is still a draft."""
    return world.thing("draft_report", lambda: collected(world.people["coordinator"], 2025))


REPORTS: dict[str, Kwargs] = {
    **dict.fromkeys(
        (f"reports:{name}" for name in ("report", "report_pdf", "report_csv", "mark_read")),
        lambda world: {"report_id": a_report(world).pk},
    ),
    **dict.fromkeys(
        (f"reports:{name}" for name in ("edit", "progress", "act")),
        lambda world: {"report_id": a_draft_report(world).pk},
    ),
}


def _around_now() -> dict[str, Any]:
    now = clock.now()
    return {"opens_at": now - timedelta(days=5), "closes_at": now + timedelta(days=20)}


def a_call(world: World) -> Any:
    """Return a call that is open now and that the world's body decides."""
    return world.thing("call", lambda: make_call(kind=make_kind(decided_by=world.body), **_around_now()))


def a_question(world: World) -> Any:
    """Return a question about that call."""
    call, asker = a_call(world), world.people[PLAIN]
    return world.thing("question", lambda: ask_question(call, text="Saako?", by=asker, now=clock.now()))


def a_draft_call(world: World) -> Any:
    """Return a call that is being set up."""
    return world.thing(
        "draft_call", lambda: make_call(state="draft", kind=make_kind(decided_by=world.body), **_around_now())
    )


def _draft_call(world: World) -> dict[str, Any]:
    return {"call_id": a_draft_call(world).pk}


def _criterion(world: World) -> dict[str, Any]:
    return {**_draft_call(world), "criterion_id": a_draft_call(world).criteria.first().pk}


def _slot(world: World) -> dict[str, Any]:
    return {**_draft_call(world), "slot_id": a_draft_call(world).attachment_slots.first().pk}


CALLS: dict[str, Kwargs] = {
    **dict.fromkeys((f"grants:{name}" for name in CALL_SETUP.split()), _draft_call),
    "grants:call_attachments_usual": _draft_call,
    "grants:call": lambda world: {"call_id": a_call(world).pk},
    "grants:call_ask": lambda world: {"call_id": a_call(world).pk},
    "grants:questions": lambda world: {"call_id": a_call(world).pk},
    "grants:question_answer": lambda world: {
        "call_id": a_call(world).pk,
        "question_id": a_question(world).pk,
    },
    "grants:call_extend": lambda world: {"call_id": a_call(world).pk},
    "grants:call_cancel": lambda world: {"call_id": a_call(world).pk},
    "grants:call_criterion": _criterion,
    "grants:call_criterion_remove": _criterion,
    "grants:call_attachment": _slot,
    "grants:call_attachment_remove": _slot,
}


def an_application(world: World) -> Any:
    """Return a draft of the world's organisation with its attachments."""
    return world.thing("application", lambda: _application(world, make_application))


def a_sent_application(world: World) -> Any:
    """Return an application that has been sent and can still be changed."""
    return world.thing("sent_application", lambda: _application(world, make_submitted))


def _application(world: World, make: Callable[..., Any]) -> Any:
    call = make_call(kind=make_kind(decided_by=world.body), **_around_now())
    by = world.people["ngo_admin"]
    return make(call=call, organisation=world.organisation, by=by, now=clock.now())


def _draft(world: World) -> dict[str, Any]:
    return {**_acting(world), "application_id": an_application(world).pk}


def _sent(world: World) -> dict[str, Any]:
    return {**_acting(world), "application_id": a_sent_application(world).pk}


APPLICATIONS: dict[str, Kwargs] = {
    "grants:own_applications": _acting,
    "grants:start": lambda world: {**_acting(world), "call_id": a_call(world).pk},
    **dict.fromkeys(
        (f"grants:application{name}" for name in ("", "_attachments", "_review", "_draft_pdf", "_comments")),
        _draft,
    ),
    "grants:application_comment_finish": lambda world: {
        **_draft(world),
        "comment_id": ApplicationComment.objects.create(
            application=an_application(world), text="Lue tämä.", written_at=clock.now()
        ).pk,
    },
    "grants:application_page": lambda world: {
        **_draft(world),
        "page": an_application(world).form_version.definition["pages"][0]["key"],
    },
    "grants:application_attachment": lambda world: {
        **_draft(world),
        "attachment_id": an_application(world).attachments.first().pk,
    },
    **dict.fromkeys(
        (f"grants:application_{name}" for name in ("submitted", "reopen", "withdraw")),
        _sent,
    ),
    "grants:application_receipt": lambda world: {**_sent(world), "number": 1},
}

KWARGS: dict[str, Kwargs] = {
    **ACCOUNTS,
    **PORTAL,
    **BODY_KWARGS,
    **BOOKING_AND_SEASON_KWARGS,
    **POST_KWARGS,
    **MATTER_KWARGS,
    **NETWORK_KWARGS,
    **PREMISES_CALENDAR_KWARGS,
    **NEWSLETTER_KWARGS,
    **PREMISES_ROOM_KWARGS,
    **GOAL_KWARGS,
    **SUPPORT_KWARGS,
    **FORM_KWARGS,
    **FORUM_WHEEL_KWARGS,
    **TRAINING_KWARGS,
    **ROUND_KWARGS,
    **THESIS_KWARGS,
    **ORGANISATIONS,
    **REGISTER,
    **OPEN_DATA,
    **RELATIONS,
    **NOTIFICATIONS,
    **REPORTS,
    **CALLS,
    **APPLICATIONS,
    **GRANTS_HANDLING,
    **CASE_WORK_KWARGS,
    **ALLOCATION_KWARGS,
    **PUBLIC_DATA_KWARGS,
    **ASSIGNMENT_KWARGS,
    **PAPER_KWARGS,
    **OFFICIAL_KWARGS,
    **PARTNER_KWARGS,
    **STATE_AID_KWARGS,
    **FORUM_EVENT_KWARGS,
    **FORUM_SIGN_UP_KWARGS,
    **FIRST_HALF_KWARGS,
    **FORUM_AFTER_KWARGS,
    **GRANTS_MONEY,
    **STATEMENT_KWARGS,
    **NEGOTIATION_KWARGS,
    **TERMS_KWARGS,
    **DECISION_KWARGS,
    **CLAIM_KWARGS,
    **BUNDLE_KWARGS,
    **RECOVERY_KWARGS,
    **AGREEMENT_KWARGS,
    **CHANGE_KWARGS,
    **BATCH_KWARGS,
    **USE_REPORT_KWARGS,
    **REPORT_DOCUMENT_KWARGS,
    **REPORT_TALK_KWARGS,
    **SURVEY_KWARGS,
}
