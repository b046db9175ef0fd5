"""Addresses of the open data of grants: beside the registry's, outside the languages (decision 0013)."""

from django.urls import URLPattern, path

from grants.views import public_data
from organisations.api.urls import in_asked_language

app_name = "grants_data"
urlpatterns: list[URLPattern] = [
    path("api/v1/grants.csv", public_data.granted_csv, name="csv"),
    path("api/v1/grants.json", public_data.granted_json, name="json"),
    path("api/v1/grants-360giving.json", public_data.granted_giving, name="giving"),
    path("api/v1/grants-fields.csv", public_data.granted_fields, name="fields"),
]
for _pattern in urlpatterns:
    _pattern.callback = in_asked_language(_pattern.callback)
