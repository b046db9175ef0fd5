"""Addresses of allocating a season."""

from django.urls import path

from premises.views import seasons, seasons_desk

_PUBLIC, _DESK, _OWN = "tilat/vuorojako", "hallinta/tilat/vuorojako", "omat/<int:organisation_id>/tilat/vuorojako"
_ONE, _APPLICATION = f"{_DESK}/<int:pk>", "tilat/vuorohakemukset/<int:pk>"

urlpatterns = [
    path(f"{_PUBLIC}/", seasons.seasons, name="seasons"),
    path(f"{_PUBLIC}/<int:pk>/", seasons.season, name="season"),
    path(f"{_OWN}/", seasons.own_seasons, name="own_seasons"),
    path(f"{_OWN}/<int:pk>/", seasons.season_apply, name="season_apply"),
    path(f"{_APPLICATION}/", seasons.application, name="season_application"),
    path(f"{_APPLICATION}/laheta/", seasons.application_send, name="season_application_send"),
    path(f"{_APPLICATION}/peru/", seasons.application_withdraw, name="season_application_withdraw"),
    path(f"{_DESK}/", seasons_desk.desk_list, name="season_desks"),
    path(f"{_DESK}/uusi/", seasons_desk.season_new, name="season_new"),
    path(f"{_ONE}/", seasons_desk.season_desk, name="season_desk"),
    path(f"{_ONE}/muuta/", seasons_desk.season_edit, name="season_edit"),
    path(f"{_ONE}/julkaise/", seasons_desk.season_publish, name="season_publish"),
    path(f"{_ONE}/sulje/", seasons_desk.season_close, name="season_close"),
    path(f"{_ONE}/laske/", seasons_desk.season_compute, name="season_compute"),
    path(f"{_ONE}/vahvista/", seasons_desk.season_decide, name="season_decide"),
    path(f"{_ONE}/peru/", seasons_desk.season_cancel, name="season_cancel"),
    path(f"{_ONE}/hakemus/", seasons_desk.season_for_whom, name="season_for_whom"),
    path(f"{_ONE}/hakemus/<int:holder>/", seasons_desk.season_write_in, name="season_write_in"),
    path(f"{_DESK}/hakemukset/<int:pk>/vuoro/", seasons_desk.turn_new, name="season_turn_new"),
    path(f"{_DESK}/vuorot/<int:pk>/siirra/", seasons_desk.turn_move, name="season_turn_move"),
    path(f"{_DESK}/vuorot/<int:pk>/poista/", seasons_desk.turn_remove, name="season_turn_remove"),
    path(f"{_DESK}/vuorot/<int:pk>/kiinnita/", seasons_desk.turn_pin, name="season_turn_pin"),
]
