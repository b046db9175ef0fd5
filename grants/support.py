"""What organisations have had of the county in money, for the ``support`` seam: grants, shares, agreements, aid.

A calendar year here is the year in which it happened: decided, paid, paid back. Anyone may know what was decided and
agreed; payments, repayments and the ledger of aid come only to those whom their own permissions reach, so a declared
conflict hides them and no account is ever read. Sums are euros.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, DecimalField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, ExtractYear
from django.urls import reverse
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import SupportRow
from common.times import format_date, local_date
from grants.models import Agreement, AgreementParty, ApplicationPartner, GrantKind, Procedure, Repayment

_SUM = DecimalField(max_digits=14, decimal_places=2)
_CENT = Decimal("0.01")
_CASE = "decision__application"
#: The post that decided, empty where a body did.
_BY_OFFICIAL = Case(
    When(official_number__isnull=False, then=F("body_name")), default=Value(""), output_field=CharField()
)
_COLUMNS = ("of", "year_of", "measure", "kind_of", "procedure_of", "kind_fi", "kind_sv", "kind_en", "official")


def support_rows(organisations: Any, first: int, last: int, user: Any, now: datetime) -> Iterator[SupportRow]:
    """Provider of the ``support`` seam; two queries, whatever the number of organisations and years."""
    for row in _money(organisations, first, last, user, now):
        yield _row(row)
    yield from _agreements(organisations, first, last, user, now)


def _readable(name: str, user: Any, now: datetime) -> QuerySet[Any]:
    """Return what the person reads as an officer or for an organisation."""
    rows = allowed(f"{name}.view", user, now=now).order_by()
    own = allowed(f"{name}.view_own", user, now=now).order_by()
    found: QuerySet[Any] = rows.model._default_manager.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=own.values("pk")))
    return found


def _money(organisations: Any, first: int, last: int, user: Any, now: datetime) -> Iterable[dict[str, Any]]:
    """Return sums by organisation, year, measure and kind; one query of several parts."""
    decided = allowed("grants.decision.public", user, now=now).filter(sum__gt=0)
    paid = _readable("grants.payment", user, now).filter(state="paid")
    back = Repayment.objects.filter(recovery__in=_readable("grants.recovery", user, now).values("pk"))
    aid = (
        _readable("grants.aid", user, now).filter(decision__isnull=False, sum__gt=0).exclude(decision__state="recorded")
    )
    shares = ApplicationPartner.objects.filter(
        application__decision__in=decided.order_by().values("pk"), state="confirmed", grant_share__gt=0
    )
    parts = (
        _part("granted", decided, "application__organisation", "decided_on", "application__call", _BY_OFFICIAL),
        _part("share", shares, "organisation", "application__decision__decided_on", "application__call"),
        _part("paid", paid, f"{_CASE}__organisation", "paid_on", f"{_CASE}__call"),
        _part("recovered", back, f"recovery__{_CASE}__organisation", "paid_on", f"recovery__{_CASE}__call"),
        _part("de_minimis", aid.exclude(decision__state="recorded"), "organisation", "granted_on", f"{_CASE}__call"),
    )
    wanted = [part.filter(of__in=organisations, year_of__range=(first, last)) for part in parts]
    return wanted[0].union(*wanted[1:], all=True).order_by("-year_of", "measure", "kind_of", "official")


def _part(
    measure: str, rows: QuerySet[Any], organisation: str, day: str, call: str, decider: Any = None
) -> QuerySet[Any]:
    """Return one part of the union: the sums of ``rows`` by organisation, year of ``day`` and kind of the call."""
    amount = _share() if measure == "share" else F("sum")
    found: QuerySet[Any] = (
        rows.order_by()
        .annotate(
            of=F(organisation),
            year_of=Cast(ExtractYear(day), IntegerField()),
            measure=Value(measure, output_field=CharField()),
            kind_of=F(f"{call}__kind"),
            procedure_of=F(f"{call}__kind__procedure"),
            kind_fi=F(f"{call}__kind__name_fi"),
            kind_sv=F(f"{call}__kind__name_sv"),
            kind_en=F(f"{call}__kind__name_en"),
            official=decider or Value("", output_field=CharField()),
        )
        .values(*_COLUMNS)
        .annotate(total=Sum(Cast(amount, _SUM)))
    )
    return found


def _share() -> Any:
    """Return a partner's part of what was granted: its share of what was asked, cut as the whole was."""
    asked = F("application__asked_sum")
    return F("grant_share") * F("application__decision__sum") / asked


def _row(row: dict[str, Any]) -> SupportRow:
    """Return a part's row with the kind's name in the reader's language, and what is to be known of it."""
    list_url = f"{reverse('grants:public_grants')}?jarjesto={row['of']}"
    kind = GrantKind(**{f"name_{code}": row[f"kind_{code}"] or "" for code in ("fi", "sv", "en")})
    return SupportRow(
        organisation=row["of"],
        year=row["year_of"],
        measure=row["measure"],
        kind=kind.name,
        sum=Decimal(row["total"]).quantize(_CENT),
        note=_note(row),
        url=f"{list_url}&laji={row['kind_of']}" if row["measure"] == "granted" else "",
    )


def _note(row: dict[str, Any]) -> str:
    if row["measure"] == "share":
        return _("Kumppanin osuus yhteishakemuksesta. Summa sisältyy hakijan avustukseen.")
    parts = []
    if row["measure"] == "granted" and row["procedure_of"] != Procedure.CALL:
        parts.append(str(Procedure(row["procedure_of"]).label))
    if row["official"]:
        parts.append(_("päätti %(post)s") % {"post": row["official"]})
    return ", ".join(parts)


def _agreements(organisations: Any, first: int, last: int, user: Any, now: datetime) -> Iterator[SupportRow]:
    """Yield each agreed sum under every year of its term; a sum agreed until further notice to this year's end."""
    rows: QuerySet[Agreement] = allowed("grants.agreement.public", user, now=now)
    parties = AgreementParty.objects.filter(
        organisation__in=organisations, agreement__in=rows.filter(sum__isnull=False).order_by().values("pk")
    ).select_related("agreement__kind")
    for party in parties.order_by("agreement__starts_on", "pk"):
        agreement = party.agreement
        until = last if agreement.lasts_until else min(last, local_date(now).year)
        yield from _years_of(agreement, party.organisation_id, first, until)


def _years_of(agreement: Agreement, organisation: int, first: int, last: int) -> Iterator[SupportRow]:
    starts, until = agreement.starts_on, agreement.lasts_until
    if starts is None or agreement.sum is None:
        return
    term = f"{format_date(starts)}–{format_date(until) if until else ''}"
    for year in range(max(first, starts.year), min(last, until.year if until else last) + 1):
        yield SupportRow(
            organisation=organisation,
            year=year,
            measure="agreement",
            kind=agreement.kind.name,
            sum=agreement.sum,
            note=_("%(title)s, koko kauden summa %(term)s") % {"title": agreement.title, "term": term},
            url=reverse("grants:public_agreement", args=[agreement.pk]),
        )
