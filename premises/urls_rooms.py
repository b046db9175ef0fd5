"""Addresses of sites and rooms: as everybody sees them, and as they are managed."""

from django.urls import path

from premises.views import calendars, public_rooms, rooms_desk, sheets, sites_desk

_DESK, _OWN = "hallinta/tilat", "omat/<int:organisation_id>/tilat"
_SITE, _ROOM = f"{_DESK}/toimipaikat/<int:pk>", f"{_DESK}/tilat/<int:pk>"

urlpatterns = [
    path("tilat/toimipaikat/", public_rooms.sites, name="sites"),
    path("tilat/toimipaikat/<int:pk>/", public_rooms.site, name="site"),
    path("tilat/<int:pk>/", public_rooms.room, name="room"),
    path("tilat/kuvat/<int:pk>/", public_rooms.room_file, name="room_file"),
    path(f"{_OWN}/", sites_desk.own_rooms, name="own_rooms"),
    path(f"{_OWN}/uusi/", sites_desk.own_site_new, name="own_site_new"),
    path(f"{_DESK}/", sites_desk.managed, name="managed"),
    path(f"{_DESK}/uusi/", sites_desk.site_new, name="site_new"),
    path(f"{_DESK}/ehdot/", sites_desk.common_terms, name="common_terms"),
    path(f"{_DESK}/tuonti/", sheets.sheet_new, name="sheet_new"),
    path(f"{_DESK}/tuonti/pohja.xlsx", sheets.sheet_template, name="sheet_template"),
    path(f"{_DESK}/tuonti/<int:pk>/", sheets.sheet, name="sheet"),
    path(f"{_SITE}/", sites_desk.site_desk, name="site_desk"),
    path(f"{_SITE}/muuta/", sites_desk.site_edit, name="site_edit"),
    path(f"{_SITE}/vastaavat/", sites_desk.site_managers, name="site_managers"),
    path(f"{_SITE}/aukiolo/", sites_desk.site_hours, name="site_hours"),
    path(f"{_SITE}/poikkeukset/uusi/", sites_desk.exception_new, name="exception_new"),
    path(f"{_SITE}/poikkeukset/<int:exception>/poista/", sites_desk.exception_remove, name="exception_remove"),
    path(f"{_SITE}/kulku/uusi/", sites_desk.access_new, name="access_new"),
    path(f"{_SITE}/kulku/<int:instruction>/poista/", sites_desk.access_remove, name="access_remove"),
    path(f"{_SITE}/ehdot/", sites_desk.site_terms, name="site_terms"),
    path(f"{_SITE}/pois/", sites_desk.site_out, name="site_out"),
    path(f"{_SITE}/takaisin/", sites_desk.site_back, name="site_back"),
    path(f"{_SITE}/historia/", sites_desk.site_history, name="site_history"),
    path(f"{_SITE}/tilat/uusi/", rooms_desk.room_new, name="room_new"),
    path(f"{_ROOM}/", rooms_desk.room_desk, name="room_desk"),
    path(f"{_ROOM}/muuta/", rooms_desk.room_edit, name="room_edit"),
    path(f"{_ROOM}/saannot/", rooms_desk.room_rules, name="room_rules"),
    path(f"{_ROOM}/ominaisuudet/", rooms_desk.room_features, name="room_features"),
    path(f"{_ROOM}/kuvat/uusi/", rooms_desk.room_picture, name="room_picture"),
    path(f"{_DESK}/kuvat/<int:pk>/poista/", rooms_desk.room_picture_remove, name="room_picture_remove"),
    path(f"{_ROOM}/kalenterit/", calendars.calendars, name="calendars"),
    path(f"{_ROOM}/kalenterit/uusi/", calendars.calendar_new, name="calendar_new"),
    path(f"{_DESK}/kalenterit/<int:pk>/muuta/", calendars.calendar_edit, name="calendar_edit"),
    path(f"{_DESK}/kalenterit/<int:pk>/hae/", calendars.calendar_fetch, name="calendar_fetch"),
    path(f"{_DESK}/kalenterit/<int:pk>/poista/", calendars.calendar_remove, name="calendar_remove"),
    path(f"{_DESK}/paallekkain/<int:pk>/jaa/", calendars.clash_stay, name="clash_stay"),
    path(f"{_ROOM}/aukiolo/", rooms_desk.room_hours, name="room_hours"),
    path(f"{_ROOM}/jarjesta/", rooms_desk.room_move, name="room_move"),
    path(f"{_ROOM}/pois/", rooms_desk.room_out, name="room_out"),
    path(f"{_ROOM}/takaisin/", rooms_desk.room_back, name="room_back"),
    path(f"{_ROOM}/historia/", rooms_desk.room_history, name="room_history"),
]
