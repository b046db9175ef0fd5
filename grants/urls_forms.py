"""Addresses of grants: building the application form of a draft, and the eligibility questions of a call."""

from django.urls import URLPattern, path

from grants.views import eligibility, form_editor, form_preview

DRAFT = "hallinta/haut/<int:call_id>/muokkaa/"
FORM = f"{DRAFT}lomake/"
ELIGIBILITY = f"{DRAFT}kelpoisuus/"

urlpatterns: list[URLPattern] = [
    path(FORM, form_editor.call_edit_form, name="call_edit_form"),
    path(f"{FORM}alusta/", form_editor.form_start, name="form_start"),
    path(f"{FORM}kokeile/", form_preview.form_preview, name="form_preview"),
    path(f"{FORM}siirra/", form_editor.form_move, name="form_move"),
    path(f"{FORM}sivut/uusi/", form_editor.form_page, name="form_page_new"),
    path(f"{FORM}sivut/<slug:page_key>/", form_editor.form_page, name="form_page"),
    path(f"{FORM}sivut/<slug:page_key>/poista/", form_editor.form_page_remove, name="form_page_remove"),
    path(f"{FORM}sivut/<slug:page_key>/kysymys/", form_editor.form_question_new, name="form_question_new"),
    path(f"{FORM}kysymykset/<slug:question_key>/", form_editor.form_question, name="form_question"),
    path(
        f"{FORM}kysymykset/<slug:question_key>/poista/", form_editor.form_question_remove, name="form_question_remove"
    ),
    path(ELIGIBILITY, eligibility.eligibility, name="call_eligibility"),
    path(f"{ELIGIBILITY}tavanomaiset/", eligibility.eligibility_usual, name="call_eligibility_usual"),
    path(f"{ELIGIBILITY}uusi/", eligibility.eligibility_question, name="call_eligibility_new"),
    path(f"{ELIGIBILITY}<int:question_id>/", eligibility.eligibility_question, name="call_eligibility_question"),
    path(f"{ELIGIBILITY}<int:question_id>/siirra/", eligibility.eligibility_move, name="call_eligibility_move"),
    path(f"{ELIGIBILITY}<int:question_id>/poista/", eligibility.eligibility_remove, name="call_eligibility_remove"),
    path("avustukset/<int:call_id>/voitteko-hakea/", eligibility.check, name="eligibility_check"),
]
