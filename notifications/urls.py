"""Addresses of messages."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("omat/viestit/", views.own_messages, name="own"),
    path("omat/viestit/valinnat/", views.preferences, name="preferences"),
    path("omat/viestit/<int:pk>/", views.own_message, name="own_message"),
    path("viestit/peruuta/<str:token>/", views.unsubscribe_page, name="unsubscribe"),
    path("hallinta/viestit/", views.outbox, name="messages"),
    path("hallinta/viestit/toimi/", views.act, name="act"),
    path("hallinta/viestit/<int:pk>/", views.message_page, name="message"),
]
