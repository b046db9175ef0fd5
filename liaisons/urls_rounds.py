"""Addresses of comment rounds."""

from django.urls import path

from liaisons.views import own_rounds, public_rounds, rounds

round_urls = [
    path("kommentointi/", public_rounds.public_rounds, name="public_rounds"),
    path("kommentointi/<int:pk>/", public_rounds.public_round, name="public_round"),
    path("kommentointi/tiedostot/<int:pk>/", public_rounds.public_round_file, name="public_round_file"),
    path("omat/<int:organisation_id>/kommentointi/", own_rounds.own_rounds, name="own_rounds"),
    path("omat/<int:organisation_id>/kommentointi/<int:pk>/", own_rounds.own_round, name="own_round"),
    path("hallinta/kommentointi/", rounds.rounds, name="rounds"),
    path("hallinta/kommentointi/uusi/", rounds.round_new, name="round_new"),
    path("hallinta/kommentointi/<int:pk>/", rounds.round_detail, name="round"),
    path("hallinta/kommentointi/<int:pk>/muuta/", rounds.round_edit, name="round_edit"),
    path("hallinta/kommentointi/<int:pk>/kohdat/uusi/", rounds.part_new, name="round_part_new"),
    path("hallinta/kommentointi/kohdat/<int:pk>/", rounds.part_edit, name="round_part_edit"),
    path("hallinta/kommentointi/kohdat/<int:pk>/poista/", rounds.part_remove, name="round_part_remove"),
    path("hallinta/kommentointi/<int:pk>/tiedostot/", rounds.round_attach, name="round_attach"),
    path("hallinta/kommentointi/tiedostot/<int:pk>/", rounds.round_file, name="round_file"),
    path("hallinta/kommentointi/tiedostot/<int:pk>/poista/", rounds.round_file_remove, name="round_file_remove"),
    path("hallinta/kommentointi/<int:pk>/vahvista/", rounds.round_confirm, name="round_confirm"),
    path("hallinta/kommentointi/<int:pk>/jatka/", rounds.round_extend, name="round_extend"),
    path("hallinta/kommentointi/<int:pk>/peru/", rounds.round_cancel, name="round_cancel"),
    path("hallinta/kommentointi/<int:pk>/kirjaa/", rounds.comment_enter, name="round_comment_enter"),
    path("hallinta/kommentointi/<int:pk>/vastaa/", rounds.round_answers, name="round_answers"),
    path("hallinta/kommentointi/<int:pk>/yhteenveto/", rounds.round_summary, name="round_summary"),
    path("hallinta/kommentointi/<int:pk>/julkaise/", rounds.round_publish, name="round_publish"),
]
