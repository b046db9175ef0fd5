"""Undoing a merge within 30 days: what still stands as the merge left it goes back, the rest is reported."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.functions import Now
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.times import format_instant
from notifications.outbox import queue
from organisations import timeline
from organisations.models import (
    DUPLICATE_LIFE,
    MERGE_LIFE,
    DuplicateCandidate,
    MembershipRole,
    MergeJournal,
    MergeMove,
    Organisation,
    Visibility,
)
from organisations.workflow.guards import lock, members, require
from organisations.workflow.merge_values import decoded, encoded
from organisations.workflow.merging import lock_pair

Outcome = MergeMove.Outcome


def unmerge(journal: MergeJournal, *, by: Any, now: datetime) -> MergeJournal:
    """Undo the merge; undoing it again changes nothing.

    In one transaction: both organisations are locked in sorted order, the right is asked, the moves are undone
    from the last to the first, each says what came of it (``MergeMove.outcome``), both timelines and the admins of
    both are told. Refused: not_allowed, too_late, survivor_merged, import_running, busy.
    """
    with transaction.atomic():
        survivor, vanished = lock_pair(journal.survivor_id, journal.vanished_id)
        journal = lock(journal)
        require("organisations.merge.undo", by, journal, now)
        if journal.state == "undone":
            return journal
        check_undo(journal, survivor, now=now)
        moves = _put_back(journal, vanished)
        MergeMove.objects.bulk_update(moves, ["outcome"], batch_size=1000)
        journal.state = MERGE_LIFE.check(journal.state, "unmerge")
        journal.undone_at, journal.undone_by = now, by
        journal.save(update_fields=["state", "undone_at", "undone_by"])
        first, second = sorted((survivor.pk, vanished.pk))
        for pair in DuplicateCandidate.objects.filter(first=first, second=second, state="merged"):
            pair.state = DUPLICATE_LIFE.check(pair.state, "unmerge")
            pair.decided_at, pair.decided_by = None, None
            pair.save(update_fields=["state", "decided_at", "decided_by"])
        _tell(journal, survivor, vanished, by=by, now=now)
    return journal


def check_undo(journal: MergeJournal, survivor: Organisation, *, now: datetime) -> None:
    """Raise Refused when the merge cannot be undone any more: too_late, survivor_merged."""
    if now > journal.undo_until:
        raise Refused(
            "too_late",
            _(
                "Yhdistämisen olisi voinut purkaa %(until)s asti. Jos järjestöt ovat eri, lisää toinen käsin ja "
                "siirrä sille kuuluvat asiat yksitellen."
            )
            % {"until": format_instant(journal.undo_until)},
        )
    if survivor.merged_into_id is not None:
        raise Refused(
            "survivor_merged",
            _("Jäävä järjestö on sen jälkeen yhdistetty toiseen. Pura ensin se yhdistäminen."),
        )


def preview_undo(journal: MergeJournal, *, now: datetime) -> list[MergeMove]:
    """Return the moves with what would come of each, last first; everything is done and taken back.

    Refused: too_late, survivor_merged, import_running, busy.
    """
    with transaction.atomic():
        survivor, vanished = lock_pair(journal.survivor_id, journal.vanished_id)
        check_undo(journal, survivor, now=now)
        moves = _put_back(journal, vanished)
        transaction.set_rollback(True)
    return moves


def _put_back(journal: MergeJournal, vanished: Organisation) -> list[MergeMove]:
    # Who reads open data by what has changed must learn that it is there again.
    Organisation.everything.filter(pk=vanished.pk).update(merged_into=None, updated_at=Now())
    moves = list(journal.moves.order_by("-number"))
    for _key, alike in groupby(moves, key=lambda move: (move.model, move.action, sorted(move.after))):
        _put_back_alike(list(alike))
    return moves


def _put_back_alike(moves: list[MergeMove]) -> None:
    """Put back neighbouring moves of one model with the same fields: at once, or one by one where one is blocked."""
    model: type[Model] = apps.get_model(moves[0].model)
    rows = model._base_manager.in_bulk([move.object_pk for move in moves])
    by_key = {str(key): row for key, row in rows.items()}
    standing = []
    for move in moves:
        row = by_key.get(move.object_pk)
        if row is None:
            move.outcome = Outcome.GONE
        elif any(encoded(getattr(row, name)) != value for name, value in move.after.items()):
            move.outcome = Outcome.CHANGED
        else:
            standing.append(move)
    alike = len(standing) > 1 and all(move.before == standing[0].before for move in standing)
    if alike and _write(model, standing):
        return
    for move in standing:
        _write(model, [move])


def _write(model: type[Model], moves: list[MergeMove]) -> bool:
    """Write the values before of moves that share them; False and ``blocked`` when a constraint says no."""
    rows = model._base_manager.filter(pk__in=[move.object_pk for move in moves])
    try:
        with transaction.atomic():
            if moves[0].action == MergeMove.Action.MADE:
                rows.delete()
            else:
                rows.update(**{name: decoded(model, name, value) for name, value in moves[0].before.items()})
    except IntegrityError:
        outcome, done = Outcome.BLOCKED, False
    else:
        outcome, done = Outcome.RESTORED, True
    for move in moves:
        move.outcome = outcome
    return done


def _tell(journal: MergeJournal, survivor: Organisation, vanished: Organisation, *, by: Any, now: datetime) -> None:
    for organisation, other in ((survivor, vanished), (vanished, survivor)):
        timeline.write(
            organisation,
            _("Yhdistäminen purettiin: %(name)s on taas oma järjestönsä"),
            {"name": (vanished if organisation is survivor else organisation).name[:300]},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
        for person in members(organisation, now, MembershipRole.ADMIN):
            queue(
                kind="organisations.merged",
                to=person,
                subject=format_lazy(_("Järjestöjen yhdistäminen purettiin: {name}"), name=vanished.name),
                template="emails/organisations/unmerged",
                context={"survivor": survivor, "vanished": vanished, "organisation": organisation, "other": other},
                dedup_key=f"organisations.unmerged:{journal.pk}:{organisation.pk}:{person.pk}",
                required=True,
                now=now,
            )
