"""Every route of the portal and who gets in. A route without a row fails, and so does a row without a route.

Keys are the names with which views are reversed; a route without a name stands under its path. Object routes
take their arguments from ``objects.py``.
"""

from tests.security.expect import NOBODY, PUBLIC, SIGNED_IN, Expect, only
from tests.security.world import ASSESSOR, BODY, NGO, STAFF

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

DESK = (*STAFF, *BODY, ASSESSOR)

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

ROUTES: dict[str, Expect] = {**ACCOUNTS, **SIGN_IN, **PORTAL, **GRANTS_MONEY}
