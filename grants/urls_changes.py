"""Addresses of grants: changes after award, the organisation's own and the officers'."""

from django.urls import URLPattern, path

from grants.views import change_limits, changes, own_changes

ONE = "hallinta/muutokset/<int:change_id>/"
OWN = "omat/<int:organisation_id>/muutokset/"
urlpatterns: list[URLPattern] = [
    path("hallinta/muutokset/", changes.changes, name="changes"),
    path("hallinta/muutokset/toimivalta/", changes.powers, name="change_powers"),
    path("hallinta/muutokset/rajat/<int:kind_id>/", change_limits.kind_limits, name="change_limits"),
    path(ONE, changes.change, name="change"),
    path(f"{ONE}taydennys/", changes.ask_more, name="change_return"),
    path(f"{ONE}esitys/", changes.lay, name="change_lay"),
    path(f"{ONE}ratkaisu/", changes.decide, name="change_decide"),
    path(f"{ONE}paatos/", changes.record, name="change_record"),
    path(f"{ONE}paatos.pdf", changes.letter, name="change_letter"),
    path(OWN, own_changes.own_list, name="own_changes"),
    path(f"{OWN}uusi/<int:decision_id>/", own_changes.new, name="own_change_new"),
    path(f"{OWN}<int:change_id>/", own_changes.own_change, name="own_change"),
    path(f"{OWN}<int:change_id>/muokkaa/", own_changes.edit, name="own_change_edit"),
    path(f"{OWN}<int:change_id>/tarkista/", own_changes.preview, name="own_change_preview"),
    path(f"{OWN}<int:change_id>/peru/", own_changes.withdraw, name="own_change_withdraw"),
]
