"""The life cycles of a booking (varaus), of a place in the queue for a slot, and of a damage report."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States of a booking that holds its spaces.
HOLDING = ("confirmed",)
#: States of a booking that may still become or be one.
LIVE = ("requested", "confirmed")
_OWN, _MANAGE = "premises.booking.change", "premises.booking.manage"
_WAIT, _DAMAGE = "premises.waiting.change", "premises.damage.manage"

BOOKING = LifeCycle(
    "premises.booking",
    (
        State("requested", _("Odottaa vahvistusta"), tone="wait"),
        State("confirmed", _("Vahvistettu"), tone="ok"),
        State("declined", _("Ei vahvistettu"), tone="bad"),
        State("lapsed", _("Ei vahvistettu ajoissa"), tone="none"),
        State("skipped", _("Jäi väliin"), tone="none"),
        State("cancelled", _("Peruttu"), tone="none"),
        State("not_needed", _("Vapautettu, ei tarvittu"), tone="none"),
        State("taken_back", _("Hyvinvointialue tarvitsi tilan"), tone="bad"),
    ),
    (
        Transition("confirm", ("requested",), "confirmed", _MANAGE, _("Vahvista varaus")),
        Transition("decline", ("requested",), "declined", _MANAGE, _("Älä vahvista")),
        Transition("lapse", ("requested",), "lapsed", "", condition="the time began and nobody had answered"),
        Transition("try_again", ("skipped",), "confirmed", _OWN, _("Yritä uudelleen"), condition="room confirms"),
        Transition("try_again", ("skipped",), "requested", _OWN, _("Yritä uudelleen"), condition="manager confirms"),
        Transition("move", ("requested",), "requested", _OWN, _("Siirrä tai muuta aikaa")),
        Transition("move", ("confirmed",), "confirmed", _OWN, _("Siirrä tai muuta aikaa"), condition="room confirms"),
        Transition(
            "move", ("confirmed",), "requested", _OWN, _("Siirrä tai muuta aikaa"), condition="the manager confirms"
        ),
        Transition("cancel", ("requested", "confirmed", "skipped"), "cancelled", _OWN, _("Peru varaus")),
        Transition("release", ("confirmed",), "not_needed", _OWN, _("Emme tarvinneetkaan")),
        Transition("take_back", ("confirmed", "requested"), "taken_back", _MANAGE, _("Ota aika takaisin")),
    ),
)

WAITING = LifeCycle(
    "premises.waiting_place",
    (
        State("waiting", _("Jonossa"), tone="wait"),
        State("offered", _("Aika tarjottu"), tone="info"),
        State("taken", _("Varattu"), tone="ok"),
        State("left", _("Poistunut jonosta"), tone="none"),
        State("lapsed", _("Ei vastattu"), tone="none"),
    ),
    (
        Transition("offer", ("waiting",), "offered", "", condition="the slot became free"),
        Transition("take", ("offered",), "taken", _WAIT, _("Varaa aika")),
        Transition("leave", ("waiting", "offered"), "left", _WAIT, _("Poistu jonosta")),
        Transition("lapse", ("waiting", "offered"), "lapsed", "", condition="no answer, or the time has passed"),
    ),
)

DAMAGE = LifeCycle(
    "premises.damage_report",
    (
        State("open", _("Odottaa käsittelyä"), tone="wait"),
        State("handled", _("Käsitelty"), tone="ok"),
    ),
    (Transition("handle", ("open",), "handled", _DAMAGE, _("Merkitse käsitellyksi")),),
)
