"""Figures of how applications were handled: refused and why, asked to supplement, how long, claims for revision.

A year is the grant year of the call. A ground is a phrase of the library whose words stand in the reasons of the
decision; a decision may have several, and one without a phrase has another ground.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import quantiles

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from common.seams import Figure, Period
from common.times import local_date
from grants.models import Decision, Outcome, Phrase, RevisionClaim, SupplementRequest
from grants.models.claims import ClaimOutcome
from grants.models.supplements import SupplementKind
from grants.statistics import granted_organisations

REFUSED = (Outcome.REJECTED.value, Outcome.NOT_EXAMINED.value)


@dataclass(frozen=True)
class ProcessYear:
    """The handling of one grant year; ``grounds`` are of the refused, the most common first."""

    rejected: int
    not_examined: int
    partly: int
    continuing: int
    supplemented: int
    handling_days_p90: int | None
    claims: int
    claims_by_outcome: tuple[tuple[str, int], ...]
    grounds: tuple[tuple[str, int], ...]


def process_year(year: int) -> ProcessYear:
    """Return the figures of one grant year; six queries, seven when something was refused."""
    rows = list(
        Decision.objects.filter(application__call__year=year).values_list(
            "outcome", "decided_on", "application__received_at", "reasons"
        )
    )
    outcomes = Counter(outcome for outcome, _decided, _received, _reasons in rows)
    days = [(decided - local_date(received)).days for _outcome, decided, received, _reasons in rows if received]
    claims = dict(
        RevisionClaim.objects.filter(decision__application__call__year=year)
        .order_by()
        .values_list("outcome")
        .annotate(number=Count("pk"))
    )
    supplemented = Count("application", distinct=True, filter=Q(kind=SupplementKind.SUPPLEMENT))
    asked = SupplementRequest.objects.filter(application__call__year=year).aggregate(number=supplemented)
    return ProcessYear(
        rejected=outcomes[Outcome.REJECTED],
        not_examined=outcomes[Outcome.NOT_EXAMINED],
        partly=outcomes[Outcome.PARTLY],
        continuing=len(granted_organisations(year) & granted_organisations(year - 1)),
        supplemented=asked["number"],
        handling_days_p90=_p90(days),
        claims=sum(claims.values()),
        claims_by_outcome=(
            *((str(outcome.label), claims.get(outcome.value, 0)) for outcome in ClaimOutcome),
            (_("Ratkaisematta"), claims.get("", 0)),
        ),
        grounds=_grounds([reasons for outcome, _decided, _received, reasons in rows if outcome in REFUSED]),
    )


def _p90(days: list[int]) -> int | None:
    """Return the days in which nine of ten had their decision; None when nothing has been decided."""
    if not days:
        return None
    return days[0] if len(days) == 1 else round(quantiles(days, n=10, method="inclusive")[8])


def _grounds(reasons: list[str]) -> tuple[tuple[str, int], ...]:
    """Count by phrase the reasons in which its words stand, in any language; one query, none for no reasons."""
    if not reasons:
        return ()
    texts = [(phrase.title, (phrase.text_fi, phrase.text_sv, phrase.text_en)) for phrase in Phrase.objects.all()]
    found: Counter[str] = Counter()
    for words in reasons:
        titles = [title for title, forms in texts if any(form and form.strip() in words for form in forms)]
        found.update(titles or [_("Muu perustelu")])
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def process_figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam: the grant year with the one before beside it."""
    now, then = process_year(period.year), process_year(period.year - 1)
    grounds = dict(then.grounds)
    yield Figure(
        "grants.refused",
        _("Kielteisiä avustuspäätöksiä"),
        now.rejected + now.not_examined,
        "",
        _("Hylätyt ja tutkimatta jätetyt hakemukset. Rivit: päätösten perustelut, yhdessä päätöksessä voi olla monta."),
        then.rejected + then.not_examined,
        tuple((name, number, grounds.get(name, 0)) for name, number in now.grounds),
    )
    yield Figure(
        "grants.not_examined",
        _("Hakemuksia jätetty tutkimatta"),
        now.not_examined,
        "",
        _("Hakemukset, joita ei tutkittu, esimerkiksi myöhästyneet."),
        then.not_examined,
    )
    yield Figure(
        "grants.partly",
        _("Myönnetty vähemmän kuin haettiin"),
        now.partly,
        "",
        _("Päätökset, joilla avustus myönnettiin osittain."),
        then.partly,
    )
    yield Figure(
        "grants.continuing",
        _("Avustuksen saajia myös edellisvuonna"),
        now.continuing,
        "",
        _("Järjestöt, jotka saivat avustuksen sekä raportin vuonna että sitä edeltävänä vuonna."),
        then.continuing,
    )
    yield from _time_figures(now, then)


def _time_figures(now: ProcessYear, then: ProcessYear) -> Iterator[Figure]:
    yield Figure(
        "grants.handling_days_p90",
        _("Käsittelyaika, 90 % hakemuksista"),
        now.handling_days_p90,
        _("pv"),
        _("Päivät hakemuksen saapumisesta päätökseen, joissa yhdeksän kymmenestä hakijasta on saanut päätöksen."),
        then.handling_days_p90,
    )
    yield Figure(
        "grants.supplemented",
        _("Hakemuksia täydennetty"),
        now.supplemented,
        "",
        _("Hakemukset, joihin pyydettiin täydennystä vähintään kerran."),
        then.supplemented,
    )
    outcomes = dict(then.claims_by_outcome)
    yield Figure(
        "grants.claims",
        _("Oikaisuvaatimuksia"),
        now.claims,
        "",
        _("Avustusvuoden päätöksistä tehdyt oikaisuvaatimukset. Rivit: miten ne ratkaistiin."),
        then.claims,
        tuple((name, number, outcomes[name]) for name, number in now.claims_by_outcome),
    )
