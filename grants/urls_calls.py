"""Addresses of grants: calls."""

from django.urls import URLPattern, path

from grants.views import call_parts, call_setup, call_verbs, calls, questions

DRAFT = "hallinta/haut/<int:call_id>/muokkaa/"

urlpatterns: list[URLPattern] = [
    path("avustukset/", calls.calls, name="calls"),
    path("avustukset/<int:call_id>/", calls.call, name="call"),
    path("avustukset/<int:call_id>/kysy/", questions.call_ask, name="call_ask"),
    path("hallinta/haut/<int:call_id>/kysymykset/", questions.questions, name="questions"),
    path(
        "hallinta/haut/<int:call_id>/kysymykset/<int:question_id>/", questions.question_answer, name="question_answer"
    ),
    path("hallinta/haut/", call_setup.call_list, name="call_list"),
    path("hallinta/haut/uusi/", call_setup.call_new, name="call_new"),
    path(DRAFT, call_setup.call_edit, name="call_edit"),
    path(f"{DRAFT}perustiedot/", call_setup.call_edit_basics, name="call_edit_basics"),
    path(f"{DRAFT}raha-ja-ajat/", call_setup.call_edit_money, name="call_edit_money"),
    path(f"{DRAFT}ohje/", call_setup.call_edit_guide, name="call_edit_guide"),
    path(f"{DRAFT}perusteet/", call_parts.criteria, name="call_edit_criteria"),
    path(f"{DRAFT}perusteet/uusi/", call_parts.criterion, name="call_criterion_new"),
    path(f"{DRAFT}perusteet/<int:criterion_id>/", call_parts.criterion, name="call_criterion"),
    path(f"{DRAFT}perusteet/<int:criterion_id>/poista/", call_parts.criterion_remove, name="call_criterion_remove"),
    path(f"{DRAFT}liitteet/", call_parts.attachments, name="call_edit_attachments"),
    path(f"{DRAFT}liitteet/tavanomaiset/", call_parts.attachments_usual, name="call_attachments_usual"),
    path(f"{DRAFT}liitteet/uusi/", call_parts.attachment, name="call_attachment_new"),
    path(f"{DRAFT}liitteet/<int:slot_id>/", call_parts.attachment, name="call_attachment"),
    path(f"{DRAFT}liitteet/<int:slot_id>/poista/", call_parts.attachment_remove, name="call_attachment_remove"),
    path(f"{DRAFT}esikatselu/", call_setup.call_preview, name="call_preview"),
    path(f"{DRAFT}julkaise/", call_verbs.publish, name="call_publish"),
    path(f"{DRAFT}jatka/", call_verbs.extend, name="call_extend"),
    path(f"{DRAFT}peru/", call_verbs.cancel, name="call_cancel"),
    path(f"{DRAFT}kopioi/", call_verbs.copy, name="call_copy"),
]
