from django.urls import path

from liaisons.views import bodies, meetings

app_name = "liaisons"
urlpatterns = [
    path("hallinta/toimielimet/", bodies.body_list, name="bodies"),
    path("hallinta/toimielimet/<int:pk>/", bodies.body_detail, name="body"),
    path("hallinta/toimielimet/<int:pk>/paikat/uusi/", bodies.seat_new, name="seat_new"),
    path("hallinta/toimielimet/<int:pk>/tehtavat/uusi/", bodies.duty_new, name="duty_new"),
    path("hallinta/toimielimet/<int:pk>/kokoukset/uusi/", meetings.meeting_new, name="meeting_new"),
    path("hallinta/paikat/<int:pk>/paata/", bodies.seat_end, name="seat_end"),
    path("hallinta/tehtavat/<int:pk>/paata/", bodies.duty_end, name="duty_end"),
    path("kokoukset/", meetings.meeting_list, name="meetings"),
    path("kokoukset/<int:pk>/", meetings.meeting_detail, name="meeting"),
    path("kokoukset/<int:pk>/muuta/", meetings.meeting_edit, name="meeting_edit"),
    path("kokoukset/<int:pk>/pidetty/", meetings.meeting_hold, name="meeting_hold"),
    path("kokoukset/<int:pk>/poytakirja/", meetings.meeting_minutes, name="meeting_minutes"),
    path("kokoukset/<int:pk>/asiat/uusi/", meetings.item_new, name="item_new"),
    path("kokoukset/asiat/<int:pk>/pykala/", meetings.item_section, name="item_section"),
]
