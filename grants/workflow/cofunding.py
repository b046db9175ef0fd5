"""Co-funders' decisions and the co-funded project: kept by the applicant and the officers, settled by the officers.

Lock order: the application, then the co-funder's row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from common.times import format_date, local_date
from grants.cofunded import WAITS
from grants.life_cycles_negotiations import COFUNDING, SMALLER, UNDECIDED
from grants.models import Application, CoFundedProject, CoFunding, CoFundingFile, ProjectShare, Side
from grants.workflow import events
from grants.workflow.case_events import happened, path_of, tell_officers
from grants.workflow.continuity import due_day

KEEP = {Side.COUNTY: "grants.cofunding.keep", Side.ORGANISATION: "grants.cofunding.keep_own"}
#: Files of one co-funder's decision.
MOST_FILES = 5


@dataclass(frozen=True)
class FunderFacts:
    """What is known of a co-funder; sums in euros, ``granted_sum`` None where there is no decision."""

    funder: str
    name: str
    asked_sum: Decimal
    state: str
    granted_sum: Decimal | None = None
    decided_on: date | None = None
    reference: str = ""

    def whole(self) -> "FunderFacts":
        """Return the facts as they are stored: trimmed, and what the state says already filled in."""
        granted = self.granted_sum
        if self.state in UNDECIDED:
            return FunderFacts(self.funder, self.name.strip(), self.asked_sum, self.state, reference=self.reference)
        if self.state == "refused":
            granted = Decimal(0)
        elif self.state == "granted" and granted is None:
            granted = self.asked_sum
        return FunderFacts(
            self.funder, self.name.strip(), self.asked_sum, self.state, granted, self.decided_on, self.reference.strip()
        )


def _locked_case(permission: str, application: Application, by: Any, now: datetime) -> Application:
    limit_waiting()
    get_allowed(permission, by, now=now, lock=True, pk=application.pk)
    return Application.objects.select_related("call", "organisation").get(pk=application.pk)


def keep_cofunding(
    application: Application,
    facts: FunderFacts,
    *,
    side: Side,
    cofunding: CoFunding | None = None,
    revision: int = 0,
    upload: Any = None,
    by: Any,
    now: datetime,
) -> CoFunding:
    """Add a co-funder, or update what has become of it; with ``upload`` its decision comes along.

    A funder of the same kind and name is not added twice. A new or changed decision is told to the officer, and a
    smaller one waits for them. ``revision`` is the one that was typed over. Refused: ``stale``, ``bad_sum``,
    ``bad_day``, ``too_many``, ``exists``.
    """
    given = facts.whole()
    with transaction.atomic():
        case = _locked_case(KEEP[side], application, by, now)
        row = _row_of(case, cofunding, given)
        changed = _changed(row, given)
        if row.pk and changed and row.revision != revision:
            raise Refused(
                "stale", _("Joku muu on muuttanut tietoja samaan aikaan. Tarkista kentät ja tallenna uudelleen.")
            )
        if changed:
            _check(given, now)
            COFUNDING.check(row.state, "record_cofunding", target=given.state)
            _write(row, given, by, now)
            _told(case, row, changed, side, by=by, now=now)
        if upload is not None:
            _attach(case, row, upload, by, now)
    return row


def _row_of(case: Application, cofunding: CoFunding | None, given: FunderFacts) -> CoFunding:
    rows = CoFunding.objects.select_for_update(of=("self",)).filter(application=case)
    if cofunding is not None:
        row = get_object_or_404(rows, pk=cofunding.pk)
    else:
        row = rows.filter(funder=given.funder, name=given.name).first() or CoFunding(application=case)
        if row.pk and _changed(row, given):
            raise Refused("exists", _("Tämä rahoittaja on jo luettelossa. Päivitä sen tilanne."))
    if row.pk and rows.exclude(pk=row.pk).filter(funder=given.funder, name=given.name).exists():
        raise Refused("exists", _("Tämä rahoittaja on jo luettelossa. Päivitä sen tilanne."))
    return row


def _changed(row: CoFunding, given: FunderFacts) -> set[str]:
    return {name for name, value in vars(given).items() if not row.pk or getattr(row, name) != value}


def _check(given: FunderFacts, now: datetime) -> None:
    if not given.name or given.asked_sum <= 0:
        raise Refused("bad_sum", _("Kirjoita rahoittajan nimi ja summa, joka on suurempi kuin nolla."))
    if given.state in UNDECIDED:
        return
    if given.decided_on is None or given.decided_on > local_date(now):
        raise Refused("bad_day", _("Kirjoita päivä, jona rahoittaja päätti. Se on viimeistään tänään."))
    granted = given.granted_sum
    if given.state == "partly" and (granted is None or not 0 < granted < given.asked_sum):
        raise Refused("bad_sum", _("Kirjoita, paljonko myönnettiin. Osittain myönnetty on pienempi kuin haettu summa."))
    if given.state == "granted" and granted is not None and granted < given.asked_sum:
        raise Refused("bad_sum", _("Myönnetty summa on pienempi kuin haettu. Valitse tilanteeksi Myönnetty osittain."))


def _write(row: CoFunding, given: FunderFacts, by: Any, now: datetime) -> None:
    has_new_decision = row.pk and (row.state, row.granted_sum) != (given.state, given.granted_sum)
    for name, value in vars(given).items():
        setattr(row, name, value)
    if has_new_decision:
        row.settled_note, row.settled_by, row.settled_at = "", None, None
    row.revision, row.saved_by, row.saved_at = row.revision + 1, by, now
    row.save()


def _told(case: Application, row: CoFunding, changed: set[str], side: Side, *, by: Any, now: datetime) -> None:
    granted = f", {format_euros(row.granted_sum)}" if row.granted_sum else ""
    text = f"Muu rahoittaja {row.name}, haettu {format_euros(row.asked_sum)}: {_said(row)}{granted}."
    happened(case, "record_cofunding", text, by=by, now=now)
    is_new = bool(changed & {"state", "granted_sum"}) and not row.is_undecided
    if not is_new or (side == Side.COUNTY and not row.is_smaller):
        return
    tell_officers(
        case,
        "cofunding",
        format_lazy(gettext_lazy("Muun rahoittajan päätös: {number}"), number=case.case_number),
        {
            "cofunding": row,
            "waits": CoFunding.objects.filter(WAITS, application=case).exists(),
            "path": path_of("cofunding", case.pk),
        },
        key=f"{row.pk}:{row.revision}",
        now=now,
    )


def _said(row: CoFunding) -> str:
    words = {
        "asked": "haettu",
        "pending": "rahoittajan käsittelyssä",
        "granted": "myönnetty",
        "partly": "myönnetty osittain",
        "refused": "ei myönnetty",
    }
    day = f" {format_date(row.decided_on)}" if row.decided_on else ""
    return words[row.state] + day


def _attach(case: Application, row: CoFunding, upload: Any, by: Any, now: datetime) -> None:
    if row.files.filter(sha256=upload.sha256).exists():
        return
    if row.files.count() >= MOST_FILES:
        raise Refused("too_many", _("Rahoittajalla on jo viisi tiedostoa. Lähetä muut viestin liitteenä."))
    made = CoFundingFile(cofunding=row)
    made.take(upload, by=by, now=now)
    made.save()
    happened(case, "attach_cofunding", f"Rahoittajan {row.name} päätös lisättiin tiedostona.", by=by, now=now)


def _locked_row(cofunding: CoFunding, by: Any, now: datetime) -> tuple[Application, CoFunding]:
    case = _locked_case(KEEP[Side.COUNTY], cofunding.application, by, now)
    return case, get_object_or_404(CoFunding.objects.select_for_update(of=("self",)), pk=cofunding.pk, application=case)


def set_condition(cofunding: CoFunding, *, is_condition: bool, reason: str = "", by: Any, now: datetime) -> CoFunding:
    """Make the payment of the grant wait for the funder's decision, or withdraw that condition with a reason.

    Twice is once. Refused: ``reason_missing``.
    """
    with transaction.atomic():
        case, row = _locked_row(cofunding, by, now)
        if row.is_condition == is_condition:
            return row
        words = reason.strip()
        if not is_condition and not words:
            raise Refused("reason_missing", _("Kirjoita, miksi maksaminen ei enää odota tätä päätöstä."))
        row.is_condition = is_condition
        row.save(update_fields=["is_condition"])
        text = (
            f"Avustuksen maksaminen odottaa rahoittajan {row.name} päätöstä."
            if is_condition
            else f"Avustuksen maksaminen ei enää odota rahoittajan {row.name} päätöstä: {words}"
        )
        happened(case, "set_condition", text, by=by, now=now)
    return row


def settle_cofunding(cofunding: CoFunding, *, note: str, by: Any, now: datetime) -> CoFunding:
    """Write how a smaller co-funding is taken into account; the flag goes and the payment no longer waits for it.

    The same words again are once. Refused: ``not_smaller``, ``note_missing``.
    """
    with transaction.atomic():
        case, row = _locked_row(cofunding, by, now)
        words = note.strip()
        if row.settled_at is not None and row.settled_note == words:
            return row
        if row.state not in SMALLER:
            raise Refused("not_smaller", _("Rahoittaja ei ole myöntänyt haettua vähempää, joten ratkaistavaa ei ole."))
        if not words:
            raise Refused("note_missing", _("Kirjoita, miten pienempi rahoitus otetaan huomioon."))
        row.settled_note, row.settled_by, row.settled_at = words, by, now
        row.save(update_fields=["settled_note", "settled_by", "settled_at"])
        text = f"Rahoittajan {row.name} pienempi rahoitus ratkaistiin: {words}"
        happened(case, "settle_cofunding", text, by=by, now=now)
    return row


@dataclass(frozen=True)
class Share:
    """The county's share of one year in euros."""

    year: int
    sum: Decimal
    is_conditional: bool = False


