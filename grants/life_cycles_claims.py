"""The life cycle of a claim for revision (oikaisuvaatimus) and the appeal that may follow it."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States in which a claim or an appeal keeps its decision from becoming final.
PENDING = ("received", "proposed", "presented", "appealed")

CLAIM = LifeCycle(
    "grants.claim",
    (
        State("received", _("Saapunut"), _("Vastaanotettu"), tone="info"),
        State("proposed", _("Esitys tehty"), _("Käsittelyssä"), tone="info"),
        State("presented", _("Kokouksen esityslistalla"), _("Käsittelyssä"), tone="info"),
        State("decided", _("Ratkaistu"), tone="ok"),
        State("appealed", _("Valitettu hallinto-oikeuteen"), tone="wait"),
        State("closed", _("Hallinto-oikeus ratkaissut"), tone="ok"),
    ),
    (
        Transition("propose_claim", ("received", "proposed"), "proposed", "grants.claim.propose", _("Tee esitys")),
        Transition("present_claim", ("proposed",), "presented", "grants.claim.present", _("Vie kokoukseen")),
        Transition("take_back_claim", ("presented",), "proposed", "grants.claim.present", _("Palauta valmisteluun")),
        Transition(
            "leave_claim",
            ("presented",),
            "proposed",
            "grants.claim.decide",
            _("Kirjaa: pöydälle tai valmisteluun"),
            condition="the body tabled it or returned it to preparation",
        ),
        Transition("decide_claim", ("proposed", "presented"), "decided", "grants.claim.decide", _("Kirjaa ratkaisu")),
        Transition("note_appeal", ("decided",), "appealed", "grants.claim.decide", _("Merkitse valitus")),
        Transition("note_court", ("appealed",), "closed", "grants.claim.decide", _("Merkitse tuomioistuimen ratkaisu")),
    ),
)
