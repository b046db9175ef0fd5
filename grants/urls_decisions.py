"""Addresses of grants: decisions that hold. They stand before the applicant's catch-all page of an application."""

from django.urls import URLPattern, path

from grants.views import claims, decision_texts, own_decisions, phrases

CALL = "hallinta/haut/<int:call_id>/paatokset/"
DECISION = "hallinta/paatokset/<int:decision_id>/"
CLAIM = "hallinta/oikaisuvaatimukset/<int:claim_id>/"
OWN = "omat/<int:organisation_id>/"
ONE = f"{OWN}hakemukset/<int:application_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{ONE}avustus/", own_decisions.answer, name="grant_answer"),
    path(f"{ONE}oikaisuvaatimus/", own_decisions.claim_new, name="claim_new"),
    path(f"{OWN}oikaisuvaatimukset/<int:claim_id>/", own_decisions.own_claim, name="own_claim"),
    path(f"{CALL}poytakirja/", decision_texts.publication, name="decisions_publication"),
    path(f"{CALL}tulosta/", decision_texts.to_print, name="decisions_print"),
    path(f"{DECISION}muokkaa/", decision_texts.edit, name="decision_edit"),
    path(f"{DECISION}korjaa/", decision_texts.correct, name="decision_correct"),
    path(f"{DECISION}oikaisuvaatimus/", claims.register, name="claim_register"),
    path("paatokset/<int:decision_id>/versio/<int:number>/", decision_texts.version, name="decision_version"),
    path("hallinta/oikaisuvaatimukset/", claims.claims, name="claims"),
    path(CLAIM, claims.claim, name="claim"),
    path(f"{CLAIM}esitys/", claims.propose, name="claim_propose"),
    path(f"{CLAIM}ratkaisu/", claims.decide, name="claim_decide"),
    path(f"{CLAIM}valitus/", claims.appeal, name="claim_appeal"),
    path(f"{CLAIM}hallinto-oikeus/", claims.court, name="claim_court"),
    path("oikaisuvaatimukset/<int:claim_id>/kirje/", claims.letter, name="claim_letter"),
    path("hallinta/fraasit/", phrases.phrases, name="phrases"),
    path("hallinta/fraasit/uusi/", phrases.new, name="phrase_new"),
    path("hallinta/fraasit/<int:phrase_id>/", phrases.edit, name="phrase"),
    path("hallinta/fraasit/<int:phrase_id>/poista/", phrases.remove, name="phrase_remove"),
]
