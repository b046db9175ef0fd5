"""Addresses of grants: what anyone may know, earlier grants, and handing over to the records system."""

from django.urls import URLPattern, path

from grants.views import earlier_grants, public_data, records

RECORDS = "hallinta/asianhallinta/"

urlpatterns: list[URLPattern] = [
    path("avustukset/myonnetyt/", public_data.granted, name="public_grants"),
    path("avustukset/haetut/", public_data.applied, name="public_applied"),
    path("jarjestot/<int:pk>/aiemmat-avustukset/", earlier_grants.organisation_earlier, name="organisation_earlier"),
    path("hallinta/aiemmat-avustukset/", earlier_grants.earlier_new, name="earlier_new"),
    path("hallinta/aiemmat-avustukset/<int:run_id>/", earlier_grants.earlier_import, name="earlier_import"),
    path(RECORDS, records.records, name="records"),
    path(f"{RECORDS}haut/<int:call_id>/", records.records_call, name="records_call"),
    path(f"{RECORDS}paketit/<int:package_id>/", records.records_package, name="records_package"),
    path(f"{RECORDS}paketit/<int:package_id>/lataa/", records.records_download, name="records_download"),
]
