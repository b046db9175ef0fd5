"""Addresses of grants: calls."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
