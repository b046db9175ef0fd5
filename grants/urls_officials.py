"""Addresses of grants: what an office-holder decides, laying a call before one, and who they are."""

from django.urls import URLPattern, path

from grants.urls_handling import CALL
from grants.views import official_posts, officials

urlpatterns: list[URLPattern] = [
    path(f"{CALL}viranhaltijalle/", officials.lay, name="call_lay"),
    path(f"{CALL}viranhaltijalta/", officials.take_back, name="call_take_back_laid"),
    path("hallinta/viranhaltija/", officials.waiting, name="official"),
    path("hallinta/viranhaltija/haut/<int:call_id>/", officials.call, name="official_call"),
    path("hallinta/viranhaltija/hakemukset/<int:application_id>/", officials.case, name="official_case"),
    path("hallinta/paattajat/", official_posts.officials, name="officials"),
    path("hallinta/paattajat/<int:official_id>/paata/", official_posts.end, name="official_end"),
]
