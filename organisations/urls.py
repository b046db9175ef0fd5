from django.urls import path, register_converter
from django.urls.converters import StringConverter

from organisations import urls_relations
from organisations.views import (
    activities,
    contacts,
    desk,
    finder,
    finding,
    lahella,
    merging,
    open_data,
    own,
    own_data,
    people,
    public,
    register,
    reviews,
)


class FileKindConverter(StringConverter):
    """A kind of file: ``csv`` or ``json``."""

    regex = "csv|json"


register_converter(FileKindConverter, "filekind")

app_name = "organisations"
urlpatterns = [
    *urls_relations.urlpatterns,
    path("jarjestot/", finding.organisation_list, name="organisations"),
    path("jarjestot/jarjestot.csv", finding.organisation_csv, name="export"),
    path("jarjestot/jarjestot.xlsx", finding.organisation_xlsx, name="export_xlsx"),
    path("jarjestot/tilastot/", finding.field_statistics, name="statistics"),
    path("jarjestot/tilastot/<slug:key>.csv", finding.field_statistics_csv, name="statistics_csv"),
    path("jarjestot/<int:pk>/", public.organisation_detail, name="detail"),
    path("avoin-data/", open_data.open_data, name="open_data"),
    path("avoin-data/sarakkeet.csv", open_data.data_dictionary, name="data_dictionary"),
    path("toiminta/", finder.finder, name="finder"),
    path("toiminta/ohjauslappu/", finder.handout_new, name="handout_new"),
    path("toiminta/ohjauslappu/<slug:key>/", finder.handout, name="handout"),
    path("toiminta/ohjauslappu/<slug:key>/ohjauslappu.pdf", finder.handout_pdf, name="handout_pdf"),
    path("hallinta/ohjaukset/", finder.handout_figures, name="handout_statistics"),
    path("hallinta/ohjaukset/ohjauslaput.csv", finder.handout_figures_csv, name="handout_statistics_csv"),
    path("toiminta/<int:pk>/", activities.activity, name="activity"),
    path("omat/<int:organisation_id>/toiminta/", activities.own_activities, name="own_activities"),
    path("omat/<int:organisation_id>/toiminta/uusi/", activities.activity_new, name="activity_new"),
    path("omat/<int:organisation_id>/toiminta/vahvista/", activities.activities_confirm, name="activities_confirm"),
    path("omat/<int:organisation_id>/toiminta/<int:pk>/", activities.activity_edit, name="activity_edit"),
    path("omat/<int:organisation_id>/toiminta/<int:pk>/tee/", activities.activity_act, name="activity_act"),
    path("omat/<int:organisation_id>/toiminta/lahella/", lahella.own_activities, name="lahella_own"),
    path("omat/<int:organisation_id>/toiminta/lahella.<filekind:kind>", lahella.own_file, name="lahella_own_file"),
    path("hallinta/toiminta/lahella/", lahella.all_activities, name="lahella"),
    path("hallinta/toiminta/lahella.<filekind:kind>", lahella.all_file, name="lahella_file"),
    path("jarjestot/<int:pk>/edusta/", public.claim_new, name="claim_new"),
    path("omat/edustuspyynnot/<int:pk>/", public.own_claim, name="own_claim"),
    path("omat/<int:organisation_id>/", own.own, name="own"),
    path("omat/<int:organisation_id>/aikajana/", own.own_timeline, name="own_timeline"),
    path("omat/<int:organisation_id>/tiedot/", own_data.own_data, name="own_data"),
    path("omat/<int:organisation_id>/tiedot/vahvista/", own_data.own_data_confirm, name="own_data_confirm"),
    path("omat/<int:organisation_id>/tiedot/<slug:part>/", own_data.own_data_part, name="own_data_part"),
    path("omat/<int:organisation_id>/yhteyshenkilot/", contacts.contacts, name="contacts"),
    path("omat/<int:organisation_id>/yhteyshenkilot/uusi/", contacts.contact_new, name="contact_new"),
    path("omat/<int:organisation_id>/yhteyshenkilot/<int:pk>/", contacts.contact_edit, name="contact_edit"),
    path("omat/<int:organisation_id>/yhteyshenkilot/<int:pk>/lahti/", contacts.contact_leave, name="contact_leave"),
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
    path("omat/<int:organisation_id>/rekisteri/", reviews.own_reviews, name="own_reviews"),
    path("omat/<int:organisation_id>/rekisteri/virhe/", reviews.report_error, name="report_error"),
    path("omat/<int:organisation_id>/rekisteri/<int:pk>/", reviews.own_review, name="own_review"),
    path("hallinta/rekisteri/", register.register, name="register"),
    path("hallinta/rekisteri/<int:pk>/", register.import_report, name="import_report"),
    path("hallinta/rekisteri/<int:pk>/edistyminen/", register.import_progress, name="import_progress"),
    path("hallinta/rekisteri/<int:pk>/vienti/", register.import_act, name="import_act"),
    path("hallinta/rekisteri/uusi/", register.organisation_new, name="organisation_new"),
    path("hallinta/rekisteri/tarkistukset/", reviews.reviews, name="reviews"),
    path("hallinta/rekisteri/tarkistukset/<int:pk>/", reviews.review, name="review"),
    path("hallinta/rekisteri/tarkistukset/<int:pk>/liite/", reviews.review_file, name="review_file"),
    path("hallinta/rekisteri/kaksoiskappaleet/", merging.duplicates, name="duplicates"),
    path("hallinta/rekisteri/vertaa/", merging.pick_pair, name="pick_pair"),
    path("hallinta/rekisteri/vertaa/<int:first>/<int:second>/", merging.compare, name="compare"),
    path("hallinta/rekisteri/yhdista/<int:survivor>/<int:vanished>/", merging.merge, name="merge"),
    path("hallinta/rekisteri/yhdistamiset/", merging.merges, name="merges"),
    path("hallinta/rekisteri/yhdistamiset/<int:pk>/", merging.merge_journal, name="merge_journal"),
    path("hallinta/rekisteri/yhdistamiset/<int:pk>/pura/", merging.merge_undo, name="merge_undo"),
]
