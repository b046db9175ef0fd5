"""Addresses of grants: handling, from the closed call to the served decision."""

from django.urls import URLPattern, path

from grants.views import assessing, case, committee, deciding, handling, municipal, proposing

CALL = "hallinta/haut/<int:call_id>/"
CASE = "hallinta/hakemukset/<int:application_id>/"

urlpatterns: list[URLPattern] = [
    path(CALL, handling.call_handling, name="call_handling"),
    path(f"{CALL}aloita/", handling.open_call, name="call_open_handling"),
    path(f"{CALL}arvioijat/", handling.assessors, name="call_assessors"),
    path(f"{CALL}arvioijat/<int:assignment_id>/paata/", handling.assessor_end, name="call_assessor_end"),
    path(f"{CALL}hakemukset.csv", handling.export_csv, name="call_cases_csv"),
    path(f"{CALL}hakemukset.xlsx", handling.export_xlsx, name="call_cases_xlsx"),
    path(f"{CALL}esitys/", proposing.proposals, name="proposals"),
    path(f"{CALL}esittele/", committee.present, name="call_present"),
    path(f"{CALL}palauta/", committee.take_back_call, name="call_take_back"),
    path(f"{CALL}paatokset/", deciding.decisions, name="decisions"),
    path(f"{CALL}paatokset/kirjaa/", deciding.record, name="decisions_record"),
    path(f"{CALL}paatokset/tiedoksi/", deciding.issue, name="decisions_issue"),
    path(CASE, case.case, name="case"),
    path(f"{CASE}arviointi/", case.assessments, name="case_assessments"),
    path(f"{CASE}liitteet/", case.files, name="case_files"),
    path(f"{CASE}liitteet/<int:attachment_id>/", case.download, name="case_file"),
    path(f"{CASE}historia/", case.history, name="case_history"),
    path(f"{CASE}esteellisyys/", case.declare, name="declare"),
    path(f"{CASE}esitys/", proposing.proposal, name="propose"),
    path("hallinta/arvioinnit/", assessing.assessments, name="assessments"),
    path("hallinta/arvioinnit/<int:application_id>/", assessing.assess, name="assess"),
    path("hallinta/esteellisyys/<int:call_id>/", case.declare_many, name="declare_many"),
    path("omat/kunta/<str:code>/hakemukset/", municipal.opinions, name="municipal"),
    path("kokoukset/haku/<int:call_id>/", committee.call, name="committee_call"),
    path("kokoukset/hakemus/<int:application_id>/", committee.case, name="committee_case"),
    path("paatokset/<int:decision_id>/kirje/", deciding.letter, name="decision_letter"),
]
