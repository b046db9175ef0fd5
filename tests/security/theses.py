"""Routes of the self-assessment, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from liaisons.models import SelfAssessment, Thesis
from liaisons.workflow.theses import close_assessment, publish_assessment
from tests.liaisons.factories_theses import open_year
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import NGO, World

_READ = ("assessments", "assessment")
_MANAGE = ("assessment_score", "assessment_open", "assessment_extend", "assessment_publish")

THESIS_ROUTES: dict[str, Expect] = {
    "liaisons:theses": PUBLIC,
    "liaisons:public_assessment": PUBLIC,
    "liaisons:own_assessment": only(*NGO),
    **{f"liaisons:{name}": only("coordinator", "auditor") for name in _READ},
    **{f"liaisons:{name}": only("coordinator") for name in _MANAGE},
    "liaisons:assessment_close": only("coordinator", method="post"),
}


def a_year(world: World) -> SelfAssessment:
    """Return an open year."""
    return world.thing("year", lambda: open_year(by=world.people["coordinator"]))  # type: ignore[no-any-return]


def a_published_year(world: World) -> SelfAssessment:
    """Return a published year."""

    def make() -> SelfAssessment:
        by = world.people["coordinator"]
        made = open_year(by=by, year=2025)
        assert made.opened_at
        close_assessment(made, by=by, now=made.opened_at)
        return publish_assessment(made, by=by, now=made.opened_at)

    return world.thing("published_year", make)  # type: ignore[no-any-return]


def _score(world: World) -> dict[str, Any]:
    year = a_year(world)
    return {"pk": year.pk, "thesis": Thesis.objects.all()[0].pk}


_BY_PK = ("assessment", "assessment_open", "assessment_extend", "assessment_publish", "assessment_close")

THESIS_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    "liaisons:public_assessment": lambda world: {"year": a_published_year(world).year},
    "liaisons:own_assessment": lambda world: {
        "organisation_id": world.organisation.pk,
        "year": a_year(world).year,
    },
    "liaisons:assessment_score": _score,
    **{f"liaisons:{name}": lambda world: {"pk": a_year(world).pk} for name in _BY_PK},
}
