"""Addresses of grants: agreements, the officers', an organisation's own, and the public register."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from grants.views import agreement_register, agreement_running, agreement_steps, agreements

OFFICERS = "hallinta/sopimukset/"
OWN = "omat/<int:organisation_id>/sopimukset/"
PUBLIC = "yhteistyosopimukset/"

#: Steps that both sides have: address, view, and the name after ``agreement`` or ``own_agreement``.
_STEPS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("", agreement_steps.agreement, ""),
    ("muokkaa/", agreement_steps.edit, "_edit"),
    ("laheta/", agreement_steps.send_on, "_send"),
    ("kommentti/", agreement_steps.comment_on, "_comment"),
    ("versiot/<int:number>/", agreement_steps.version, "_version"),
    ("hyvaksy/", agreement_steps.approve, "_sign"),
    ("neuvotteluun/", agreement_steps.back, "_reopen"),
    ("lopeta/", agreement_steps.end, "_drop"),
    ("sopimus.pdf", agreement_steps.pdf, "_pdf"),
    ("skannaukset/<int:file_id>/", agreement_steps.scan, "_scan"),
    ("suunnitelma/", agreement_running.plan, "_plan"),
    ("arvio/", agreement_running.evaluation, "_evaluate"),
    ("keskustelu/", agreement_running.talk, "_talk"),
    ("irtisano/", agreement_running.notice, "_terminate"),
)
urlpatterns: list[URLPattern] = [
    path(PUBLIC, agreement_register.register, name="public_agreements"),
    path(f"{PUBLIC}luettelo.csv", agreement_register.register_csv, name="public_agreements_csv"),
    path(f"{PUBLIC}<int:agreement_id>/", agreement_register.public_agreement, name="public_agreement"),
    path(OFFICERS, agreements.agreements, name="agreements"),
    path(f"{OFFICERS}luettelo.csv", agreements.export, name="agreements_csv"),
    path(f"{OFFICERS}luettelo.xlsx", agreements.export_xlsx, name="agreements_xlsx"),
    path(f"{OFFICERS}muistuta/", agreements.remind, name="agreements_remind"),
    path(f"{OFFICERS}uusi/", agreements.new, name="agreement_new"),
    path(f"{OFFICERS}viite/", agreements.reference, name="agreement_reference"),
    path(f"{OFFICERS}<int:agreement_id>/paperi/", agreement_steps.paper, name="agreement_paper"),
    path(f"{OFFICERS}<int:agreement_id>/muuta/", agreement_running.change, name="agreement_amend"),
    path(f"{OFFICERS}<int:agreement_id>/jatka/", agreement_running.go_on, name="agreement_renew"),
    path(OWN, agreements.own_agreements, name="own_agreements"),
    *(path(f"{OFFICERS}<int:agreement_id>/{tail}", view, name=f"agreement{name}") for tail, view, name in _STEPS),
    *(path(f"{OWN}<int:agreement_id>/{tail}", view, name=f"own_agreement{name}") for tail, view, name in _STEPS),
]
