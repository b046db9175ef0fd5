from django.urls import path

from organisations import urls_relations
from organisations.views import desk, own, people, public

app_name = "organisations"
urlpatterns = [
    *urls_relations.urlpatterns,
    path("jarjestot/", public.organisation_list, name="organisations"),
    path("jarjestot/jarjestot.csv", public.organisation_export, name="export"),
    path("jarjestot/<int:pk>/", public.organisation_detail, name="detail"),
    path("jarjestot/<int:pk>/edusta/", public.claim_new, name="claim_new"),
    path("omat/edustuspyynnot/<int:pk>/", public.own_claim, name="own_claim"),
    path("omat/<int:organisation_id>/", own.own, name="own"),
    path("omat/<int:organisation_id>/tiedot/", own.own_data, name="own_data"),
    path("omat/<int:organisation_id>/tilinumero/", own.bank_account, name="bank_account"),
    path("omat/<int:organisation_id>/jasenet/", people.people, name="people"),
    path("omat/<int:organisation_id>/jasenet/kutsu/", people.person_invite, name="invite"),
    path("omat/<int:organisation_id>/jasenet/<int:pk>/rooli/", people.person_role, name="change_role"),
    path("omat/<int:organisation_id>/jasenet/<int:pk>/paata/", people.person_end, name="end_membership"),
    path(
        "omat/<int:organisation_id>/kutsut/<int:pk>/peru/",
        people.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("kutsut/<str:token>/", people.invitation_accept, name="invitation"),
    path("hallinta/edustukset/", desk.claims, name="claims"),
    path("hallinta/edustukset/<int:pk>/", desk.claim_case, name="claim_case"),
    path("hallinta/edustukset/<int:pk>/liite/", desk.claim_file, name="claim_file"),
    path("hallinta/tilinumerot/", desk.bank_accounts, name="bank_accounts"),
    path("hallinta/tilinumerot/<int:pk>/", desk.bank_account_case, name="bank_account_case"),
    path("hallinta/rekisteri/", desk.register, name="register"),
    path("hallinta/rekisteri/<int:pk>/", desk.import_report, name="import_report"),
    path("hallinta/rekisteri/<int:pk>/edistyminen/", desk.import_progress, name="import_progress"),
]
