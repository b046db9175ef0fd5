"""How allauth meets the portal: Finnish words, mail through the outbox, the person's own language."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import mail
from accounts.middleware import SEEN
from accounts.models import User
from accounts.roles import roles_in_force
from accounts.second_factor import FACTORS
from common import clock

# The one link of each message, by the name that allauth gives it, and the words of its button.
LINKS = {
    "activate_url": _("Vahvista sähköpostiosoite"),
    "password_reset_url": _("Aseta uusi salasana"),
    "signup_url": _("Luo käyttäjätunnus"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in and sign-up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Tämä käyttäjätunnus ei ole käytössä."),
        "cannot_remove_primary_email": _("Ensisijaista sähköpostiosoitetta ei voi poistaa. Valitse ensin toinen."),
        "duplicate_email": _("Tämä sähköpostiosoite on jo liitetty tunnukseesi."),
        "email_password_mismatch": _("Sähköpostiosoite tai salasana on väärin. Tarkista ne ja yritä uudelleen."),
        "email_taken": _("Tällä sähköpostiosoitteella on jo käyttäjätunnus."),
        "enter_current_password": _("Nykyinen salasana on väärin. Kirjoita se uudelleen."),
        "incorrect_code": _("Koodi on väärin tai vanhentunut. Odota seuraavaa koodia ja yritä uudelleen."),
        "incorrect_password": _("Salasana on väärin. Kirjoita se uudelleen."),
        "invalid_login": _("Kirjautuminen ei onnistunut. Aloita alusta."),
        "invalid_or_expired_key": _("Linkki on vanhentunut tai jo käytetty. Pyydä uusi."),
        "invalid_password_reset": _("Linkki on vanhentunut tai jo käytetty. Pyydä uusi."),
        "max_email_addresses": _("Tunnukseen voi liittää enintään %d sähköpostiosoitetta."),
        "rate_limited": _("Yrityksiä on ollut liian monta. Odota hetki ja yritä uudelleen."),
        "same_as_current": _("Kirjoita eri arvo kuin nykyinen."),
        "too_many_login_attempts": _("Kirjautumista on yritetty liian monta kertaa. Odota viisi minuuttia."),
        "unverified_primary_email": _("Vahvista ensin ensisijainen sähköpostiosoitteesi."),
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save a new user with the name and language of the sign-up form."""
        user.full_name = form.cleaned_data.get("full_name", "")
        user.language = form.cleaned_data.get("language") or translation.get_language() or "fi"
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in: Django gives the session a new key; the idle clock starts."""
        super().login(request, user)
        request.session[SEEN] = int(clock.now().timestamp())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Go on in the person's own language, whatever language the sign-in page had."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if "Location" in response:
            response["Location"] = translate_url(response["Location"], user.language)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's message into the outbox, in the receiver's language; such mail cannot be declined."""
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = (user.language if user else translation.get_language()) or "fi"
        with translation.override(language):
            words = {**context, "email": email, "portal": "Yhdyspinta"}
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
            body = render_to_string(f"{template_prefix}_message.txt", words).strip()
            link = next((key for key in LINKS if context.get(key)), "")
            button = str(LINKS[link]) if link else ""
        with transaction.atomic():
            mail.queue(
                kind=f"account.{template_prefix.rpartition('/')[2]}",
                to=user if user and user.email.lower() == email.lower() else email,
                subject=subject,
                template="account/email/queued",
                context={"subject": subject, "body": body, "link": context.get(link, ""), "button": button},
                dedup_key=f"account:{uuid.uuid4()}",
                language=language,
                required=True,
                secret=bool(link),
            )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP, passkeys and recovery codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Sähköpostiosoitetta ei voi lisätä, kun kaksivaiheinen tunnistautuminen on käytössä."),
        "cannot_delete_authenticator": _(
            "Roolisi vaatii kaksivaiheisen tunnistautumisen, joten viimeistä tunnistautumistapaa ei voi poistaa. "
            "Lisää ensin toinen."
        ),
        "cannot_generate_recovery_codes": _("Ota ensin kaksivaiheinen tunnistautuminen käyttöön."),
        "incorrect_code": _("Koodi on väärin tai jo käytetty. Odota seuraavaa koodia ja yritä uudelleen."),
        "unverified_email": _("Vahvista ensin sähköpostiosoitteesi."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last second factor of a person whose role needs one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        if others.exclude(pk=authenticator.pk).exists():
            return True
        return not any(role.needs_second_factor for role in roles_in_force(authenticator.user, clock.now()))

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Suggest a name for a new key."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(_("Avain %(number)s") % {"number": count + 1})
