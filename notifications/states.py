"""The life cycle of a message in the outbox, as a table."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

MANAGE = "notifications.message.manage"
WORKER = ""  # the worker acts for nobody

MESSAGE = LifeCycle(
    "notifications.message",
    states=(
        State("queued", _("Odottaa lähetystä"), tone="wait"),
        State("sending", _("Lähetetään"), _("Odottaa lähetystä"), tone="wait"),
        State("sent", _("Lähetetty"), tone="ok"),
        State("uncertain", _("Epävarma"), _("Lähetetty, perillemenosta ei ole varmuutta"), tone="bad"),
        State("failed", _("Ei mennyt perille"), tone="bad"),
        State("given_up", _("Lähetyksestä luovuttu"), _("Ei lähetetty sähköpostiin"), tone="none"),
        State("kept", _("Vain portaalissa"), tone="none"),
        State("gathered", _("Koottu päiväviestiin"), tone="none"),
    ),
    transitions=(
        Transition("claim", ("queued",), "sending", WORKER, _("Työprosessi ottaa viestin lähetettäväksi")),
        Transition("confirm", ("sending",), "sent", WORKER, _("Postipalvelin otti viestin vastaan")),
        Transition(
            "postpone",
            ("sending",),
            "queued",
            WORKER,
            _("Postipalvelin ei ottanut viestiä nyt"),
            "the server said later, or could not be reached",
        ),
        Transition(
            "reject",
            ("sending",),
            "failed",
            WORKER,
            _("Postipalvelin torjui viestin"),
            "the server refused for good, or the attempts are used up",
        ),
        Transition(
            "doubt",
            ("sending",),
            "uncertain",
            WORKER,
            _("Ei tiedetä, menikö viesti"),
            "the worker died or the connection broke between handing over and the server's answer",
        ),
        Transition(
            "repeat",
            ("uncertain",),
            "queued",
            WORKER,
            _("Lain vaatima viesti lähetetään uudelleen samalla tunnisteella"),
            "only a required message",
        ),
        Transition("gather", ("queued",), "gathered", WORKER, _("Koottu päiväviestiin")),
        Transition("send_again", ("uncertain", "failed"), "queued", MANAGE, _("Lähetä uudelleen")),
        Transition("give_up", ("queued", "uncertain", "failed"), "given_up", MANAGE, _("Luovu lähetyksestä")),
    ),
)

NOTHING_MORE_TO_DO = ("sent", "given_up", "kept", "gathered")
NEEDS_A_PERSON = ("uncertain", "failed")
