"""Who may open a page at all, before any policy is asked. What is not marked is not public.

``public_page`` marks a view that anyone may open; ``sign_in_required`` says aloud what is true of every
other view: a stranger is sent to sign in, and whoever handles other people's matters needs the second factor.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any

from django.urls import ResolverMatch


class Access(Enum):
    """What a page asks of the person before its own policy."""

    PUBLIC = "public"
    ENTRANCE = "entrance"  # signing in, signing up, resetting: open to all, and handles its own state
    FIRST_FACTOR = "first_factor"  # signed in, the second factor not needed yet
    FULL = "full"


View = Callable[..., Any]

# Views of allauth and Django, which cannot carry our mark.
ENTRANCE_NAMES = frozenset(
    {
        "account_login",
        "account_signup",
        "account_inactive",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_confirm_login_code",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "set_language",
    }
)
# Getting the second factor, proving it, and leaving. Recovery codes are not among them: they are a second factor.
FIRST_FACTOR_NAMES = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "accounts:second_factor",
    }
)


def _marked[V: View](view: V, access: Access) -> V:
    view.access = access  # type: ignore[attr-defined]
    return view


def public_page[V: View](view: V) -> V:
    """Mark a view that anyone may open without signing in (``@public_page``, or around ``View.as_view()``)."""
    return _marked(view, Access.PUBLIC)


def sign_in_required[V: View](view: V) -> V:
    """Mark a view that only signed-in people may open. It is the default; the mark says it to the reader."""
    return _marked(view, Access.FULL)


def access_of(match: ResolverMatch | None) -> Access:
    """Return what the matched page asks; an unmarked view asks everything."""
    if match is None:
        return Access.FULL
    marked = getattr(match.func, "access", None)
    if isinstance(marked, Access):
        return marked
    if match.view_name in ENTRANCE_NAMES:
        return Access.ENTRANCE
    if match.view_name in FIRST_FACTOR_NAMES:
        return Access.FIRST_FACTOR
    return Access.FULL
