"""The life cycles of forums as tables."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

_MANAGE = "forums.event.manage"

EVENT = LifeCycle(
    "forums.event",
    (
        State("planned", _("Suunnitteilla"), tone="wait"),
        State("published", _("Julkaistu"), _("Tulossa"), "info"),
        State("held", _("Pidetty"), tone="ok"),
        State("cancelled", _("Peruttu"), tone="bad"),
    ),
    (
        Transition("publish", ("planned",), "published", _MANAGE, _("Julkaise tapahtuma")),
        Transition("hold", ("published",), "held", _MANAGE, _("Merkitse pidetyksi")),
        Transition("cancel", ("planned", "published"), "cancelled", _MANAGE, _("Peru tapahtuma")),
    ),
)

#: States in which everybody who may see the event sees it.
SHOWN = ("published", "held", "cancelled")

SIGN_UP = LifeCycle(
    "forums.sign_up",
    (
        State("unconfirmed", _("Vahvistamatta"), _("Vahvista ilmoittautumisesi"), "wait"),
        State("signed", _("Ilmoittautunut"), _("Sinulla on paikka"), "ok"),
        State("waiting", _("Jonossa"), _("Olet jonossa"), "wait"),
        State("cancelled", _("Perunut"), _("Ilmoittautuminen on peruttu"), "none"),
        State("lapsed", _("Ei vahvistettu ajoissa"), tone="none"),
    ),
    (
        Transition("confirm", ("unconfirmed",), "signed", "", _("Vahvista"), condition="there is a place"),
        Transition("confirm", ("unconfirmed",), "waiting", "", _("Vahvista"), condition="the event is full"),
        Transition("lapse", ("unconfirmed",), "lapsed", "", condition="nobody opened the link in time"),
        Transition("move_up", ("waiting",), "signed", "", condition="a place became free; first in line first"),
        Transition("cancel", ("unconfirmed", "signed", "waiting"), "cancelled", "", _("Peru ilmoittautuminen")),
    ),
)
#: States in which a person is still coming or hopes to.
STANDING = ("signed", "waiting")
