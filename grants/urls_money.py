"""Addresses of grants: payments and use reports."""

from django.urls import URLPattern, path, re_path

from grants.views import payments, use_reports

OWN = "omat/<int:organisation_id>/"
urlpatterns: list[URLPattern] = [
    path("hallinta/maksatukset/", payments.payments, name="payments"),
    re_path(r"^hallinta/maksatukset/vienti\.(?P<kind>csv|xlsx)$", payments.export, name="payments_export"),
    path("hallinta/maksatukset/valmistele/", payments.plan_many, name="plan_many"),
    path("hallinta/maksatukset/hyvaksy/", payments.release_many, name="release_many"),
    path("hallinta/maksatukset/<int:payment_id>/", payments.payment, name="payment"),
    path("hallinta/paatokset/<int:decision_id>/maksuera/", payments.plan, name="plan_payment"),
    path(f"{OWN}maksut/", payments.own_payments, name="own_payments"),
    path("hallinta/selvitykset/", use_reports.use_reports, name="use_reports"),
    re_path(r"^hallinta/selvitykset/vienti\.(?P<kind>csv|xlsx)$", use_reports.export, name="use_reports_export"),
    path("hallinta/selvitykset/<int:report_id>/", use_reports.officer_report, name="officer_report"),
    path("hallinta/selvitykset/<int:report_id>/<int:file_id>/", use_reports.report_file, name="report_file"),
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
