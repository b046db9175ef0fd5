"""Merging for tests."""

from datetime import datetime
from typing import Any

from organisations.models import MergeJournal, Organisation
from organisations.workflow import merge_organisations
from organisations.workflow.merge_plan import plan_merge
from tests.organisations.factories import NOW


def merged(survivor: Organisation, vanished: Organisation, *, by: Any, now: datetime = NOW) -> MergeJournal:
    """Look at the plan and merge."""
    digest = plan_merge(survivor, vanished, by=by, now=now).digest
    return merge_organisations(survivor, vanished, reason="Sama järjestö.", seen=digest, by=by, now=now)
