"""Addresses of grants: recoveries, the officers' and the organisation's own."""

from django.urls import URLPattern, path

from grants.views import own_recoveries, recoveries

ONE = "hallinta/takaisinperinnat/<int:recovery_id>/"
OWN = "omat/<int:organisation_id>/takaisinperinnat/"
urlpatterns: list[URLPattern] = [
    path("hallinta/takaisinperinnat/", recoveries.recoveries, name="recoveries"),
    path("hallinta/takaisinperinnat/luettelo.csv", recoveries.export, name="recoveries_csv"),
    path("hallinta/paatokset/<int:decision_id>/takaisinperinta/", recoveries.new, name="recovery_new"),
    path(ONE, recoveries.recovery, name="recovery"),
    path(f"{ONE}kuule/", recoveries.hear, name="recovery_hear"),
    path(f"{ONE}paatos/", recoveries.decide, name="recovery_decide"),
    path(f"{ONE}lopeta/", recoveries.end, name="recovery_end"),
    path(f"{ONE}suoritus/", recoveries.repay, name="recovery_repay"),
    path(f"{ONE}erat/", recoveries.parts, name="recovery_parts"),
    path(f"{ONE}ulosotto/", recoveries.to_enforcement, name="recovery_enforce"),
    path(f"{ONE}paatos.pdf", recoveries.letter, name="recovery_letter"),
    path(OWN, own_recoveries.own_list, name="own_recoveries"),
    path(f"{OWN}<int:recovery_id>/", own_recoveries.own_recovery, name="own_recovery"),
]
