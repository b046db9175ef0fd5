"""Addresses of joint applications: the applicant's pages of partners, the officer's on paper, the partner's own."""

from django.urls import URLPattern, path

from grants.urls_applicant import ONE
from grants.urls_paper import ONE as PAPER
from grants.views import partner_side, partners

LIST = f"{ONE}kumppanit/"
ENTERED = f"{PAPER}kumppanit/"
OWN = "omat/<int:organisation_id>/yhteishakemukset/"

urlpatterns: list[URLPattern] = [
    path(LIST, partners.partners, name="application_partners"),
    path(f"{LIST}uusi/", partners.partner_new, name="application_partner_new"),
    path(f"{LIST}oma-osuus/", partners.lead, name="application_lead"),
    path(f"{LIST}<int:partner_id>/", partners.partner, name="application_partner"),
    path(f"{LIST}<int:partner_id>/poista/", partners.partner_remove, name="application_partner_remove"),
    path(f"{LIST}<int:partner_id>/pyyda/", partners.partner_ask, name="application_partner_ask"),
    path(ENTERED, partners.paper_partners, name="paper_partners"),
    path(f"{ENTERED}uusi/", partners.paper_partner_new, name="paper_partner_new"),
    path(f"{ENTERED}oma-osuus/", partners.paper_lead, name="paper_lead"),
    path(f"{ENTERED}<int:partner_id>/", partners.paper_partner, name="paper_partner"),
    path(f"{ENTERED}<int:partner_id>/poista/", partners.paper_partner_remove, name="paper_partner_remove"),
    path(OWN, partner_side.partnerships, name="partnerships"),
    path(f"{OWN}<int:partner_id>/", partner_side.partnership, name="partnership"),
    path(f"{OWN}<int:partner_id>/paatos/", partner_side.partnership_letter, name="partnership_letter"),
    path("yhteishakemus/<str:token>/", partner_side.partner_link, name="partner_link"),
]
