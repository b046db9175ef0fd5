"""Addresses of grants: the practice example of a call."""

from django.urls import URLPattern, path

from grants.urls_handling import CALL
from grants.views import calibration

EXAMPLE = f"{CALL}harjoitusesimerkki/"

urlpatterns: list[URLPattern] = [
    path(EXAMPLE, calibration.example, name="calibration"),
    path(f"{EXAMPLE}nayta/", calibration.show, name="calibration_show"),
    path(f"{EXAMPLE}poista/", calibration.remove, name="calibration_remove"),
    path("hallinta/arvioinnit/harjoittele/<int:call_id>/", calibration.practice, name="practise"),
]
