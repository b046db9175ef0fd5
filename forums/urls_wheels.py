"""Addresses of the annual wheel, negotiations, open data and figures."""

from django.urls import URLPattern, path

from forums.views import dates, feeds, negotiations, statistics, wheel

_DESK = "hallinta/vuosikello"
_TALK = "hallinta/tapahtumat/<int:pk>/neuvottelu"

urlpatterns: list[URLPattern] = [
    path(f"{_DESK}/", wheel.annual_wheel, name="wheel"),
    path(f"{_DESK}/vuosikello.ics", wheel.annual_wheel_file, name="wheel_file"),
    path("tapahtumat/vuosi/", wheel.public_year, name="public_year"),
    path("hallinta/lakisaateiset-neuvottelut/", negotiations.negotiations, name="negotiations"),
    path(f"{_TALK}/", negotiations.negotiation, name="negotiation"),
    path(f"{_TALK}/kirjaus.pdf", negotiations.negotiation_pdf, name="negotiation_pdf"),
    path(f"{_TALK}/aloita/", negotiations.negotiation_begin, name="negotiation_begin"),
    path(f"{_TALK}/kutsut/", negotiations.invite, name="negotiation_invite"),
    path(f"{_TALK}/osapuolet/uusi/", negotiations.party_new, name="negotiation_party_new"),
    path(f"{_TALK}/osapuolet/<int:party>/poista/", negotiations.party_remove, name="negotiation_party_remove"),
    path(f"{_TALK}/osapuolet/<int:party>/kutsuttu/", negotiations.party_invited, name="negotiation_party_invited"),
    path(f"{_TALK}/lasnaolo/", negotiations.presence, name="negotiation_presence"),
    path(f"{_TALK}/muistio/", negotiations.minutes, name="negotiation_minutes"),
    path(f"{_TALK}/tavoitteet/uusi/", negotiations.goal_new, name="negotiation_goal_new"),
    path(f"{_TALK}/tavoitteet/<int:goal>/", negotiations.goal_follow, name="negotiation_goal_follow"),
    path(f"{_TALK}/toimenpiteet/uusi/", negotiations.measure_new, name="negotiation_measure_new"),
    path(f"{_TALK}/toimenpiteet/<int:measure>/", negotiations.measure_done, name="negotiation_measure_done"),
    path(f"{_TALK}/valmis/", negotiations.negotiation_complete, name="negotiation_complete"),
    path(f"{_TALK}/avaa/", negotiations.negotiation_reopen, name="negotiation_reopen"),
    path("hallinta/aikaehdotukset/", dates.date_polls, name="date_polls"),
    path("hallinta/aikaehdotukset/uusi/", dates.date_poll_new, name="date_poll_new"),
    path("hallinta/aikaehdotukset/<int:pk>/", dates.date_poll, name="date_poll"),
    path("hallinta/aikaehdotukset/<int:pk>/valitse/<int:option>/", dates.date_choose, name="date_choose"),
    path("hallinta/aikaehdotukset/<int:pk>/lopeta/", dates.date_drop, name="date_drop"),
    path("ajat/<str:token>/", dates.date_answer, name="date_answer"),
    path("tapahtumat/kalenterit/", feeds.feed_page, name="feeds"),
    path("tapahtumat/kalenterit/kaikki.ics", feeds.feed_all, name="feed_all"),
    path("tapahtumat/kalenterit/sarja/<slug:key>.ics", feeds.feed_series, name="feed_series"),
    path("tapahtumat/kalenterit/kunta/<slug:code>.ics", feeds.feed_municipality, name="feed_municipality"),
    path("tapahtumat/kalenterit/oma/<str:token>.ics", feeds.feed_own, name="feed_own"),
    path("tapahtumat/kalenterit/oma/uusi/", feeds.feed_renew, name="feed_renew"),
    path("hallinta/tapahtumat/lahella.csv", feeds.lahella_file, {"kind": "csv"}, name="lahella_csv"),
    path("hallinta/tapahtumat/lahella.json", feeds.lahella_file, {"kind": "json"}, name="lahella_json"),
    path("hallinta/tapahtumat/luvut/", statistics.figures, name="figures"),
    path("hallinta/tapahtumat/luvut.csv", statistics.figures_export, {"kind": "csv"}, name="figures_csv"),
    path("hallinta/tapahtumat/luvut.xlsx", statistics.figures_export, {"kind": "xlsx"}, name="figures_xlsx"),
]
