"""Addresses of grants: statements asked of liaison people."""

from django.urls import URLPattern, path

from grants.urls_handling import CASE
from grants.views import statements

urlpatterns: list[URLPattern] = [
    path(f"{CASE}lausunto/", statements.statement_new, name="statement_new"),
    path(f"{CASE}lausunto/<int:statement_id>/", statements.case_statement, name="case_statement"),
    path("omat/lausunnot/", statements.own_statements, name="own_statements"),
    path("omat/lausunnot/<int:statement_id>/", statements.own_statement, name="own_statement"),
]
