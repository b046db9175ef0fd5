"""Addresses of contacts kept and of networks."""

from django.urls import path

from liaisons.views import kept_contacts

_CONTACTS = [
    path("hallinta/yhteydenpidot/", kept_contacts.kept_contacts, name="kept_contacts"),
    path("hallinta/yhteydenpidot/uusi/", kept_contacts.kept_contact_new, name="kept_contact_new"),
    path("hallinta/yhteydenpidot/<int:pk>/", kept_contacts.kept_contact, name="kept_contact"),
    path("hallinta/yhteydenpidot/<int:pk>/korjaa/", kept_contacts.kept_contact_edit, name="kept_contact_edit"),
]
network_urls = [*_CONTACTS]
