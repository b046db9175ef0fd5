"""Every route of the portal and who gets in. A route without a row fails, and so does a row without a route.

Keys are the names with which views are reversed; a route without a name stands under its path. Object routes
take their arguments from ``objects.py``.
"""

from tests.security.agreements import AGREEMENT_ROUTES
from tests.security.allocation import ALLOCATION_ROUTES
from tests.security.assignments import ASSIGNMENT_ROUTES
from tests.security.bodies import BODY_ROUTES
from tests.security.bookings import BOOKING_ROUTES
from tests.security.case_bundles import BUNDLE_ROUTES
from tests.security.case_work import CASE_WORK_ROUTES
from tests.security.changes import CHANGE_ROUTES
from tests.security.claims import CLAIM_ROUTES
from tests.security.decisions import DECISION_ROUTES
from tests.security.expect import NOBODY, PUBLIC, PUBLIC_POST, SIGNED_IN, SIGNED_IN_POST, Expect, only
from tests.security.first_half import FIRST_HALF_ROUTES
from tests.security.forms import FORM_ROUTES
from tests.security.forum_after import FORUM_AFTER_ROUTES
from tests.security.forum_events import FORUM_EVENT_ROUTES
from tests.security.forum_sign_ups import FORUM_SIGN_UP_ROUTES
from tests.security.forum_wheel import FORUM_WHEEL_ROUTES
from tests.security.goals import GOAL_ROUTES
from tests.security.matters import MATTER_ROUTES
from tests.security.negotiations import NEGOTIATION_ROUTES
from tests.security.networks import NETWORK_ROUTES
from tests.security.newsletters import NEWSLETTER_ROUTES
from tests.security.officials import OFFICIAL_ROUTES
from tests.security.paper import PAPER_ROUTES
from tests.security.partners import PARTNER_ROUTES
from tests.security.payment_batches import BATCH_ROUTES
from tests.security.posts import POST_ROUTES
from tests.security.premises_calendars import PREMISES_CALENDAR_ROUTES
from tests.security.premises_figures import PREMISES_FIGURE_ROUTES
from tests.security.premises_rooms import PREMISES_ROOM_ROUTES
from tests.security.public_data import PUBLIC_DATA_ROUTES
from tests.security.recoveries import RECOVERY_ROUTES
from tests.security.reports_documents import REPORT_DOCUMENT_ROUTES
from tests.security.reports_talk import REPORT_TALK_ROUTES
from tests.security.rounds import ROUND_ROUTES
from tests.security.seasons import SEASON_ROUTES
from tests.security.state_aid import STATE_AID_ROUTES
from tests.security.statements import STATEMENT_ROUTES
from tests.security.support import SUPPORT_ROUTES
from tests.security.surveys import SURVEY_ROUTES
from tests.security.terms import TERMS_ROUTES
from tests.security.theses import THESIS_ROUTES
from tests.security.trainings import TRAINING_ROUTES
from tests.security.use_reports import USE_REPORT_ROUTES
from tests.security.world import ASSESSOR, BODY, LIAISON, NGO, OFFICIAL, PLAIN, STAFF

ACCOUNTS: dict[str, Expect] = {
    "accounts:second_factor": SIGNED_IN,
    "accounts:my_roles": SIGNED_IN,
    "accounts:details": SIGNED_IN,
    "accounts:download": SIGNED_IN,
    "accounts:users": only("administrator", "auditor"),
    "accounts:user": only("administrator", "auditor"),
    "accounts:grant_role": only("administrator"),
    "accounts:rights": only("administrator", "auditor"),
    "accounts:end_role": only("administrator"),
}

SIGN_IN: dict[str, Expect] = {
    "account_login": PUBLIC,
    "account_signup": PUBLIC,
    "account_inactive": PUBLIC,
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_confirm_login_code": PUBLIC,
    "account_logout": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": NOBODY,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_view_recovery_codes": NOBODY,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": NOBODY,
}

DESK = (*STAFF, *BODY, ASSESSOR, *LIAISON, OFFICIAL)

