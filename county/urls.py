from django.urls import path

from county import views

app_name = "county"
urlpatterns = [
    path("hallinta/asetukset/", views.settings_page, name="settings"),
]
