"""allauth's addresses; where a second factor is gained, the portal's own view stands before allauth's."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.second_factor import activate_totp, add_passkey

urlpatterns: list[URLPattern | URLResolver] = [
    path("2fa/totp/activate/", activate_totp, name="mfa_activate_totp"),
    path("2fa/webauthn/add/", add_passkey, name="mfa_add_webauthn"),
    path("", include("allauth.urls")),
]