PORTAL: dict[str, Expect] = {
    "/health/live": PUBLIC,
    "/health/ready": PUBLIC,
    "portal:front": PUBLIC,
    "portal:search": PUBLIC,
    "portal:accessibility": PUBLIC,
    "portal:privacy": PUBLIC,
    "portal:feedback": PUBLIC,
    "portal:next": SIGNED_IN,
    "portal:desk": only(*DESK, else_to="/omat/"),
    "portal:gallery": PUBLIC,
    # The mail catcher is not there outside the demonstration (tests/portal/test_mailbox.py).
    "portal:mailbox": NOBODY,
    "portal:mailbox_message": NOBODY,
    "portal:mailbox_attachment": NOBODY,
}

MONEY = ("coordinator", "payments_clerk", "auditor")
EDITORS = ("ngo_admin", "ngo_editor", "ngo_signatory")

GRANTS_MONEY: dict[str, Expect] = {
    "grants:payments": only(*MONEY),
    "grants:payments_export": only(*MONEY),
    "grants:payment": only(*MONEY),
    "grants:plan_payment": only("coordinator"),
    "grants:plan_many": only("coordinator", method="post"),
    "grants:release_many": only("payments_clerk", method="post"),
    "grants:remind_accounts": only("coordinator", "payments_clerk", method="post"),
    "grants:own_payments": only(*NGO),
    "grants:use_reports": only(*MONEY, "registrar"),
    "grants:use_reports_export": only(*MONEY, "registrar"),
    "grants:officer_report": only(*MONEY, "registrar"),
    "grants:report_file": only(*MONEY, "registrar"),
    "grants:own_use_reports": only(*NGO),
    "grants:use_report": only(*NGO),
    "grants:use_report_add_file": only(*EDITORS, method="post"),
    "grants:use_report_remove_file": only(*EDITORS),
    "grants:own_report_file": only(*NGO),
}

COORDINATOR = "coordinator"
SETTERS = ("coordinator", "administrator")

COUNTY: dict[str, Expect] = {"county:settings": only(*SETTERS), "county:inhabitants": only(*SETTERS)}

