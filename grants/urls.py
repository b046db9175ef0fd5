"""Addresses of grants: public, the organisation's own, and the officers'."""

from django.urls import URLPattern

from grants.urls_agreements import urlpatterns as agreements
from grants.urls_allocation import urlpatterns as allocation
from grants.urls_applicant import urlpatterns as applicant
from grants.urls_assignments import urlpatterns as assignments
from grants.urls_calls import urlpatterns as calls
from grants.urls_case_work import urlpatterns as case_work
from grants.urls_changes import urlpatterns as changes
from grants.urls_decisions import urlpatterns as decisions
from grants.urls_forms import urlpatterns as forms
from grants.urls_handling import urlpatterns as handling
from grants.urls_money import urlpatterns as money
from grants.urls_officials import urlpatterns as officials
from grants.urls_paper import urlpatterns as paper
from grants.urls_partners import urlpatterns as partners
from grants.urls_payment_batches import urlpatterns as payment_batches
from grants.urls_public_data import urlpatterns as public_data
from grants.urls_recoveries import urlpatterns as recoveries
from grants.urls_state_aid import urlpatterns as state_aid
from grants.urls_statements import urlpatterns as statements
from grants.urls_terms import urlpatterns as terms
from grants.urls_use_reports import urlpatterns as use_reports

app_name = "grants"
urlpatterns: list[URLPattern] = [
    *calls,
    *officials,
    *handling,
    *case_work,
    *statements,
    *assignments,
    *money,
    *payment_batches,
    *use_reports,
    *terms,
    *forms,
    *decisions,
    *allocation,
    *public_data,
    *recoveries,
    *changes,
    *partners,
    *state_aid,
    *agreements,
    *paper,
    *applicant,
]
