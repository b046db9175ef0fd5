"""Addresses of grants: applicant."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
