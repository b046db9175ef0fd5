"""Addresses of grants: an organisation's own copy of a case."""

from django.urls import URLPattern, path

from grants.urls_applicant import ONE
from grants.views import own_copy

urlpatterns: list[URLPattern] = [
    path(f"{ONE}kopio.zip", own_copy.own_copy, name="own_copy"),
]
