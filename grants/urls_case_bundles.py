"""Addresses of grants: bundles of cases as one PDF."""

from django.urls import URLPattern, path

from grants.views import case_bundles

urlpatterns: list[URLPattern] = [
    path("hallinta/haut/<int:call_id>/nippu/", case_bundles.new, name="case_bundle_new"),
    path("hallinta/niput/<int:bundle_id>/", case_bundles.bundle, name="case_bundle"),
    path("hallinta/niput/<int:bundle_id>/hakemukset.pdf", case_bundles.download, name="case_bundle_file"),
]
