"""Merging two organisations that are one, and gathering what was written to the vanished one in the same instant."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.locks import limit_waiting
from notifications.outbox import queue
from organisations import timeline
from organisations.merging import Relation
from organisations.models import (
    DUPLICATE_LIFE,
    DuplicateCandidate,
    EarlierName,
    MembershipRole,
    MergeJournal,
    MergeMove,
    Organisation,
    TimelineEntry,
    Visibility,
)
from organisations.workflow.guards import members, require
from organisations.workflow.merge_plan import MergePlan, PlannedRows, is_of, plan_merge
from organisations.workflow.merge_values import encoded

_SHARED = "SELECT pg_try_advisory_xact_lock_shared(hashtext('organisations.register'))"
_BATCH = 1000
_STRAY_TIME = timedelta(days=2)


def merge_organisations(
    survivor: Organisation, vanished: Organisation, *, reason: str, seen: str, by: Any, now: datetime
) -> MergeJournal:
    """Make ``vanished`` a part of ``survivor``; every change is journaled and can be undone for 30 days.

    ``seen`` is the digest of the plan that the person looked at. In one transaction: both rows are locked in
    sorted order (an import waits), the right is asked, the plan is worked out again, clashes are solved by the
    rooms' rules, the rest moves, the survivor takes what it lacks, the vanished one points to it, both timelines
    and the admins are told. Refused: not_allowed, same, no_reason, changed (the plan is not the one seen),
    import_running, busy, no_rule.
    """
    if survivor.pk == vanished.pk:
        raise Refused("same", _("Valitse kaksi eri järjestöä."))
    if not reason.strip():
        raise Refused("no_reason", _("Kirjoita, mistä tiedät, että järjestöt ovat sama."))
    with transaction.atomic():
        survivor, vanished = lock_pair(survivor.pk, vanished.pk)
        require("organisations.merge", by, survivor, now)
        require("organisations.merge", by, vanished, now)
        plan = plan_merge(survivor, vanished, by=by, now=now)
        if plan.digest != seen:
            raise Refused(
                "changed", _("Tiedot muuttuivat sen jälkeen, kun katsoit niitä. Tarkista muutokset uudelleen.")
            )
        journal = MergeJournal.objects.create(
            survivor=survivor,
            vanished=vanished,
            vanished_name=vanished.name,
            reason=reason.strip()[:500],
            merged_at=now,
            merged_by=by,
        )
        record = Recorder(journal)
        for planned in plan.rows:
            _move(planned, plan, record)
        _take(plan, record)
        record.save()
        Organisation.everything.filter(pk=vanished.pk).update(merged_into=survivor)
        _settle_duplicates(survivor, vanished, by=by, now=now)
        _tell(journal, by=by, now=now)
    return journal


def lock_pair(first: int, second: int) -> tuple[Organisation, Organisation]:
    """Return the two rows, locked in sorted order against everything, also against new rows that point to them.

    Call it inside a transaction. Refused: import_running, busy.
    """
    limit_waiting()
    with connection.cursor() as cursor:
        cursor.execute(_SHARED)
        if not cursor.fetchone()[0]:
            raise Refused("import_running", _("Rekisteriotetta tuodaan juuri nyt. Yritä hetken päästä uudelleen."))
    with _told_when_busy():
        rows = {
            row.pk: row
            for row in Organisation.everything.select_for_update(of=("self",))
            .filter(pk__in=[first, second])
            .select_related("domicile")
            .order_by("pk")
        }
    return rows[first], rows[second]


@contextmanager
def _told_when_busy() -> Iterator[None]:
    try:
        yield
    except OperationalError as wrong:
        if getattr(wrong.__cause__, "sqlstate", "") != "55P03":
            raise
        raise Refused(
            "busy", _("Joku muu käsittelee samaa järjestöä juuri nyt. Yritä hetken päästä uudelleen.")
        ) from wrong


class Recorder:
    """Does the changes one by one and writes each into the journal."""

    def __init__(self, journal: MergeJournal, *, after: int = 0) -> None:
        self.journal = journal
        self._moves: list[MergeMove] = []
        self._number = after

    def _add(self, action: str, model: Any, key: Any, before: Any, after: Any, why: str = "") -> None:
        self._number += 1
        self._moves.append(
            MergeMove(
                journal=self.journal,
                number=self._number,
                action=action,
                model=model._meta.label_lower,
                object_pk=str(key),
                before=before,
                after=after,
                why=why[:300],
            )
        )

    def change(self, row: Any, values: dict[str, Any], *, why: str = "", moved: bool = False) -> None:
        """Write new values (by attribute) of a row."""
        model = type(row)
        before = {name: encoded(getattr(row, name)) for name in values}
        model._base_manager.filter(pk=row.pk).update(**values)
        action = MergeMove.Action.MOVED if moved else MergeMove.Action.CHANGED
        self._add(action, model, row.pk, before, {name: encoded(value) for name, value in values.items()}, why)

    def move(self, relation: Relation, keys: Iterable[Any], old: int, new: int) -> None:
        """Give rows as they are to the survivor."""
        keys = list(keys)
        for start in range(0, len(keys), _BATCH):
            part = keys[start : start + _BATCH]
            relation.model._base_manager.filter(pk__in=part).update(**{relation.attname: new})
        for key in keys:
            self._add(MergeMove.Action.MOVED, relation.model, key, {relation.attname: old}, {relation.attname: new})

    def made(self, row: Any, **after: Any) -> None:
        """Note a row that the merge made."""
        self._add(MergeMove.Action.MADE, type(row), row.pk, {}, after)

    def save(self) -> int:
        """Write the journal's moves and return how many."""
        MergeMove.objects.bulk_create(self._moves, batch_size=_BATCH)
        return len(self._moves)


