"""Addresses of grants: public, the organisation's own, and the officers'."""

from django.urls import URLPattern

from grants.urls_allocation import urlpatterns as allocation
from grants.urls_applicant import urlpatterns as applicant
from grants.urls_assignments import urlpatterns as assignments
from grants.urls_calls import urlpatterns as calls
from grants.urls_case_work import urlpatterns as case_work
from grants.urls_decisions import urlpatterns as decisions
from grants.urls_forms import urlpatterns as forms
from grants.urls_handling import urlpatterns as handling
from grants.urls_money import urlpatterns as money
from grants.urls_paper import urlpatterns as paper
from grants.urls_public_data import urlpatterns as public_data
from grants.urls_recoveries import urlpatterns as recoveries
from grants.urls_terms import urlpatterns as terms

app_name = "grants"
urlpatterns: list[URLPattern] = [
    *calls,
    *handling,
    *case_work,
    *assignments,
    *money,
    *terms,
    *forms,
    *decisions,
    *allocation,
    *public_data,
    *recoveries,
    *paper,
    *applicant,
]
