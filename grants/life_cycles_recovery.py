"""The life cycle of a recovery (takaisinperintä): from the ground through the hearing to the last cent."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States in which money is owed to the county.
OWED = ("decided", "enforced")
#: States in which it is not yet known whether anything is recovered.
PREPARED = ("opened", "hearing")

RECOVERY = LifeCycle(
    "grants.recovery",
    (
        State("opened", _("Valmistelussa"), _("Käsittelyssä"), tone="info"),
        State("hearing", _("Järjestöä kuullaan"), _("Odottaa lausumaanne"), tone="wait"),
        State("decided", _("Maksettavana"), tone="wait"),
        State("enforced", _("Ulosotossa"), tone="bad"),
        State("paid", _("Maksettu"), tone="ok"),
        State("dropped", _("Ei peritä"), tone="none"),
        State("written_off", _("Poistettu saatavista"), tone="none"),
    ),
    (
        Transition("ask_statement", ("opened",), "hearing", "grants.recovery.prepare", _("Kuule järjestöä")),
        Transition("ask_statement", ("hearing",), "hearing", "grants.recovery.prepare", _("Anna lisää aikaa")),
        Transition("decide_recovery", ("opened", "hearing"), "decided", "grants.recovery.decide", _("Kirjaa päätös")),
        Transition("drop_recovery", ("opened", "hearing"), "dropped", "grants.recovery.prepare", _("Älä peri")),
        Transition("record_repayment", ("decided",), "decided", "grants.recovery.collect", _("Kirjaa suoritus")),
        Transition("record_repayment", ("enforced",), "enforced", "grants.recovery.collect", _("Kirjaa suoritus")),
        Transition(
            "record_repayment",
            ("decided", "enforced"),
            "paid",
            "grants.recovery.collect",
            _("Kirjaa suoritus"),
            condition="nothing is left, neither of the sum nor of the interest",
        ),
        Transition("agree_parts", ("decided",), "decided", "grants.recovery.collect", _("Sovi maksuerät")),
        Transition("enforce", ("decided",), "enforced", "grants.recovery.collect", _("Vie ulosottoon")),
        *(
            Transition(
                "lower_recovery",
                sources,
                target,
                "grants.claim.decide",
                _("Pienennä oikaisuvaatimuksen johdosta"),
                condition=condition,
            )
            for sources, target, condition in (
                (("decided",), "decided", "an accepted claim lowers the sum"),
                (("enforced",), "enforced", "an accepted claim lowers the sum"),
                (("decided", "enforced", "paid"), "paid", "nothing is left of the lowered sum"),
            )
        ),
        Transition(
            "lift_recovery",
            ("decided", "enforced", "paid"),
            "dropped",
            "grants.claim.decide",
            _("Kumoa oikaisuvaatimuksen johdosta"),
            condition="an accepted claim leaves nothing to ask back",
        ),
        Transition(
            "write_off", ("decided", "enforced"), "written_off", "grants.recovery.collect", _("Poista saatavista")
        ),
    ),
)
