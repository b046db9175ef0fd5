"""The life cycles of a booking (varaus), of a place in the queue for a slot, and of a damage report.

And of a round in which a season is allocated (vuorojako) with its applications.
"""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States of a booking that holds its spaces.
HOLDING = ("confirmed",)
#: States of a booking that may still become or be one.
LIVE = ("requested", "confirmed")
_OWN, _MANAGE = "premises.booking.change", "premises.booking.manage"
_SEASON, _APPLY = "premises.season.manage", "premises.season_application.change"
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

SEASON = LifeCycle(
    "premises.season_round",
    (
        State("draft", _("Luonnos"), tone="wait"),
        State("open", _("Haku on julkaistu"), tone="info"),
        State("closed", _("Haku on päättynyt"), tone="wait"),
        State("proposed", _("Jako on ehdotettu"), applicant_label=_("Jakoa valmistellaan"), tone="wait"),
        State("decided", _("Vuorot on jaettu"), tone="ok"),
        State("cancelled", _("Jako on peruttu"), tone="none"),
    ),
    (
        Transition("publish", ("draft",), "open", _SEASON, _("Julkaise haku")),
        Transition("close", ("open",), "closed", _SEASON, _("Päätä haku nyt")),
        Transition("time_out", ("open",), "closed", "", condition="the time for applying is over"),
        Transition("propose", ("closed", "proposed"), "proposed", _SEASON, _("Laske ehdotus")),
        Transition("decide", ("proposed",), "decided", _SEASON, _("Vahvista jako")),
        Transition("cancel", ("draft", "open", "closed", "proposed"), "cancelled", _SEASON, _("Peru jako")),
    ),
)
#: States of an application that takes part or may still do so.
APPLYING = ("draft", "sent")
SEASON_APPLICATION = LifeCycle(
    "premises.season_application",
    (
        State("draft", _("Kesken"), tone="wait"),
        State("sent", _("Vuorohakemus lähetetty"), tone="info"),
        State("withdrawn", _("Peruttu hakijan pyynnöstä"), tone="none"),
        State("granted", _("Vuoro myönnetty"), tone="ok"),
        State("refused", _("Vuoroa ei saatu"), tone="bad"),
        State("ended", _("Vuorojako peruttiin"), tone="none"),
    ),
    (
        Transition("send", ("draft", "withdrawn"), "sent", _APPLY, _("Lähetä hakemus")),
        Transition("change", ("sent",), "sent", _APPLY, _("Muuta hakemusta")),
        Transition("withdraw", ("draft", "sent"), "withdrawn", _APPLY, _("Peru hakemus")),
        Transition("grant", ("sent",), "granted", "", condition="the round is decided and gives at least one turn"),
        Transition("refuse", ("sent",), "refused", "", condition="the round is decided and gives no turn"),
        Transition("end", ("draft", "sent"), "ended", "", condition="the round is cancelled"),
    ),
)
