"""One's own roles and details, the second factor's explanation, and the administrator's pages."""

from django.urls import URLPattern, path

from accounts.views import administration, own

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("tili/toinen-tunniste/", own.second_factor_needed, name="second_factor"),
    path("omat/roolit/", own.my_roles, name="my_roles"),
    path("omat/tiedot/", own.details, name="details"),
    path("omat/tiedot/lataa/", own.download, name="download"),
    path("hallinta/kayttajat/", administration.users, name="users"),
    path("hallinta/kayttajat/<int:user_id>/", administration.user_page, name="user"),
    path("hallinta/kayttajat/<int:user_id>/uusi-rooli/", administration.grant, name="grant_role"),
    path("hallinta/oikeudet/", administration.rights, name="rights"),
    path("hallinta/oikeudet/<int:role_id>/paata/", administration.end, name="end_role"),
]
