"""Addresses of grants: state aid, the applicant's declaration, the officer's mark, the ledger of de minimis aid."""

from django.urls import URLPattern, path

from grants.urls_applicant import ONE
from grants.urls_paper import ONE as PAPER
from grants.views import aid_ledger, aid_register, state_aid, undertakings

DECLARED = f"{ONE}valtiontuki/"
ENTERED = f"{PAPER}valtiontuki/"
LEDGER = "hallinta/vahamerkityksinen-tuki/"
OWN = "omat/<int:organisation_id>/vahamerkityksinen-tuki/"
ONE_NGO = f"{LEDGER}<int:organisation_id>/"

urlpatterns: list[URLPattern] = [
    path(DECLARED, state_aid.declaration, name="application_state_aid"),
    path(f"{DECLARED}uusi/", state_aid.aid_new, name="application_aid_new"),
    path(f"{DECLARED}<int:aid_id>/", state_aid.aid, name="application_aid"),
    path(f"{DECLARED}<int:aid_id>/poista/", state_aid.aid_remove, name="application_aid_remove"),
    path(ENTERED, state_aid.paper_declaration, name="paper_state_aid"),
    path(f"{ENTERED}uusi/", state_aid.paper_aid_new, name="paper_aid_new"),
    path(f"{ENTERED}<int:aid_id>/", state_aid.paper_aid, name="paper_aid"),
    path(f"{ENTERED}<int:aid_id>/poista/", state_aid.paper_aid_remove, name="paper_aid_remove"),
    path(OWN, state_aid.own_ledger, name="own_aid"),
    path(f"{OWN}samaan-yritykseen/uusi/", undertakings.own_new, name="own_aid_link_new"),
    path(f"{OWN}samaan-yritykseen/<int:link_id>/poista/", undertakings.own_remove, name="own_aid_link_remove"),
    path(f"{ONE_NGO}samaan-yritykseen/uusi/", undertakings.new, name="aid_link_new"),
    path(f"{ONE_NGO}samaan-yritykseen/<int:link_id>/poista/", undertakings.remove, name="aid_link_remove"),
    path("hallinta/hakemukset/<int:application_id>/valtiontuki/", aid_ledger.case_aid, name="case_aid"),
    path(LEDGER, aid_ledger.ledger, name="aid_ledger"),
    path(f"{LEDGER}uusi/", aid_ledger.new_of_any, name="aid_new_of_any"),
    path(f"{LEDGER}rekisteri/", aid_register.register, name="aid_register"),
    path(f"{LEDGER}rekisteri/vienti.<str:kind>", aid_register.export, name="aid_export"),
    path(f"{LEDGER}rekisteri/<int:aid_id>/", aid_register.registered, name="aid_registered"),
    path(ONE_NGO, aid_ledger.organisation, name="aid_organisation"),
    path(f"{ONE_NGO}uusi/", aid_ledger.new, name="aid_new"),
    path(f"{ONE_NGO}<int:aid_id>/poista/", aid_ledger.remove, name="aid_remove"),
]
