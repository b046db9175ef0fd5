"""Addresses of premises: finding and booking, then sites and rooms, then figures."""

from django.urls import include, path

app_name = "premises"
urlpatterns = [
    path("", include("premises.urls_bookings")),
    path("", include("premises.urls_seasons")),
    path("", include("premises.urls_rooms")),
    path("", include("premises.urls_figures")),
]
