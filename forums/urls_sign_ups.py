"""Addresses of sign-ups: places, line, reminders, attendance."""

from django.urls import URLPattern, path

from forums.views import attendance, sign_up_desk, sign_up_own, sign_ups

_EVENT = "tapahtumat/<int:pk>/"
_OWN = "ilmoittautuminen/<str:token>/"
_DESK = "hallinta/tapahtumat/<int:pk>/"
_ROW = "hallinta/ilmoittautumiset/<int:pk>/"
_FILE = "ilmoittautuneet"

urlpatterns: list[URLPattern] = [
    path(f"{_EVENT}ilmoittaudu/", sign_ups.sign_up_form, name="sign_up"),
    path(f"{_EVENT}ilmoittaudu/lahetetty/", sign_ups.sign_up_sent, name="sign_up_sent"),
    path("tapahtumat/jarjestoehdotukset/", sign_ups.organisation_names, name="sign_up_organisations"),
    path(_OWN, sign_up_own.sign_up_page, name="sign_up_page"),
    path(f"{_OWN}peru/", sign_up_own.sign_up_cancel, name="sign_up_cancel"),
    path(f"{_OWN}kalenteri.ics", sign_up_own.sign_up_calendar, name="sign_up_calendar"),
    path(f"{_OWN}paikalla/", attendance.attendance_code, name="attendance_code"),
    path("omat/ilmoittautumiset/", sign_up_own.own_sign_ups, name="own_sign_ups"),
    path(f"{_DESK}ilmoittautuneet/", sign_up_desk.sign_ups, name="sign_ups"),
    path(f"{_DESK}{_FILE}.csv", sign_up_desk.sign_ups_file, {"kind": "csv"}, name="sign_ups_csv"),
    path(f"{_DESK}{_FILE}.xlsx", sign_up_desk.sign_ups_file, {"kind": "xlsx"}, name="sign_ups_xlsx"),
    path(f"{_DESK}ilmoita/", sign_up_desk.sign_up_phone, name="sign_up_phone"),
    path(f"{_DESK}viesti/", sign_up_desk.sign_up_message, name="sign_up_message"),
    path(f"{_DESK}tarpeet/", sign_up_desk.sign_up_needs, name="sign_up_needs"),
    path(f"{_ROW}peru/", sign_up_desk.sign_up_remove, name="sign_up_remove"),
    path(f"{_DESK}lasnaolot/", attendance.attendance, name="attendance"),
    path(f"{_DESK}lasnaolot/ovella/", attendance.walk_in, name="attendance_walk_in"),
    path(f"{_DESK}lasnaolot/teams/", attendance.attendance_file, name="attendance_file"),
    path(f"{_ROW}paikalla/", attendance.attendance_mark, name="attendance_mark"),
]
