"""Addresses that belong to no single room."""

from django.urls import URLPattern, path

from portal import gallery, mailbox_views, newsletter_views, views

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", views.front, name="front"),
    path("omat/", views.next_steps, name="next"),
    path("hallinta/", views.desk, name="desk"),
    path("haku/", views.search, name="search"),
    path("saavutettavuusseloste/", views.accessibility, name="accessibility"),
    path("tietosuoja/", views.privacy, name="privacy"),
    path("palaute/", views.feedback, name="feedback"),
    path("uutiskirje/", newsletter_views.subscribe, name="newsletters"),
    path("uutiskirje/<int:pk>/", newsletter_views.newsletter, name="newsletter"),
    path("uutiskirje/vahvista/<str:token>/", newsletter_views.confirm, name="newsletter_confirm"),
    path("uutiskirje/lopeta/<str:token>/", newsletter_views.leave, name="newsletter_leave"),
    path("hallinta/uutiskirjeet/", newsletter_views.desk, name="newsletter_desk"),
    path("hallinta/uutiskirjeet/<int:pk>/", newsletter_views.edit, name="newsletter_edit"),
    path("hallinta/uutiskirjeet/<int:pk>/laheta/", newsletter_views.send, name="newsletter_send"),
    path("komponentit/", gallery.gallery, name="gallery"),
    path("postilaatikko/", mailbox_views.inbox, name="mailbox"),
    path("postilaatikko/<str:key>/", mailbox_views.message, name="mailbox_message"),
    path("postilaatikko/<str:key>/liitteet/<int:number>/", mailbox_views.attachment, name="mailbox_attachment"),
]