def save_project(
    application: Application,
    *,
    name: str,
    starts_on: date,
    ends_on: date,
    shares: Sequence[Share],
    by: Any,
    now: datetime,
) -> CoFundedProject:
    """Save the project's name, term and the county's share by year. The same again changes nothing.

    Refused: ``bad_term`` (ends before it begins), ``bad_share`` (a year outside the term, twice, or no sum).
    """
    with transaction.atomic():
        case = _locked_case(KEEP[Side.COUNTY], application, by, now)
        if ends_on < starts_on:
            raise Refused("bad_term", _("Hanke päättyy ennen kuin se alkaa. Korjaa jompikumpi päivä."))
        _check_shares(shares, starts_on, ends_on)
        project = CoFundedProject.objects.filter(application=case).first() or CoFundedProject(application=case)
        before = _facts(project)
        project.name, project.starts_on, project.ends_on = name.strip() or case.title, starts_on, ends_on
        project.save()
        _save_shares(project, shares)
        question = getattr(project, "continuity", None)
        if question is not None and question.state == "asked":
            question.due_on = due_day(project, local_date(question.asked_at))
            question.save(update_fields=["due_on"])
        if before != _facts(project):
            term = f"{format_date(starts_on)}–{format_date(ends_on)}"
            text = f"Hankkeen aika {term}, hyvinvointialueen osuudet: {_told_shares(shares)}."
            events.record(case, "save_project", text, by=by, now=now)
    return project


