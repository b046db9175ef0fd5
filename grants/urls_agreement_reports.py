"""Addresses of grants: reports of agreements, the officers' and an organisation's own."""

from django.urls import URLPattern, path, re_path

from grants.views import agreement_reports as desk
from grants.views import own_agreement_reports as own

OFFICERS = "hallinta/sopimusraportit/"
OWN = "omat/<int:organisation_id>/sopimusraportit/<int:report_id>/"
urlpatterns: list[URLPattern] = [
    path(OFFICERS, desk.reports, name="agreement_reports"),
    re_path(rf"^{OFFICERS}luettelo\.(?P<kind>csv|xlsx)$", desk.export, name="agreement_reports_export"),
    path(f"{OFFICERS}muistuta/", desk.remind, name="agreement_reports_remind"),
    path(f"{OFFICERS}<int:report_id>/", desk.report, name="agreement_report"),
    path(f"{OFFICERS}<int:report_id>/kirjaa/", desk.paper, name="agreement_report_paper"),
    path(f"{OFFICERS}<int:report_id>/tiedostot/<int:file_id>/", desk.file, name="agreement_report_file"),
    path(OWN, own.report, name="own_agreement_report"),
    path(f"{OWN}tiedostot/<int:file_id>/", own.file, name="own_agreement_report_file"),
    path(f"{OWN}tiedostot/<int:file_id>/poista/", own.remove_file, name="own_agreement_report_remove_file"),
]
