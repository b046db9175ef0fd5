"""Addresses of use reports: the officers' desk, the organisation's own."""

from django.urls import URLPattern, path, re_path

from grants.views import use_report_desk as desk
from grants.views import use_reports

OWN = "omat/<int:organisation_id>/"
urlpatterns: list[URLPattern] = [
    path("hallinta/selvitykset/", desk.use_reports, name="use_reports"),
    re_path(r"^hallinta/selvitykset/vienti\.(?P<kind>csv|xlsx)$", desk.export, name="use_reports_export"),
    path("hallinta/selvitykset/muistuta/", desk.remind, name="use_reports_remind"),
    path("hallinta/selvitykset/<int:report_id>/", desk.officer_report, name="officer_report"),
    path("hallinta/selvitykset/<int:report_id>/kirjaa/", desk.enter_report, name="use_report_enter"),
    path("hallinta/selvitykset/<int:report_id>/<int:file_id>/", desk.report_file, name="report_file"),
    path(f"{OWN}selvitykset/", use_reports.own_use_reports, name="own_use_reports"),
    path(f"{OWN}selvitykset/<int:report_id>/", use_reports.use_report, name="use_report"),
    path(f"{OWN}selvitykset/<int:report_id>/tiedostot/", use_reports.add_file, name="use_report_add_file"),
    path(
        f"{OWN}selvitykset/<int:report_id>/tiedostot/<int:file_id>/poista/",
        use_reports.remove_file,
        name="use_report_remove_file",
    ),
    path(
        f"{OWN}selvitykset/<int:report_id>/tiedostot/<int:file_id>/",
        use_reports.own_report_file,
        name="own_report_file",
    ),
]
