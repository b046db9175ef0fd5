"""Addresses of grants: the officers' work on cases, and the applicant's answers to it."""

from django.urls import URLPattern, path

from grants.urls_applicant import ONE
from grants.urls_handling import CALL, CASE
from grants.views import case_bundle, case_supplements, case_work, inbox, supplements

ASKED = f"{ONE}taydennys/<int:supplement_id>/"

urlpatterns: list[URLPattern] = [
    path("hallinta/hakemukset/", inbox.inbox, name="inbox"),
    path(f"{CALL}taydennykset/", case_supplements.call_supplements, name="call_supplements"),
    path(f"{CALL}tarkistuslista/", case_work.call_checks, name="call_checks"),
    path(f"{CASE}hakemus.pdf", case_bundle.case_pdf, name="case_pdf"),
    path(f"{CASE}kasittely/", case_work.case_work, name="case_work"),
    path(f"{CASE}viestit/<int:file_id>/", case_work.message_file, name="case_message_file"),
    path(f"{CASE}tarkistus/", case_work.case_check, name="case_check"),
    path(f"{CASE}siirto/", case_work.case_transfer, name="case_transfer"),
    path(f"{CASE}taydennys/", case_supplements.supplement_new, name="supplement_new"),
    path(f"{CASE}kuuleminen/", case_supplements.hearing_new, name="hearing_new"),
    path(f"{CASE}taydennys/<int:supplement_id>/", case_supplements.case_supplement, name="case_supplement"),
    path(f"{ONE}viestit/", supplements.own_messages, name="application_messages"),
    path(f"{ONE}viestit/<int:file_id>/", supplements.own_message_file, name="application_message_file"),
    path(ASKED, supplements.supplement, name="application_supplement"),
    path(f"{ASKED}laheta/", supplements.send, name="application_supplement_send"),
    path(f"{ASKED}tiedostot/<int:file_id>/", supplements.draft_file, name="application_supplement_file"),
]
