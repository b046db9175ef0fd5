"""Life cycles of a negotiated grant: negotiation, meetings, co-funders, what comes after the project."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States of a co-funder in which there is no decision yet.
UNDECIDED = ("asked", "pending")
#: States of a co-funder that give the project less than was asked.
SMALLER = ("partly", "refused")

NEGOTIATION = LifeCycle(
    "grants.negotiation",
    (
        State("open", _("Neuvotellaan"), tone="wait"),
        State("agreed", _("Sovittu"), tone="ok"),
        State("ended", _("Päättyi ilman sopimusta"), tone="none"),
    ),
    (
        Transition(
            "send_version",
            ("open",),
            "open",
            "grants.negotiation.write_own",
            _("Lähetä versio"),
            condition="has the turn",
        ),
        Transition(
            "approve_version",
            ("open",),
            "open",
            "grants.negotiation.agree_own",
            _("Hyväksy versio"),
            condition="the other side has not approved the same version yet",
        ),
        Transition(
            "approve_version",
            ("open",),
            "agreed",
            "grants.negotiation.agree_own",
            _("Hyväksy versio"),
            condition="the other side has approved the same version",
        ),
        Transition("end_negotiation", ("open",), "ended", "grants.negotiation.agree_own", _("Päätä neuvottelu")),
        Transition(
            "return_to_negotiation",
            ("agreed", "ended"),
            "open",
            "grants.negotiation.work",
            _("Palaa neuvotteluun"),
            condition="the case is still prepared",
        ),
    ),
)

NEGOTIATION_MEETING = LifeCycle(
    "grants.negotiation_meeting",
    (
        State("planned", _("Sovittu pidettäväksi"), tone="info"),
        State("held", _("Pidetty"), tone="ok"),
        State("cancelled", _("Peruttu"), tone="none"),
    ),
    (
        Transition("move_meeting", ("planned",), "planned", "grants.negotiation.work", _("Muuta aikaa tai paikkaa")),
        Transition("write_memo", ("planned", "held"), "held", "grants.negotiation.work", _("Kirjoita muistio")),
        Transition("cancel_meeting", ("planned",), "cancelled", "grants.negotiation.work", _("Peru tapaaminen")),
    ),
)

COFUNDING = LifeCycle(
    "grants.cofunding",
    (
        State("asked", _("Haettu"), tone="wait"),
        State("pending", _("Rahoittajan käsittelyssä"), tone="wait"),
        State("granted", _("Myönnetty"), tone="ok"),
        State("partly", _("Myönnetty osittain"), tone="info"),
        State("refused", _("Ei myönnetty"), tone="bad"),
    ),
    tuple(
        Transition(
            "record_cofunding",
            ("asked", "pending", "granted", "partly", "refused"),
            target,
            "grants.cofunding.keep_own",
            _("Kirjaa rahoittajan tilanne"),
            condition=condition,
        )
        for target, condition in (
            ("asked", "nothing has been heard"),
            ("pending", "the funder handles it"),
            ("granted", "as much as was asked"),
            ("partly", "less than was asked"),
            ("refused", "nothing was granted"),
        )
    ),
)

CONTINUITY = LifeCycle(
    "grants.continuity",
    (
        State("asked", _("Odottaa järjestön vastausta"), _("Odottaa vastaustanne"), tone="wait"),
        State("answered", _("Odottaa hyvinvointialueen näkemystä"), _("Vastattu"), tone="info"),
        State("viewed", _("Näkemys kirjattu"), tone="ok"),
    ),
    (
        Transition("answer_continuity", ("asked", "answered"), "answered", "grants.continuity.answer", _("Vastaa")),
        Transition(
            "view_continuity",
            ("answered", "viewed"),
            "viewed",
            "grants.continuity.view",
            _("Kirjaa hyvinvointialueen näkemys"),
        ),
    ),
)
