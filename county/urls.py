from django.urls import path

from county import views

app_name = "county"
urlpatterns = [
    path("hallinta/asetukset/", views.settings_page, name="settings"),
    path("hallinta/asetukset/asukasluvut/", views.inhabitants_page, name="inhabitants"),
]
