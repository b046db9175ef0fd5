"""Addresses of grants: payments."""

from django.urls import URLPattern, path, re_path

from grants.views import payments

OWN = "omat/<int:organisation_id>/"
urlpatterns: list[URLPattern] = [
    path("hallinta/maksatukset/", payments.payments, name="payments"),
    re_path(r"^hallinta/maksatukset/vienti\.(?P<kind>csv|xlsx)$", payments.export, name="payments_export"),
    path("hallinta/maksatukset/valmistele/", payments.plan_many, name="plan_many"),
    path("hallinta/maksatukset/hyvaksy/", payments.release_many, name="release_many"),
    path("hallinta/maksatukset/muistuta-tileista/", payments.remind_accounts_of_all, name="remind_accounts"),
    path("hallinta/maksatukset/<int:payment_id>/", payments.payment, name="payment"),
    path("hallinta/paatokset/<int:decision_id>/maksuera/", payments.plan, name="plan_payment"),
    path(f"{OWN}maksut/", payments.own_payments, name="own_payments"),
]
