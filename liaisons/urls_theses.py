"""Addresses of the self-assessment by the theses of an NGO-friendly county."""

from django.urls import path

from liaisons.views import theses

thesis_urls = [
    path("jarjestoystavallisyys/", theses.theses, name="theses"),
    path("jarjestoystavallisyys/<int:year>/", theses.public_assessment, name="public_assessment"),
    path("omat/<int:organisation_id>/arviot/<int:year>/", theses.own_assessment, name="own_assessment"),
    path("hallinta/jarjestoystavallisyys/", theses.assessments, name="assessments"),
    path("hallinta/jarjestoystavallisyys/<int:pk>/", theses.assessment, name="assessment"),
    path(
        "hallinta/jarjestoystavallisyys/<int:pk>/teesit/<int:thesis>/", theses.assessment_score, name="assessment_score"
    ),
    path("hallinta/jarjestoystavallisyys/<int:pk>/avaa/", theses.assessment_open, name="assessment_open"),
    path("hallinta/jarjestoystavallisyys/<int:pk>/jatka/", theses.assessment_extend, name="assessment_extend"),
    path("hallinta/jarjestoystavallisyys/<int:pk>/paata/", theses.assessment_close, name="assessment_close"),
    path("hallinta/jarjestoystavallisyys/<int:pk>/julkaise/", theses.assessment_publish, name="assessment_publish"),
]
