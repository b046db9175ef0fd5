"""Addresses of reports."""

from django.urls import URLPattern, path

from reports.urls_surveys import survey_patterns
from reports.views import annual, goals, talk

app_name = "reports"
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
