"""Addresses of grants: sharing the cases of a call among its assessors."""

from django.urls import URLPattern, path

from grants.views import distributing

SHARING = "hallinta/haut/<int:call_id>/arvioijat/jako/"

urlpatterns: list[URLPattern] = [
    path(SHARING, distributing.distribution, name="distribution"),
    path(f"{SHARING}tasan/", distributing.even, name="distribution_even"),
]
