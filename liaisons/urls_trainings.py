"""Addresses of introductions and trainings."""

from django.urls import path

from liaisons.views import own_trainings as own
from liaisons.views import training_register as register
from liaisons.views import trainings

_DESK = "hallinta/koulutukset/"

training_urls = [
    path("omat/koulutukset/", own.own_trainings, name="own_trainings"),
    path("omat/koulutukset/kalenteri.ics", own.own_calendar, name="own_trainings_calendar"),
    path("koulutukset/<int:pk>/", own.training, name="training"),
    path("koulutukset/<int:pk>/kalenteri.ics", own.calendar, name="training_calendar"),
    path("koulutukset/todistukset/<int:pk>/", own.certificate, name="training_certificate"),
    path(_DESK, trainings.trainings, name="trainings"),
    path(f"{_DESK}uusi/", trainings.training_new, name="training_new"),
    path(f"{_DESK}kurssit/", trainings.courses, name="courses"),
    path(f"{_DESK}kurssit/uusi/", trainings.course_new, name="course_new"),
    path(f"{_DESK}kurssit/<int:pk>/", trainings.course_edit, name="course_edit"),
    path(f"{_DESK}<int:pk>/", trainings.training_desk, name="training_desk"),
    path(f"{_DESK}<int:pk>/muuta/", trainings.training_edit, name="training_edit"),
    path(f"{_DESK}<int:pk>/avaa/", trainings.training_open, name="training_open"),
    path(f"{_DESK}<int:pk>/peru/", trainings.training_cancel, name="training_cancel"),
    path(f"{_DESK}<int:pk>/kutsu/", trainings.training_invite, name="training_invite"),
    path(f"{_DESK}<int:pk>/ilmoita/", trainings.training_sign_up, name="training_sign_up"),
    path(f"{_DESK}<int:pk>/osallistujat/", trainings.training_attendance, name="training_attendance"),
    path(f"{_DESK}ilmoittautumiset/<int:pk>/peru/", trainings.sign_up_cancel, name="training_sign_up_cancel"),
    path(f"{_DESK}rekisteri/", register.register, name="training_register"),
    path(f"{_DESK}rekisteri/koulutusrekisteri.csv", register.export, {"kind": "csv"}, name="training_register_csv"),
    path(f"{_DESK}rekisteri/koulutusrekisteri.xlsx", register.export, {"kind": "xlsx"}, name="training_register_xlsx"),
    path(f"{_DESK}rekisteri/uusi/", register.record_new, name="training_record_new"),
    path(f"{_DESK}rekisteri/henkilot/<int:pk>/", register.person, name="training_person"),
    path(f"{_DESK}rekisteri/suoritukset/<int:pk>/peru/", register.record_withdraw, name="training_record_withdraw"),
]
