"""Addresses of grants: negotiations, co-funders and continuity, on the county's and the organisation's side."""

from django.urls import URLPattern, path

from grants.urls_applicant import ONE
from grants.urls_handling import CASE
from grants.views import cofunding as funding
from grants.views import negotiations as county
from grants.views import own_cofunding as own_funding
from grants.views import own_negotiations as own

_CASE = f"{CASE}neuvottelu/"
_OWN = f"{ONE}neuvottelu/"
_FUNDING = f"{CASE}rahoittajat/"
_OWN_FUNDING = f"{ONE}rahoittajat/"

urlpatterns: list[URLPattern] = [
    path("hallinta/neuvottelut/", county.negotiations, name="negotiations"),
    path(_CASE, county.negotiation, name="negotiation"),
    path(f"{_CASE}versio/", county.negotiation_version_new, name="negotiation_version_new"),
    path(f"{_CASE}versio/<int:number>/", county.negotiation_version, name="negotiation_version"),
    path(f"{_CASE}osallistujat/", county.negotiation_participants, name="negotiation_participants"),
    path(f"{_CASE}tapaaminen/", county.negotiation_meeting_new, name="negotiation_meeting_new"),
    path(f"{_CASE}tapaaminen/<int:meeting_id>/", county.negotiation_meeting, name="negotiation_meeting"),
    path(f"{_CASE}paata/", county.negotiation_end, name="negotiation_end"),
    path(_OWN, own.own_negotiation, name="own_negotiation"),
    path(f"{_OWN}versio/", own.own_negotiation_version_new, name="own_negotiation_version_new"),
    path(f"{_OWN}versio/<int:number>/", own.own_negotiation_version, name="own_negotiation_version"),
    path(f"{_OWN}paata/", own.own_negotiation_end, name="own_negotiation_end"),
    path("hallinta/neuvottelut/sitoumukset/", funding.commitments, name="commitments"),
    path("hallinta/neuvottelut/sitoumukset.csv", funding.commitments_export, name="commitments_csv"),
    path(_FUNDING, funding.cofunding, name="cofunding"),
    path(f"{_FUNDING}uusi/", funding.cofunding_new, name="cofunding_new"),
    path(f"{_FUNDING}<int:cofunding_id>/", funding.cofunding_edit, name="cofunding_edit"),
    path(f"{_FUNDING}tiedosto/<int:file_id>/", funding.cofunding_file, name="cofunding_file"),
    path(f"{CASE}hanke/", funding.cofunded_project, name="cofunded_project"),
    path(f"{CASE}jatko/", funding.continuity, name="continuity"),
    path(f"{CASE}jatko/sopimus/", funding.continuity_agreement, name="continuity_agreement"),
    path(_OWN_FUNDING, own_funding.own_cofunding, name="own_cofunding"),
    path(f"{_OWN_FUNDING}uusi/", own_funding.own_cofunding_new, name="own_cofunding_new"),
    path(f"{_OWN_FUNDING}<int:cofunding_id>/", own_funding.own_cofunding_edit, name="own_cofunding_edit"),
    path(f"{_OWN_FUNDING}tiedosto/<int:file_id>/", own_funding.own_cofunding_file, name="own_cofunding_file"),
    path(f"{ONE}jatko/", own_funding.own_continuity, name="own_continuity"),
]
