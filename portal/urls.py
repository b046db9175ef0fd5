"""Addresses that belong to no single room."""

from django.urls import URLPattern, path

from portal import gallery, mailbox_views, views

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", views.front, name="front"),
    path("omat/", views.next_steps, name="next"),
    path("hallinta/", views.desk, name="desk"),
    path("haku/", views.search, name="search"),
    path("saavutettavuusseloste/", views.accessibility, name="accessibility"),
    path("tietosuoja/", views.privacy, name="privacy"),
    path("palaute/", views.feedback, name="feedback"),
    path("komponentit/", gallery.gallery, name="gallery"),
    path("postilaatikko/", mailbox_views.inbox, name="mailbox"),
    path("postilaatikko/<str:key>/", mailbox_views.message, name="mailbox_message"),
    path("postilaatikko/<str:key>/liitteet/<int:number>/", mailbox_views.attachment, name="mailbox_attachment"),
]