ORGANISATIONS: dict[str, Expect] = {
    "organisations:organisations": PUBLIC,
    "organisations:export": PUBLIC,
    "organisations:export_xlsx": PUBLIC,
    "organisations:statistics": PUBLIC,
    "organisations:statistics_csv": PUBLIC,
    "organisations:detail": PUBLIC,
    "organisations:claim_new": SIGNED_IN,
    "organisations:own_claim": only(PLAIN),
    "organisations:own": only(*NGO),
    "organisations:activity": PUBLIC,
    "organisations:finder": PUBLIC,
    "organisations:contact_finder": PUBLIC,
    "organisations:handout_new": PUBLIC_POST,
    "organisations:handout": PUBLIC,
    "organisations:handout_pdf": PUBLIC,
    "organisations:handout_statistics": only(COORDINATOR, "auditor"),
    "organisations:handout_statistics_csv": only(COORDINATOR, "auditor"),
    "organisations:own_activities": only(*NGO),
    "organisations:activity_new": only("ngo_admin", "ngo_editor", COORDINATOR),
    "organisations:activity_import_new": only("ngo_admin", "ngo_editor", COORDINATOR),
    "organisations:activity_import": only("ngo_admin", "ngo_editor", COORDINATOR),
    "organisations:activity_edit": only("ngo_admin", "ngo_editor", COORDINATOR),
    "organisations:activity_act": only("ngo_admin", "ngo_editor", COORDINATOR, method="post"),
    "organisations:activities_confirm": only("ngo_admin", "ngo_editor", COORDINATOR, method="post"),
    "organisations:own_data": only("ngo_admin", "ngo_editor"),
    "organisations:own_data_part": only("ngo_admin", "ngo_editor"),
    "organisations:own_data_confirm": only("ngo_admin", "ngo_editor", method="post"),
    "organisations:own_timeline": only(*NGO),
    "organisations:contacts": only(*NGO),
    "organisations:contact_new": only("ngo_admin", "ngo_editor"),
    "organisations:contact_edit": only("ngo_admin", "ngo_editor"),
    "organisations:contact_leave": only("ngo_admin", "ngo_editor"),
    "organisations:bank_account": only("ngo_admin", "ngo_signatory"),
    "organisations:people": only(*NGO),
    "organisations:invite": only("ngo_admin"),
    "organisations:change_role": only("ngo_admin"),
    "organisations:end_membership": only("ngo_admin", "ngo_viewer"),
    "organisations:invitation_withdraw": only("ngo_admin", method="post"),
    "organisations:invitation": PUBLIC,
    "organisations:claims": only(COORDINATOR, "auditor"),
    "organisations:claim_case": only(COORDINATOR, "auditor"),
    "organisations:claim_file": only(COORDINATOR, "auditor", PLAIN),
    "organisations:bank_statement": only("ngo_admin", "ngo_signatory", COORDINATOR, "payments_clerk", "auditor"),
    "organisations:vault": only(*NGO, COORDINATOR, "auditor"),
    "organisations:vault_file": only(*NGO, COORDINATOR, "auditor"),
    "organisations:vault_add": only("ngo_admin", "ngo_signatory", "ngo_editor", COORDINATOR),
    "organisations:vault_remove": only("ngo_admin", "ngo_signatory", "ngo_editor", COORDINATOR, method="post"),
    "organisations:bank_accounts": only(COORDINATOR, "payments_clerk", "auditor"),
    "organisations:bank_account_case": only(COORDINATOR, "payments_clerk", "auditor"),
    "organisations:register": only(COORDINATOR, "registrar"),
    "organisations:import_report": only(COORDINATOR, "registrar"),
    "organisations:import_progress": only(COORDINATOR, "registrar"),
    "organisations:import_act": only(COORDINATOR, "registrar", method="post"),
    "organisations:organisation_new": only(COORDINATOR, "registrar"),
    "organisations:reviews": only(COORDINATOR, "registrar"),
    "organisations:review": only(COORDINATOR, "registrar"),
    "organisations:review_file": only(COORDINATOR, "registrar", *NGO),
    "organisations:own_reviews": only(*NGO),
    "organisations:report_error": only("ngo_admin", "ngo_editor"),
    "organisations:own_review": only(*NGO),
    "organisations:duplicates": only(COORDINATOR, "registrar"),
    "organisations:pick_pair": only(COORDINATOR, "registrar"),
    "organisations:compare": only(COORDINATOR, "registrar"),
    "organisations:merge": only(COORDINATOR, "registrar"),
    "organisations:merges": only(COORDINATOR, "registrar", "auditor"),
    "organisations:merge_journal": only(COORDINATOR, "registrar", "auditor"),
    "organisations:merge_undo": only(COORDINATOR, "registrar"),
}

API = (
    "openapi organisations organisations_csv organisation activities activities_csv activity service_tray "
    "municipalities sectors themes target_groups life_situations events event"
)

OPEN_DATA: dict[str, Expect] = {
    **{f"api:{name}": PUBLIC for name in API.split()},
    "organisations:open_data": PUBLIC,
    "organisations:data_dictionary": PUBLIC,
    "organisations:lahella": only(COORDINATOR),
    "organisations:lahella_file": only(COORDINATOR),
    "organisations:lahella_own": only(*NGO),
    "organisations:lahella_own_file": only(*NGO),
}

COUNTY_READERS = (COORDINATOR, "registrar", "auditor")
COUNTY_WORKERS = (COORDINATOR, "registrar")

