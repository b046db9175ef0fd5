"""Addresses of reports."""

from django.urls import URLPattern, path

from reports.urls_surveys import survey_patterns
from reports.views import agenda, annual, cooperation, goals, talk

app_name = "reports"
_DOCUMENT = "hallinta/yhteistyoasiakirja/"
_GOALS = "hallinta/tavoitteet/"
urlpatterns: list[URLPattern] = [
    path("raportit/", annual.reports, name="reports"),
    path("raportit/tavoitteet/", goals.goals, name="goals"),
    path("raportit/tavoitteet/mittarit.csv", goals.goals_csv, name="goals_csv"),
    path("raportit/tavoitteet/<int:pk>/", goals.goal, name="goal"),
    path("raportit/<int:report_id>/", annual.report, name="report"),
    path("raportit/<int:report_id>/pdf/", annual.report_pdf, name="report_pdf"),
    path("raportit/<int:report_id>/luvut.csv", annual.report_csv, name="report_csv"),
    path("raportit/<int:report_id>/luvut.json", annual.report_json, name="report_json"),
    path("raportit/<int:report_id>/esitys/", annual.slide, name="slides"),
    path("raportit/<int:report_id>/esitys/<int:number>/", annual.slide, name="slide"),
    path("raportit/<int:report_id>/luettu/", annual.mark_read, name="mark_read"),
    path("raportit/<int:report_id>/kysy/", talk.ask, name="ask"),
    path("raportit/<int:report_id>/kokoukseen/", agenda.place, name="place"),
    path("raportit/<int:report_id>/kokoukseen/<int:pk>/poista/", agenda.unplace, name="unplace"),
    path("yhteistyoasiakirja/", cooperation.cooperation, name="cooperation"),
    path("yhteistyoasiakirja/<int:pk>/", cooperation.cooperation_old, name="cooperation_old"),
    path("yhteistyoasiakirja/<int:pk>/pdf/", cooperation.cooperation_pdf, name="cooperation_pdf"),
    path(_DOCUMENT, cooperation.cooperation_desk, name="cooperation_desk"),
    path(f"{_DOCUMENT}<int:pk>/", cooperation.cooperation_edit, name="cooperation_edit"),
    path(f"{_DOCUMENT}<int:pk>/esikatselu/", cooperation.cooperation_preview, name="cooperation_preview"),
    path(f"{_DOCUMENT}<int:pk>/kommenteille/", cooperation.cooperation_send, name="cooperation_send"),
    path(f"{_DOCUMENT}<int:pk>/paatos/", cooperation.cooperation_decide, name="cooperation_decide"),
    path(f"{_DOCUMENT}<int:pk>/luonnokseksi/", cooperation.cooperation_back, name="cooperation_back"),
    path(f"{_DOCUMENT}<int:pk>/luvut/<slug:key>/", cooperation.cooperation_chapter, name="cooperation_chapter"),
    path("hallinta/raportit/", annual.manage, name="manage"),
    path("hallinta/raportit/kysymykset/<int:pk>/", talk.question, name="question"),
    path("hallinta/raportit/<int:report_id>/", annual.edit, name="edit"),
    path("hallinta/raportit/<int:report_id>/edistyminen/", annual.progress, name="progress"),
    path("hallinta/raportit/<int:report_id>/toimet/", annual.act, name="act"),
    path("hallinta/raportit/<int:report_id>/kommentit/<slug:section>/", talk.comment, name="comment"),
    path("hallinta/raportit/<int:report_id>/muuttuneet/", annual.moved_figures, name="moved"),
    path("hallinta/raportit/<int:report_id>/lukijat/", talk.readers, name="readers"),
    path(_GOALS, goals.goals_desk, name="goals_desk"),
    path(f"{_GOALS}<int:pk>/", goals.goal_desk, name="goal_desk"),
    path(f"{_GOALS}<int:pk>/seuranta/", goals.goal_follow, name="goal_follow"),
    path(f"{_GOALS}<int:pk>/vastuuhenkilo/", goals.goal_responsible, name="goal_responsible"),
    path(f"{_GOALS}<int:pk>/mittarit/uusi/", goals.indicator_new, name="indicator_new"),
    path(f"{_GOALS}mittarit/<int:pk>/", goals.indicator_edit, name="indicator_edit"),
    path(f"{_GOALS}mittarit/<int:pk>/poista/", goals.indicator_remove, name="indicator_remove"),
    path(f"{_GOALS}mittarit/<int:pk>/luku/", goals.indicator_value, name="indicator_value"),
    *survey_patterns,
]