def _move(planned: PlannedRows, plan: MergePlan, record: Recorder) -> None:
    """Solve the clashes in the rule's order, then move the rest."""
    relation, survivor, vanished = planned.relation, plan.survivor.pk, plan.vanished.pk
    for step in planned.changes:
        own = is_of(step, relation, plan)
        values = {**step.values, relation.attname: survivor} if own else step.values
        with translation.override("fi"):
            record.change(step.row, values, why=str(step.why), moved=own)
    record.move(relation, planned.moving, vanished, survivor)


def _take(plan: MergePlan, record: Recorder) -> None:
    """Numbers leave the one before they come to the other; the old name becomes an earlier name."""
    for value in plan.taken:
        if value.moves:
            record.change(plan.vanished, {value.attname: None})
        record.change(plan.survivor, {value.attname: value.value})
    if plan.earlier_name:
        name = EarlierName.objects.create(organisation=plan.survivor, name=plan.earlier_name)
        record.made(name, organisation_id=plan.survivor.pk, name=name.name)
    for key in plan.followers:
        record.change(Organisation.everything.get(pk=key), {"merged_into_id": plan.survivor.pk})


def _settle_duplicates(survivor: Organisation, vanished: Organisation, *, by: Any, now: datetime) -> None:
    """The pair is merged; what else was suspected of the vanished one is asked again of the survivor at night."""
    first, second = sorted((survivor.pk, vanished.pk))
    pair = DuplicateCandidate.objects.filter(first=first, second=second).first()
    if pair is not None and DUPLICATE_LIFE.allows(pair.state, "merge"):
        pair.state = DUPLICATE_LIFE.check(pair.state, "merge")
        pair.decided_at, pair.decided_by = now, by
        pair.save(update_fields=["state", "decided_at", "decided_by"])
    others = DuplicateCandidate.objects.filter(state="open")
    others.filter(first=vanished).delete()
    others.filter(second=vanished).delete()


def _tell(journal: MergeJournal, *, by: Any, now: datetime) -> None:
    survivor, vanished = journal.survivor, journal.vanished
    for organisation, text, other in (
        (survivor, _("Järjestö %(name)s yhdistettiin tähän järjestöön"), vanished),
        (vanished, _("Järjestö yhdistettiin järjestöön %(name)s"), survivor),
    ):
        timeline.write(
            organisation,
            text,
            {"name": other.name[:300]},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
            link=journal.get_absolute_url() if organisation is vanished else "",
        )
    for person in members(survivor, now, MembershipRole.ADMIN):
        queue(
            kind="organisations.merged",
            to=person,
            subject=format_lazy(_("Järjestön tiedot yhdistettiin: {name}"), name=survivor.name),
            template="emails/organisations/merged",
            context={"survivor": survivor, "vanished": vanished, "journal": journal},
            dedup_key=f"organisations.merged:{journal.pk}:{person.pk}",
            required=True,
            now=now,
        )


def gather_strays(*, now: datetime) -> int:
    """Move what was written to an organisation in the instant it was merged; returns how many rows. Run nightly."""
    moved = 0
    for journal in MergeJournal.objects.filter(state="done", merged_at__gte=now - _STRAY_TIME).order_by("pk"):
        with transaction.atomic():
            survivor, vanished = lock_pair(journal.survivor_id, journal.vanished_id)
            if survivor.merged_into_id is not None or vanished.merged_into_id != survivor.pk:
                continue
            own = set(vanished.timeline.filter(link=journal.get_absolute_url()).values_list("pk", flat=True))
            plan = plan_merge(survivor, vanished, by=journal.merged_by, now=now)
            last = journal.moves.aggregate(last=Max("number"))["last"] or 0
            record = Recorder(journal, after=last)
            for planned in plan.rows:
                is_timeline = planned.relation.model is TimelineEntry
                keys = tuple(key for key in planned.moving if not (is_timeline and key in own))
                _move(replace(planned, moving=keys), plan, record)
            moved += record.save()
    return moved
