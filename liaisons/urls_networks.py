"""Addresses of contacts kept and of networks."""

from django.urls import path

from liaisons.views import kept_contacts, network_desk, network_work, networks

_CONTACTS = [
    path("hallinta/yhteydenpidot/", kept_contacts.kept_contacts, name="kept_contacts"),
    path("hallinta/yhteydenpidot/uusi/", kept_contacts.kept_contact_new, name="kept_contact_new"),
    path("hallinta/yhteydenpidot/<int:pk>/", kept_contacts.kept_contact, name="kept_contact"),
    path("hallinta/yhteydenpidot/<int:pk>/korjaa/", kept_contacts.kept_contact_edit, name="kept_contact_edit"),
]
_NETWORKS = [
    path("verkostot/", networks.networks, name="networks"),
    path("verkostot/<int:pk>/", networks.network, name="network"),
    path("verkostot/<int:pk>/liity/", networks.network_join, name="network_join"),
    path("verkostot/<int:pk>/peru-pyynto/", networks.network_take_back, name="network_take_back"),
    path("verkostot/<int:pk>/jasenille/", networks.network_own, name="network_own"),
    path("verkostot/<int:pk>/koollekutsuja/", network_work.network_work, name="network_work"),
    path("verkostot/<int:pk>/kuvaus/", network_work.network_describe, name="network_describe"),
    path("verkostot/<int:pk>/tavoitteet/uusi/", network_work.network_goal_new, name="network_goal_new"),
    path("verkostot/<int:pk>/tapaamiset/uusi/", network_work.network_meeting_new, name="network_meeting_new"),
    path("verkostot/<int:pk>/viestit/uusi/", network_work.network_letter_new, name="network_letter_new"),
    path("verkostot/jasenet/<int:pk>/ota-mukaan/", network_work.network_accept, name="network_accept"),
    path("verkostot/jasenet/<int:pk>/paata/", network_work.network_member_end, name="network_member_end"),
    path("verkostot/tavoitteet/<int:pk>/", network_work.network_goal, name="network_goal"),
    path("verkostot/tapaamiset/<int:pk>/", network_work.network_meeting_edit, name="network_meeting_edit"),
    path("verkostot/tapaamiset/<int:pk>/peru/", network_work.network_meeting_cancel, name="network_meeting_cancel"),
    path("verkostot/tapaamiset/<int:pk>/muistio/", network_work.network_memo, name="network_memo"),
    path("verkostot/viestit/<int:pk>/", network_work.network_letter, name="network_letter"),
    path("verkostot/viestit/<int:pk>/muuta/", network_work.network_letter_edit, name="network_letter_edit"),
    path("hallinta/verkostot/", network_desk.networks_desk, name="networks_desk"),
    path("hallinta/verkostot/uusi/", network_desk.network_new, name="network_new"),
    path("hallinta/verkostot/<int:pk>/", network_desk.network_edit, name="network_edit"),
    path("hallinta/verkostot/<int:pk>/paata/", network_desk.network_end, name="network_end"),
    path("hallinta/verkostot/<int:pk>/henkilot/uusi/", network_desk.network_person_new, name="network_person_new"),
    path("hallinta/verkostot/jasenet/<int:pk>/koollekutsuja/", network_desk.network_convener, name="network_convener"),
]
network_urls = [*_CONTACTS, *_NETWORKS]
