"""Addresses of grants: a call's terms, the check before publishing, the calendar, followed and planned rounds."""

from django.urls import URLPattern, path

from grants.views import call_calendar, call_checking, call_terms

DRAFT = "hallinta/haut/<int:call_id>/muokkaa/"

urlpatterns: list[URLPattern] = [
    path("avustukset/kalenteri/", call_calendar.calendar, name="call_calendar"),
    path("avustukset/kalenteri.ics", call_calendar.calendar_file, name="call_calendar_file"),
    path("avustukset/seuranta/", call_calendar.follows, name="follows"),
    path("hallinta/haut/suunnitelma/", call_calendar.plan, name="plan"),
    path("hallinta/haut/suunnitelma/uusi/", call_calendar.plan_edit, name="plan_new"),
    path("hallinta/haut/suunnitelma/<int:round_id>/", call_calendar.plan_edit, name="plan_edit"),
    path("hallinta/haut/suunnitelma/<int:round_id>/poista/", call_calendar.plan_remove, name="plan_remove"),
    path("hallinta/haut/<int:call_id>/tarkasta/", call_checking.check, name="call_check"),
    path(f"{DRAFT}pyyda-julkaisua/", call_checking.ask, name="call_ask_publishing"),
    path(f"{DRAFT}ota-pyynto-takaisin/", call_checking.take_back, name="call_take_back_request"),
    path(f"{DRAFT}varaukset/", call_terms.reserves, name="call_reserves"),
    path(f"{DRAFT}varaukset/uusi/", call_terms.reserve, name="call_reserve_new"),
    path(f"{DRAFT}varaukset/<int:reserve_id>/", call_terms.reserve, name="call_reserve"),
    path(f"{DRAFT}varaukset/<int:reserve_id>/poista/", call_terms.reserve_remove, name="call_reserve_remove"),
    path(f"{DRAFT}talousarvio/", call_terms.budget, name="call_budget"),
    path(f"{DRAFT}kutsutut/", call_terms.invitations, name="call_invitations"),
    path(f"{DRAFT}kutsutut/<int:invitation_id>/peru/", call_terms.invitation_remove, name="call_invitation_remove"),
]
