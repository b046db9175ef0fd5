"""Addresses of events: the calendar, their pages and files, the desk, runs and series."""

from django.urls import URLPattern, path

from forums.views import event_work, events_desk, events_public, runs, series

_DESK = "hallinta/tapahtumat/"

urlpatterns: list[URLPattern] = [
    path("tapahtumat/", events_public.events, name="events"),
    path("tapahtumat/<int:pk>/", events_public.event, name="event"),
    path("tapahtumat/<int:pk>/kalenteri.ics", events_public.event_file, name="event_file"),
    path(_DESK, events_desk.events_desk, name="events_desk"),
    path(f"{_DESK}uusi/", event_work.event_new, name="event_new"),
    path(f"{_DESK}<int:pk>/", events_desk.event_desk, name="event_desk"),
    path(f"{_DESK}<int:pk>/muuta/", event_work.event_edit, name="event_edit"),
    path(f"{_DESK}<int:pk>/kopioi/", event_work.event_copy, name="event_copy"),
    path(f"{_DESK}<int:pk>/julkaise/", event_work.event_publish, name="event_publish"),
    path(f"{_DESK}<int:pk>/peru/", event_work.event_cancel, name="event_cancel"),
    path(f"{_DESK}<int:pk>/pidetty/", event_work.event_hold, name="event_hold"),
    path(f"{_DESK}<int:pk>/ohjelma/", event_work.event_agenda, name="event_agenda"),
    path(f"{_DESK}<int:pk>/jarjestajat/", event_work.event_hosts, name="event_hosts"),
    path(f"{_DESK}<int:pk>/tulkkaus/", event_work.event_services, name="event_services"),
    path(f"{_DESK}<int:pk>/toista/", runs.event_repeat, name="event_repeat"),
    path(f"{_DESK}jaksot/<int:pk>/", runs.run, name="run"),
    path(f"{_DESK}jaksot/<int:pk>/julkaise/", runs.run_publish, name="run_publish"),
    path(f"{_DESK}jaksot/<int:pk>/muuta/", runs.run_edit, name="run_edit"),
    path(f"{_DESK}sarjat/", series.series_list, name="series_list"),
    path(f"{_DESK}sarjat/uusi/", series.series_new, name="series_new"),
    path(f"{_DESK}sarjat/<int:pk>/", series.series_edit, name="series_edit"),
]
