"""Addresses of forums."""

from django.urls import include, path

app_name = "forums"
urlpatterns = [
    path("", include("forums.urls_events")),
    path("", include("forums.urls_sign_ups")),
    path("", include("forums.urls_wheels")),
    path("", include("forums.urls_afters")),
]
