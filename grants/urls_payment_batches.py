"""Addresses of grants: payment batches."""

from django.urls import URLPattern, path, re_path

from grants.views import payment_batches, payment_states

LISTS = "hallinta/maksulistat/"
ONE = f"{LISTS}<int:batch_id>/"
urlpatterns: list[URLPattern] = [
    path(LISTS, payment_batches.batches, name="payment_batches"),
    path(f"{LISTS}uusi/", payment_batches.new, name="payment_batch_new"),
    path(f"{LISTS}lataa/", payment_states.load, name="payment_return_file"),
    path(f"{LISTS}tasmaytys/", payment_states.reconciliation, name="payment_reconciliation"),
    path(ONE, payment_batches.batch, name="payment_batch"),
    path(f"{ONE}hyvaksy/", payment_batches.approve, name="payment_batch_approve"),
    path(f"{ONE}palauta/", payment_batches.give_back, name="payment_batch_return"),
    path(f"{ONE}lahetetty/", payment_batches.sent, name="payment_batch_sent"),
    path(f"{ONE}tilat/", payment_states.states, name="payment_batch_states"),
    path(f"{ONE}palautuneet/", payment_states.came_back, name="payment_batch_came_back"),
    path(f"{ONE}pankkiin.xml", payment_batches.bank_file, name="payment_batch_xml"),
    re_path(
        r"^hallinta/maksulistat/(?P<batch_id>[0-9]{1,9})/maksulista\.(?P<kind>csv|xlsx)$",
        payment_batches.export,
        name="payment_batch_export",
    ),
]
