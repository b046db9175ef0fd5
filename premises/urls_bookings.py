"""Addresses of finding and booking rooms."""

from django.urls import path

from premises.views import booking_new, bookings, desk, own, search

_ONE, _OWN, _DESK = "tilat/varaukset/<int:pk>", "omat/<int:organisation_id>/tilat", "hallinta/tilat"
_UNIT = f"{_DESK}/yksikot/<int:unit_id>"

urlpatterns = [
    path("tilat/", search.search, name="search"),
    path("tilat/<int:room_id>/varaa/", booking_new.book_room, name="book"),
    path(f"{_OWN}/varaa/<int:room_id>/", booking_new.own_book, name="own_book"),
    path(f"{_DESK}/yksikot/<int:unit_id>/varaa/<int:room_id>/", booking_new.unit_book, name="unit_book"),
    path(f"{_DESK}/varaa/<int:room_id>/", booking_new.desk_book, name="desk_book"),
    path(f"{_OWN}/varaukset/", own.own_bookings, name="own_bookings"),
    path(f"{_OWN}/varaukset.ics", bookings.own_calendar, name="own_calendar"),
    path("tilat/<int:room_id>/kalenteri.ics", bookings.room_calendar, name="room_calendar"),
    path(f"{_DESK}/kalenteri.ics", desk.calendar, name="desk_calendar"),
    path(f"{_OWN}/jonoon/<int:room_id>/", own.join, name="queue_join"),
    path(f"{_OWN}/jono/<int:pk>/poistu/", own.leave, name="queue_leave"),
    path(f"{_OWN}/jono/<int:pk>/varaa/", own.take, name="queue_take"),
    path(f"{_DESK}/yksikot/", own.units, name="units"),
    path(f"{_UNIT}/varaukset/", own.unit_bookings, name="unit_bookings"),
    path(f"{_UNIT}/varaukset.ics", bookings.unit_calendar, name="unit_calendar"),
    path(f"{_UNIT}/jonoon/<int:room_id>/", own.unit_join, name="unit_queue_join"),
    path(f"{_UNIT}/jono/<int:pk>/poistu/", own.unit_leave, name="unit_queue_leave"),
    path(f"{_UNIT}/jono/<int:pk>/varaa/", own.unit_take, name="unit_queue_take"),
    path(f"{_ONE}/", bookings.booking, name="booking"),
    path(f"{_ONE}/tiedot/", bookings.edit, name="booking_edit"),
    path(f"{_ONE}/siirra/", bookings.move_booking, name="booking_move"),
    path(f"{_ONE}/peru/", bookings.cancel_booking, name="booking_cancel"),
    path(f"{_ONE}/vapauta/", bookings.release_booking, name="booking_release"),
    path(f"{_ONE}/uudelleen/", bookings.try_booking_again, name="booking_try_again"),
    path(f"{_ONE}/paikalla/", bookings.check_in_booking, name="booking_check_in"),
    path(f"{_ONE}/kalenteri.ics", bookings.calendar_file, name="booking_calendar"),
    path(f"{_ONE}/vika/", bookings.damage, name="booking_damage"),
    path(f"{_ONE}/palaute/", bookings.feedback, name="booking_feedback"),
    path(f"{_DESK}/varaukset/", desk.desk, name="desk"),
    path(f"{_DESK}/varaukset/<int:pk>/vahvista/", desk.confirm_booking, name="booking_confirm"),
    path(f"{_DESK}/varaukset/<int:pk>/ei/", desk.decline_booking, name="booking_decline"),
    path(f"{_DESK}/varaukset/<int:pk>/takaisin/", desk.take_booking_back, name="booking_take_back"),
    path(f"{_DESK}/toimipaikat/<int:site_id>/paiva/", desk.day, name="day"),
    path(f"{_DESK}/toimipaikat/<int:site_id>/viikko/", desk.week, name="week"),
    path(f"{_DESK}/tilat/<int:room_id>/sulje/", desk.close, name="close"),
    path(f"{_DESK}/sulut/<int:pk>/poista/", desk.open_again, name="reopen"),
    path(f"{_DESK}/viat/<int:pk>/", desk.answer_damage, name="damage"),
]
