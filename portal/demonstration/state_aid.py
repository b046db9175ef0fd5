"""State aid: a draft that declares some, two grants of last round that are de minimis aid, one of them registered."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from common.times import add_days, local_date
from grants.models import Application, DeMinimisAid, GrantCall
from grants.workflow.aid_ledger import add_aid, mark_case, mark_registered
from grants.workflow.state_aid import add_declared, declare_aid
from portal.demonstration.people import People

CAFE = "Avustuksella pidetään kahvilaa, joka on avoinna kaikille ja kilpailee muiden kahviloiden kanssa."


def declare_none(application: Application, by: User, now: datetime) -> None:
    """Say that the activity is not economic, where the call asks."""
    if application.call.state_aid:
        declare_aid(application, is_economic=False, by=by, now=now)


def declare_some(application: Application, by: User, now: datetime) -> None:
    """Say that it is, and list one aid of the town."""
    declare_aid(application, is_economic=True, has_earlier=True, by=by, now=now)
    add_declared(
        application,
        granter="Joensuun kaupunki",
        granted_on=add_days(local_date(now), -400),
        sum=Decimal("12000.00"),
        purpose="Kahvilan kalusteet",
        by=by,
        now=now,
    )


def mark_cafes(call: GrantCall, people: People, now: datetime) -> None:
    """Mark the first two cases that are proposed something."""
    for case in Application.objects.filter(call=call, proposal__sum__gt=0).order_by("pk")[:2]:
        mark_case(case, is_de_minimis=True, why=CAFE, nace="56.11", by=people.coordinator, now=now)


def fill_ledger(people: People, now: datetime) -> None:
    """Register the first grant, and write down what another authority gave to the same organisation."""
    first = DeMinimisAid.objects.own().order_by("pk").first()
    if first is None:
        return
    mark_registered(
        first,
        registered_on=add_days(first.granted_on, 12),
        nace="56.11",
        register_number="DM-2026-1",
        seen=first.sum,
        by=people.registrar,
        now=now,
    )
    add_aid(
        first.organisation,
        granter="Pohjois-Karjalan ELY-keskus",
        granted_on=local_date(now - timedelta(days=700)),
        sum=Decimal("8500.50"),
        purpose="Kahvilan kehittäminen",
        by=people.coordinator,
        now=now,
    )
