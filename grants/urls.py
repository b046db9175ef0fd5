"""Addresses of grants: public, the organisation's own, and the officers'."""

from django.urls import URLPattern

from grants.urls_applicant import urlpatterns as applicant
from grants.urls_calls import urlpatterns as calls
from grants.urls_handling import urlpatterns as handling
from grants.urls_money import urlpatterns as money

app_name = "grants"
urlpatterns: list[URLPattern] = [*calls, *applicant, *handling, *money]
