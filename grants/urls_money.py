"""Addresses of grants: money."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
