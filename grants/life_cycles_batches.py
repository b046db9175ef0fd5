"""The life cycles of a payment batch (maksulista) and of one instalment on it."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States of a line in which its instalment is on a live batch and so on no other.
LIVE = ("listed", "sent", "suspended", "paid")
#: States of a line that wait for an answer of the bank or the ledger.
OPEN = ("sent", "suspended")
_HANDLE, _MANAGE = "grants.payment_batch.handle", "grants.payment_batch.manage"

BATCH = LifeCycle(
    "grants.payment_batch",
    (
        State("made", _("Odottaa hyväksyjää"), tone="wait"),
        State("approved", _("Hyväksytty"), tone="info"),
        State("sent", _("Lähetetty maksuun"), tone="info"),
        State("closed", _("Valmis"), tone="ok"),
        State("returned", _("Palautettu"), tone="none"),
    ),
    (
        Transition("approve_batch", ("made",), "approved", _HANDLE, _("Hyväksy maksulista")),
        Transition("return_batch", ("made", "approved"), "returned", _HANDLE, _("Palauta maksulista")),
        Transition("send_batch", ("approved",), "sent", _MANAGE, _("Merkitse lähetetyksi")),
        Transition("record_lines", ("sent",), "sent", _MANAGE, _("Kirjaa maksujen tilat")),
        Transition(
            "record_lines",
            ("sent",),
            "closed",
            _MANAGE,
            _("Kirjaa maksujen tilat"),
            condition="every instalment has been paid or has come back",
        ),
        Transition(
            "record_lines",
            ("closed",),
            "closed",
            _MANAGE,
            _("Kirjaa maksujen tilat"),
            condition="money that had been paid came back",
        ),
    ),
)

BATCH_LINE = LifeCycle(
    "grants.payment_line",
    (
        State("listed", _("Listalla"), tone="wait"),
        State("sent", _("Lähetetty"), tone="info"),
        State("suspended", _("Keskeytetty"), tone="wait"),
        State("paid", _("Maksettu"), tone="ok"),
        State("returned", _("Palautui"), tone="bad"),
        State("came_back", _("Palautui maksun jälkeen"), tone="bad"),
        State("dropped", _("Poistettu listalta"), tone="none"),
    ),
    (
        Transition("send_batch", ("listed",), "sent", _MANAGE, _("Merkitse lähetetyksi")),
        Transition("return_batch", ("listed",), "dropped", _HANDLE, _("Palauta maksulista")),
        Transition("resume", ("suspended",), "sent", _MANAGE, _("Jatka maksua")),
        Transition("suspend", ("sent",), "suspended", _MANAGE, _("Keskeytä")),
        Transition("pay", ("sent", "suspended"), "paid", _MANAGE, _("Merkitse maksetuksi")),
        Transition("bounce", ("sent", "suspended"), "returned", _MANAGE, _("Merkitse palautuneeksi")),
        Transition("come_back", ("paid",), "came_back", _MANAGE, _("Merkitse maksun jälkeen palautuneeksi")),
    ),
)
#: What is recorded of a line: the state to which it goes, and the verb of the table.
VERB_TO = {"sent": "resume", "suspended": "suspend", "paid": "pay", "returned": "bounce", "came_back": "come_back"}