RELATIONS: dict[str, Expect] = {
    "organisations:code": PUBLIC,
    "organisations:hand_over_new": only("ngo_admin"),
    "organisations:hand_over": only("ngo_admin", "ngo_editor"),
    "organisations:hand_over_cancel": only("ngo_admin", method="post"),
    "organisations:own_observations": only(*NGO),
    "organisations:own_observation": only(*NGO),
    "organisations:county_list": only(*COUNTY_READERS),
    "organisations:county_page": only(*COUNTY_READERS),
    "organisations:note": only(*COUNTY_WORKERS),
    "organisations:paper_claim": only(*COUNTY_WORKERS),
    "organisations:look_new": only(*COUNTY_WORKERS),
    "organisations:look": only(COORDINATOR),  # who opened it, nobody else
    "organisations:verification_new": only(*COUNTY_WORKERS),
    "organisations:verifications": only(*COUNTY_READERS),
    "organisations:verification": only(*COUNTY_READERS),
    "organisations:sheets": only(*COUNTY_READERS),
    "organisations:sheet": only(*COUNTY_READERS),
    "organisations:observation_new": only(*COUNTY_WORKERS),
    "organisations:observations": only(*COUNTY_READERS),
    "organisations:observation": only(*COUNTY_READERS),
    "organisations:campaigns": only(COORDINATOR, "auditor"),
    "organisations:campaign_new": only(COORDINATOR),
    "organisations:campaign": only(COORDINATOR, "auditor"),
    "organisations:campaign_edit": only(COORDINATOR),
    "organisations:letter_preview": only(COORDINATOR, "auditor"),
    "organisations:campaign_act": only(COORDINATOR, method="post"),
    "organisations:campaign_remind": only(COORDINATOR),
    "organisations:campaign_progress": only(COORDINATOR, "auditor"),
    "organisations:campaign_export": only(COORDINATOR, "auditor"),
    "organisations:letters": only(COORDINATOR),
    "organisations:letters_printed": only(COORDINATOR, method="post"),
    "organisations:mailings": only(COORDINATOR, "auditor"),
    "organisations:mailing_new": only(COORDINATOR),
    "organisations:mailing": only(COORDINATOR, "auditor"),
    "organisations:mailing_edit": only(COORDINATOR),
    "organisations:mailing_act": only(COORDINATOR, method="post"),
    "organisations:mailing_progress": only(COORDINATOR, "auditor"),
}

NOTIFICATIONS: dict[str, Expect] = {
    "notifications:own": SIGNED_IN,
    "notifications:preferences": SIGNED_IN,
    "notifications:own_message": only(PLAIN),
    "notifications:unsubscribe": PUBLIC,
    "notifications:messages": only(*SETTERS, "auditor"),
    "notifications:message": only(*SETTERS, "auditor"),
    # Nothing chosen: everybody is asked to choose first. With a message the verb asks its own policy.
    "notifications:act": SIGNED_IN_POST,
}

REPORTS: dict[str, Expect] = {
    "reports:reports": PUBLIC,
    "reports:report": PUBLIC,
    "reports:report_pdf": PUBLIC,
    "reports:report_csv": PUBLIC,
    "reports:mark_read": only(*BODY, method="post"),
    "reports:manage": only(COORDINATOR),
    "reports:edit": only(COORDINATOR),
    "reports:progress": only(COORDINATOR),
    "reports:act": only(COORDINATOR, method="post"),
}

CALL_SETUP = (
    "call_edit call_edit_basics call_edit_money call_edit_guide call_edit_criteria call_criterion_new call_criterion "
    "call_criterion_remove call_edit_attachments call_attachment_new call_attachment call_attachment_remove "
    "call_edit_form call_preview call_publish call_extend call_cancel call_copy"
)

CALLS: dict[str, Expect] = {
    "grants:calls": PUBLIC,
    "grants:call": PUBLIC,
    "grants:call_ask": SIGNED_IN,
    "grants:questions": only(COORDINATOR),
    "grants:question_answer": only(COORDINATOR),
    "grants:call_list": only(COORDINATOR, "registrar", "auditor"),
    "grants:call_new": only(COORDINATOR),
    "grants:call_attachments_usual": only(COORDINATOR, method="post"),
    **{f"grants:{name}": only(COORDINATOR) for name in CALL_SETUP.split()},
}

APPLICATIONS: dict[str, Expect] = {
    "grants:own_applications": only(*NGO),
    # Who may not start, change or withdraw is led back with a sentence; the verbs ask their own policies.
    "grants:start": only(*NGO, method="post"),
    "grants:application": only(*NGO),
    "grants:application_page": only(*NGO),
    "grants:application_attachments": only(*NGO),
    "grants:application_attachment": only(*NGO),
    "grants:application_review": only(*NGO),
    "grants:application_draft_pdf": only(*NGO),
    "grants:application_comments": only(*NGO),
    "grants:application_comment_finish": only(*NGO, method="post"),
    "grants:application_submitted": only(*NGO),
    "grants:application_receipt": only(*NGO),
    "grants:application_reopen": only(*NGO),
    "grants:application_withdraw": only(*NGO),
}

