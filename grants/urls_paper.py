"""Addresses of grants: entering an application that came on paper."""

from django.urls import URLPattern, path

from grants.views import paper

NEW = "hallinta/haut/<int:call_id>/paperihakemus/"
ONE = f"{NEW}<int:application_id>/"

urlpatterns: list[URLPattern] = [
    path(NEW, paper.new, name="paper_new"),
    path(ONE, paper.paper, name="paper"),
    path(f"{ONE}saapuminen/", paper.arrival, name="paper_arrival"),
    path(f"{ONE}liitteet/", paper.attachments, name="paper_attachments"),
    path(f"{ONE}liitteet/<int:attachment_id>/", paper.attachment, name="paper_attachment"),
    path(f"{ONE}tarkista/", paper.review, name="paper_review"),
    path(f"{ONE}poista/", paper.discard, name="paper_discard"),
    path(f"{ONE}<slug:page>/", paper.page, name="paper_page"),
    path("hallinta/hakemukset/<int:application_id>/alkuperainen/", paper.original, name="case_original"),
    path(
        "omat/<int:organisation_id>/hakemukset/<int:application_id>/alkuperainen/",
        paper.own_original,
        name="own_original",
    ),
]