def _check_shares(shares: Sequence[Share], starts_on: date, ends_on: date) -> None:
    years = [share.year for share in shares]
    outside = [str(year) for year in years if not starts_on.year <= year <= ends_on.year]
    if outside:
        raise Refused(
            "bad_share", _("Osuuden vuosi ei ole hankkeen aikana: %(years)s.") % {"years": ", ".join(outside)}
        )
    if len(set(years)) < len(years) or any(share.sum <= 0 for share in shares):
        raise Refused("bad_share", _("Kirjoita jokaiselle vuodelle yksi osuus, joka on suurempi kuin nolla."))


def _facts(project: CoFundedProject) -> Any:
    if not project.pk:
        return None
    rows = project.shares.values_list("year", "sum", "is_conditional")
    return project.name, project.starts_on, project.ends_on, list(rows)


def _save_shares(project: CoFundedProject, shares: Sequence[Share]) -> None:
    project.shares.exclude(year__in=[share.year for share in shares]).delete()
    for share in shares:
        ProjectShare.objects.update_or_create(
            project=project, year=share.year, defaults={"sum": share.sum, "is_conditional": share.is_conditional}
        )


def _told_shares(shares: Sequence[Share]) -> str:
    marks = {True: " (ehdollinen)", False: ""}
    rows = [f"{share.year} {format_euros(share.sum)}{marks[share.is_conditional]}" for share in shares]
    return ", ".join(rows) or "ei kirjattu"