READERS = (COORDINATOR, "registrar", "auditor")
# While the call is in handling its proposals are drafts: of the body's people only the presenter sees them.
PREPARING = (*READERS, "presenter")
BEFORE_BODY = (*READERS, "presenter", "secretary")
WHOLE_CASE = (*READERS, *BODY, ASSESSOR)

GRANTS_HANDLING: dict[str, Expect] = {
    "grants:call_handling": only(*PREPARING),
    "grants:call_open_handling": only(COORDINATOR, method="post"),
    "grants:call_assessors": only(COORDINATOR),
    "grants:call_assessor_end": only(COORDINATOR, method="post"),
    "grants:call_cases_csv": only(*PREPARING),
    "grants:call_cases_xlsx": only(*PREPARING),
    "grants:proposals": only(*PREPARING),
    "grants:propose": only(COORDINATOR),
    "grants:call_present": only("presenter"),
    "grants:call_take_back": only("presenter", method="post"),
    "grants:decisions": only(*BEFORE_BODY),
    "grants:decisions_record": only("registrar", "secretary"),
    # Who has nothing to serve is led back to the decisions; the verb asks its own policy.
    "grants:decisions_issue": only(*BEFORE_BODY),
    **{f"grants:{name}": only(*WHOLE_CASE) for name in ["case", "case_assessments", "case_files", "case_file"]},
    "grants:case_history": only(*WHOLE_CASE),
    "grants:declare": only(*PREPARING, ASSESSOR),
    "grants:declare_many": only(*PREPARING, ASSESSOR, method="post"),
    # The list is everybody's and empty for who assesses nothing.
    "grants:assessments": SIGNED_IN,
    "grants:assess": only(ASSESSOR),
    "grants:committee_call": only(*BODY),
    "grants:committee_case": only(*BODY),
    "grants:municipal": only("liaison_municipal"),
    "grants:decision_letter": only(*NGO, *WHOLE_CASE, "payments_clerk"),
}

ROUTES: dict[str, Expect] = {
    **ACCOUNTS,
    **SIGN_IN,
    **PORTAL,
    **COUNTY,
    **BODY_ROUTES,
    **BOOKING_ROUTES,
    **SEASON_ROUTES,
    **POST_ROUTES,
    **MATTER_ROUTES,
    **NETWORK_ROUTES,
    **PREMISES_CALENDAR_ROUTES,
    **NEWSLETTER_ROUTES,
    **PREMISES_ROOM_ROUTES,
    **GOAL_ROUTES,
    **PREMISES_FIGURE_ROUTES,
    **SUPPORT_ROUTES,
    **FORM_ROUTES,
    **FORUM_WHEEL_ROUTES,
    **TRAINING_ROUTES,
    **ROUND_ROUTES,
    **THESIS_ROUTES,
    **ORGANISATIONS,
    **OPEN_DATA,
    **RELATIONS,
    **NOTIFICATIONS,
    **REPORTS,
    **CALLS,
    **APPLICATIONS,
    **GRANTS_HANDLING,
    **CASE_WORK_ROUTES,
    **ALLOCATION_ROUTES,
    **ASSIGNMENT_ROUTES,
    **GRANTS_MONEY,
    **STATEMENT_ROUTES,
    **NEGOTIATION_ROUTES,
    **TERMS_ROUTES,
    **DECISION_ROUTES,
    **CLAIM_ROUTES,
    **BUNDLE_ROUTES,
    **RECOVERY_ROUTES,
    **AGREEMENT_ROUTES,
    **CHANGE_ROUTES,
    **BATCH_ROUTES,
    **PUBLIC_DATA_ROUTES,
    **PAPER_ROUTES,
    **OFFICIAL_ROUTES,
    **PARTNER_ROUTES,
    **STATE_AID_ROUTES,
    **FORUM_EVENT_ROUTES,
    **FORUM_SIGN_UP_ROUTES,
    **FIRST_HALF_ROUTES,
    **FORUM_AFTER_ROUTES,
    **USE_REPORT_ROUTES,
    **REPORT_DOCUMENT_ROUTES,
    **REPORT_TALK_ROUTES,
    **SURVEY_ROUTES,
}
