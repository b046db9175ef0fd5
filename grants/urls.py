"""Addresses of grants: public, the organisation's own, and the officers'."""

from django.urls import URLPattern

from grants.urls_agreement_reports import urlpatterns as agreement_reports
from grants.urls_agreements import urlpatterns as agreements
from grants.urls_allocation import urlpatterns as allocation
from grants.urls_applicant import urlpatterns as applicant
from grants.urls_assignments import urlpatterns as assignments
from grants.urls_calibration import urlpatterns as calibration
from grants.urls_calls import urlpatterns as calls
from grants.urls_case_bundles import urlpatterns as case_bundles
from grants.urls_case_work import urlpatterns as case_work
from grants.urls_changes import urlpatterns as changes
from grants.urls_claims import urlpatterns as claims
from grants.urls_decisions import urlpatterns as decisions
from grants.urls_forms import urlpatterns as forms
from grants.urls_handling import urlpatterns as handling
from grants.urls_money import urlpatterns as money
from grants.urls_negotiations import urlpatterns as negotiations
from grants.urls_officials import urlpatterns as officials
from grants.urls_own_copy import urlpatterns as own_copy
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
    *calibration,
    *case_bundles,
    *case_work,
    *statements,
    *negotiations,
    *assignments,
    *money,
    *payment_batches,
    *use_reports,
    *terms,
    *forms,
    *claims,
    *decisions,
    *allocation,
    *public_data,
    *recoveries,
    *changes,
    *partners,
    *state_aid,
    *agreements,
    *agreement_reports,
    *paper,
    *own_copy,
    *applicant,
]
