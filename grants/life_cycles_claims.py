"""The life cycle of a claim for revision (oikaisuvaatimus) and the appeal that may follow it."""

from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

#: States in which a claim or an appeal keeps its decision from becoming final.
PENDING = ("received", "proposed", "appealed")

CLAIM = LifeCycle(
    "grants.claim",
    (
        State("received", _("Saapunut"), _("Vastaanotettu"), tone="info"),
        State("proposed", _("Esitys tehty"), _("Käsittelyssä"), tone="info"),
        State("decided", _("Ratkaistu"), tone="ok"),
        State("appealed", _("Valitettu hallinto-oikeuteen"), tone="wait"),
        State("closed", _("Hallinto-oikeus ratkaissut"), tone="ok"),
    ),
    (
        Transition("propose_claim", ("received", "proposed"), "proposed", "grants.claim.propose", _("Tee esitys")),
        Transition("decide_claim", ("proposed",), "decided", "grants.claim.decide", _("Kirjaa ratkaisu")),
        Transition("note_appeal", ("decided",), "appealed", "grants.claim.decide", _("Merkitse valitus")),
        Transition("note_court", ("appealed",), "closed", "grants.claim.decide", _("Merkitse tuomioistuimen ratkaisu")),
    ),
)
