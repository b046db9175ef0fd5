"""Addresses of claims for revision: before the body, their files, and claims about changes and recoveries."""

from django.urls import URLPattern, path

from grants.views import claim_meetings, claims, own_decisions

ONE = "hallinta/oikaisuvaatimukset/<int:claim_id>/"
OWN = "omat/<int:organisation_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{ONE}kokous/", claim_meetings.present, name="claim_present"),
    path(f"{ONE}palauta/", claim_meetings.take_back, name="claim_take_back"),
    path("oikaisuvaatimukset/<int:claim_id>/paatos/", claims.target_letter, name="claim_target_letter"),
    path("oikaisuvaatimukset/<int:claim_id>/liite/<int:file_id>/", claims.claim_file, name="claim_file"),
    path(
        "hallinta/muutokset/<int:change_id>/oikaisuvaatimus/", claims.register_of_change, name="change_claim_register"
    ),
    path(
        "hallinta/takaisinperinnat/<int:recovery_id>/oikaisuvaatimus/",
        claims.register_of_recovery,
        name="recovery_claim_register",
    ),
    path(f"{OWN}muutokset/<int:change_id>/oikaisuvaatimus/", own_decisions.change_claim_new, name="change_claim_new"),
    path(
        f"{OWN}takaisinperinnat/<int:recovery_id>/oikaisuvaatimus/",
        own_decisions.recovery_claim_new,
        name="recovery_claim_new",
    ),
]
