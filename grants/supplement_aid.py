"""The declaration of state aid on a supplement's copy: how it stands, what it changes, what is missing from it.

The copy (``SupplementRequest.aid``) is ``{"is_economic", "has_earlier", "linked", "declared_at", "declared": [rows]}``
with the rows as a submission keeps them; the application's own declaration stays as it was sent until the answer is.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from grants.answers import NOTHING, AnswerRow, aid_rows
from grants.models import Application, DeclaredAid, StateAidDeclaration, SupplementRequest
from grants.state_aid import declaration_of, freeze, frozen_row, told_of
from grants.workflow.state_aid import read_row

Told = dict[str, Any]


def copy_of(request: SupplementRequest) -> tuple[StateAidDeclaration | None, list[DeclaredAid]]:
    """Return the declaration and its rows as the draft has them, unsaved; as they were sent until it is touched."""
    if request.aid is None:
        return declaration_of(request.application), list(request.application.declared_aid.all())
    fields = {name: request.aid[name] for name in ("is_economic", "has_earlier", "linked")}
    declared_at = datetime.fromisoformat(request.aid["declared_at"])
    told = StateAidDeclaration(application_id=request.application_id, declared_at=declared_at, **fields)
    rows = [DeclaredAid(application_id=request.application_id, **read_row(row)) for row in request.aid["declared"]]
    return told, rows


def drafted(request: SupplementRequest) -> Told | None:
    """Return the draft as a submission would keep it, with what the ledger knows now; None when it is untouched."""
    told, rows = copy_of(request)
    if request.aid is None or told is None:
        return None
    return freeze(request.application, told, rows)


def is_same(request: SupplementRequest, aid: Told) -> bool:
    """Tell whether the answers and rows say what the draft says already, whenever it was said."""
    told, rows = copy_of(request)
    if told is None:
        return False
    said = [told.is_economic, told.has_earlier, told.linked, [frozen_row(row) for row in rows]]
    return said == [aid["is_economic"], aid["has_earlier"], aid["linked"], aid["declared"]]


def draft_differences(request: SupplementRequest) -> list[dict[str, Any]]:
    """Return what the draft of the declaration changes against what was sent: label, theirs (sent), yours (draft)."""
    new = drafted(request)
    return [] if new is None else differences_of(sent_aid(request.application), new)


def sent_aid(application: Application) -> Told | None:
    """Return the declaration that stands in the latest submission."""
    return told_of(application)


def differences_of(old: Told | None, new: Told | None) -> list[dict[str, Any]]:
    """Return the rows of two declarations that differ: label, theirs (old), yours (new)."""
    before = {row.label: row for row in aid_rows(old)}
    after = {row.label: row for row in aid_rows(new)}
    return [
        {"label": label, "theirs": _row(before, label), "yours": _row(after, label)}
        for label in dict.fromkeys([*before, *after])
        if before.get(label) != after.get(label)
    ]


def _row(rows: dict[str, AnswerRow], label: str) -> AnswerRow:
    return rows.get(label) or AnswerRow(label, NOTHING)


def aid_problems_of(request: SupplementRequest) -> list[str]:
    """Return what is missing from the opened declaration, in words.

    Too much aid is no hindrance: a true declaration may always be sent, and the ceiling is asked of the decision.
    """
    told, rows = copy_of(request)
    if told is None:
        return [_("Vastaus puuttuu: onko toiminta, johon haette, taloudellista?")]
    if told.has_earlier and not rows:
        return [_("Tuet puuttuvat. Lisätkää jokainen tuki, tai vastatkaa, ettei muuta tukea ole saatu.")]
    if not told.has_earlier and rows:
        return [_("Sivulla on ilmoitettuja tukia. Poista ne ensin, jos niitä ei ole saatu.")]
    return []
