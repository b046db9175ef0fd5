"""Addresses of surveys."""

from django.urls import URLPattern, path, re_path

from reports.views import survey_extras, surveys, surveys_public

_DESK = "hallinta/kyselyt/"
survey_patterns: list[URLPattern] = [
    path("kyselyt/", surveys_public.surveys, name="surveys"),
    path("kyselyt/kiitos/", surveys_public.survey_thanks, name="survey_thanks"),
    path("kyselyt/<int:pk>/tulokset/", surveys_public.survey_results, name="survey_results"),
    re_path(
        r"^kyselyt/(?P<pk>[0-9]{1,9})/tulokset\.(?P<kind>csv|xlsx)$", surveys_public.survey_file, name="survey_file"
    ),
    path("kyselyt/linkki/<slug:token>/", surveys_public.survey_personal, name="survey_personal"),
    path("kyselyt/<slug:key>/", surveys_public.survey_open, name="survey_open"),
    path(_DESK, surveys.surveys_desk, name="surveys_desk"),
    path(f"{_DESK}uusi/", surveys.survey_new, name="survey_new"),
    path(f"{_DESK}muut/", survey_extras.external_results, name="external_results"),
    path(f"{_DESK}muut/uusi/", survey_extras.external_result_new, name="external_result_new"),
    path(f"{_DESK}muut/<int:pk>/", survey_extras.external_result, name="external_result"),
    path(f"{_DESK}muut/<int:pk>/poista/", survey_extras.external_result_remove, name="external_result_remove"),
    path(f"{_DESK}<int:pk>/", surveys.survey_desk, name="survey_desk"),
    path(f"{_DESK}<int:pk>/tiedot/", surveys.survey_edit, name="survey_edit"),
    path(f"{_DESK}<int:pk>/kysymykset/uusi/", surveys.survey_question_new, name="survey_question_new"),
    path(f"{_DESK}<int:pk>/taulukot/uusi/", surveys.survey_table_new, name="survey_table_new"),
    path(f"{_DESK}<int:pk>/esikatselu/", surveys.survey_preview, name="survey_preview"),
    path(f"{_DESK}<int:pk>/kutsut/", surveys.survey_invitations, name="survey_invitations"),
    path(f"{_DESK}<int:pk>/kutsut/muistuta/", surveys.survey_remind, name="survey_remind"),
    path(f"{_DESK}<int:pk>/tulokset/", surveys.survey_desk_results, name="survey_desk_results"),
    path(f"{_DESK}<int:pk>/vaihe/<slug:step>/", surveys.survey_step, name="survey_step"),
    path(f"{_DESK}kysymykset/<int:pk>/", surveys.survey_question, name="survey_question"),
    path(f"{_DESK}kysymykset/<int:pk>/toimi/", surveys.survey_question_act, name="survey_question_act"),
    path(f"{_DESK}kysymykset/<int:pk>/vastaukset/", survey_extras.open_answers, name="open_answers"),
    path(f"{_DESK}kysymykset/<int:pk>/ryhmat/", survey_extras.open_group_new, name="open_group_new"),
    path(f"{_DESK}ryhmat/<int:pk>/poista/", survey_extras.open_group_remove, name="open_group_remove"),
    path(f"{_DESK}taulukot/<int:pk>/poista/", surveys.survey_table_remove, name="survey_table_remove"),
]
