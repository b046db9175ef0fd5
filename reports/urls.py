"""Addresses of reports."""

from django.urls import URLPattern, path

from reports import views

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("raportit/", views.reports, name="reports"),
    path("raportit/<int:report_id>/", views.report, name="report"),
    path("raportit/<int:report_id>/pdf/", views.report_pdf, name="report_pdf"),
    path("raportit/<int:report_id>/luvut.csv", views.report_csv, name="report_csv"),
    path("raportit/<int:report_id>/luettu/", views.mark_read, name="mark_read"),
    path("hallinta/raportit/", views.manage, name="manage"),
    path("hallinta/raportit/<int:report_id>/", views.edit, name="edit"),
    path("hallinta/raportit/<int:report_id>/edistyminen/", views.progress, name="progress"),
    path("hallinta/raportit/<int:report_id>/toimet/", views.act, name="act"),
]
