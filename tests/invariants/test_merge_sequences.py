"""Whatever is imported, edited, merged and unmerged in whatever order: no row that belongs to somebody is lost.

After every step: each row ever made is there, and belongs to an organisation that stands; each name and number that
an organisation ever bore finds the organisation that stands for it now; the database's constraints have held.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from common.errors import Refused
from organisations import timeline
from organisations.models import BankAccount, MergeJournal, Organisation
from organisations.search import find
from organisations.workflow import import_register, submit_claim, unmerge
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import make_application, make_call
from tests.organisations.factories import NOW, MembershipFactory, OrganisationFactory, SectorFactory
from tests.organisations.merging import merged

pytestmark = pytest.mark.django_db
COUNT, PEOPLE = 4, 3
IBANS = ("FI2112345600000785", "FI1410093000123458")


@dataclass
class World:
    """Four organisations, what has been made for them, and every name and number that they have borne."""

    officer: User
    people: list[User]
    organisations: list[Organisation]
    calls: list[Any]
    sector: Any
    made: dict[type[Model], set[Any]] = field(default_factory=lambda: defaultdict(set))
    borne: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    step: int = 0

    def fresh(self, place: int) -> Organisation:
        """Return the organisation as it stands now, merged or not."""
        return Organisation.everything.get(pk=self.organisations[place].pk)

    def root(self, key: int) -> int:
        """Return the organisation that stands for this one."""
        row = Organisation.everything.get(pk=key)
        return row.merged_into_id or row.pk

    def bearer(self, number: int) -> int | None:
        """Return the organisation that an extract's row of the number changes, or None for a merged one."""
        return Organisation.objects.filter(association_number=number).values_list("pk", flat=True).first()

    def keep(self, row: Model) -> None:
        """Remember a row that belongs to somebody."""
        self.made[type(row)].add(row.pk)


def build() -> World:
    organisations = [
        OrganisationFactory(name=f"Alku{place} ry", association_number=None if place == 3 else 500 + place)
        for place in range(COUNT)
    ]
    world = World(
        officer=staff("coordinator"),
        people=[UserFactory() for _number in range(PEOPLE)],
        organisations=organisations,
        calls=[make_call()],
        sector=SectorFactory(),
    )
    for place, organisation in enumerate(organisations):
        world.borne[organisation.pk].add(organisation.name)
        if place != 3:
            world.borne[organisation.pk].add(str(500 + place))
    return world


# Steps


def add_member(world: World, one: int, other: int) -> None:
    role = ("admin", "editor", "signatory", "viewer")[other]
    person = world.people[other % PEOPLE]
    try:
        with transaction.atomic():
            world.keep(MembershipFactory(organisation=world.fresh(one), user=person, role=role))
    except IntegrityError:
        return  # the person has a role there already


def add_claim(world: World, one: int, other: int) -> None:
    person = world.people[other % PEOPLE]
    known = {"role": "viewer", "position": "Jäsen", "evidence": "Ote", "attachment": None}
    world.keep(submit_claim(world.fresh(one), **known, by=person, now=NOW))  # type: ignore[arg-type]


def add_account(world: World, one: int, other: int) -> None:
    state = "verified" if other % 2 else "entered"
    organisation = world.fresh(one)
    if organisation.bank_accounts.filter(state=state).exists():
        return
    checked = {"verified_at": NOW, "verified_by": world.officer} if state == "verified" else {}
    world.keep(
        BankAccount.objects.create(
            organisation=organisation,
            iban=IBANS[other % 2],
            holder="A",
            state=state,
            entered_at=NOW,
            entered_by=world.people[0],
            **checked,
        )
    )


def add_work(world: World, one: int, other: int) -> None:
    organisation = world.fresh(one)
    world.keep(
        organisation.activities.create(
            kind="other", name=f"Kerho {other}", description="x", how_to_join="x", confirmed_on=NOW.date()
        )
    )
    world.keep(organisation.contacts.create(name="Aino", email="a@example.org", since=NOW.date()))
    world.keep(timeline.write(organisation, "Tapahtui", visibility="county", now=NOW))
    if other % 2:
        organisation.sectors.add(world.sector)


def add_draft(world: World, one: int, other: int) -> None:
    call, organisation = world.calls[0], world.fresh(one)
    if not organisation.applications.filter(call=call, slot=1).exists():
        world.keep(make_application(call=call, organisation=organisation, by=world.people[other % PEOPLE], now=NOW))


def edit(world: World, one: int, other: int) -> None:
    organisation = world.fresh(one)
    organisation.description_fi = f"Kuvaus {world.step}"
    organisation.contact_phone = "" if other % 2 else f"013 {world.step}"
    organisation.save(update_fields=["description_fi", "contact_phone"])


def read_extract(world: World, one: int, other: int) -> None:
    """An extract of the numbered organisations; one has a new name, one may lack."""
    rows = []
    for place in range(COUNT - 1):
        if place == other and other != one:
            continue
        row = world.fresh(place)
        name = f"Nimi{world.step}x{place} ry" if place == one else row.name
        rows.append(f"{500 + place};{name}")
        bearer = world.bearer(500 + place)
        if bearer is not None:
            world.borne[bearer].add(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ote.csv")
        path.write_text("rekisterinumero;nimi\n" + "\n".join(rows) + "\n")
        import_register(path, now=NOW, confirmed=True)


def merge(world: World, one: int, other: int) -> None:
    stays, goes = world.fresh(one), world.fresh(other)
    merged(stays, goes, by=world.officer, now=NOW + timedelta(minutes=world.step))


def undo(world: World, one: int, other: int) -> None:
    journals = list(MergeJournal.objects.filter(state="done").order_by("pk"))
    if journals:
        unmerge(journals[(one * COUNT + other) % len(journals)], by=world.officer, now=NOW + timedelta(days=1))


STEPS: tuple[Callable[[World, int, int], None], ...] = (
    add_member,
    add_claim,
    add_account,
    add_work,
    add_draft,
    edit,
    read_extract,
    merge,
    merge,  # twice as likely
    undo,
)
#: Only people who act for an organisation that stands, and verbs, write; a merged one gets nothing new.
ON_STANDING = {add_member, add_claim, add_account, add_work, add_draft, edit}


#: A step may be refused for these reasons: one of the two has been merged, or the same is there already.
KNOWN = {"", "same", "not_allowed", "already_claimed", "already_member", "survivor_merged"}


def take(world: World, step: Callable[[World, int, int], None], one: int, other: int) -> str:
    """Take the step and return the code of its refusal, or nothing."""
    world.step += 1
    if step in ON_STANDING and world.fresh(one).merged_into_id is not None:
        return ""
    try:
        step(world, one, other)
    except Refused as refused:
        return refused.code
    return ""


def check(world: World) -> None:
    standing = set(Organisation.objects.values_list("pk", flat=True))
    for model, keys in world.made.items():
        owners = dict(model._base_manager.filter(pk__in=keys).values_list("pk", "organisation_id"))
        assert set(owners) == keys, f"{model.__name__}: rows are gone"
        assert set(owners.values()) <= standing, f"{model.__name__}: a row belongs to one that was merged"
    for key, names in world.borne.items():
        root = world.root(key)
        assert root in standing
        for name in names:
            assert root in set(find(name, Organisation.objects.all()).values_list("pk", flat=True)), name


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)),
        min_size=4,
        max_size=14,
    )
)
def test_no_row_that_belongs_to_somebody_is_ever_lost(
    steps: list[tuple[Callable[[World, int, int], None], int, int]],
) -> None:
    with transaction.atomic():
        world = build()
        for step, one, other in steps:
            assert take(world, step, one, other) in KNOWN
            check(world)
        _undo_all(world)
        check(world)
        assert Organisation.objects.filter(pk__in=[row.pk for row in world.organisations]).count() == COUNT
        transaction.set_rollback(True)


def _undo_all(world: World) -> None:
    """Undo every merge, the last first: four organisations stand again."""
    for journal in MergeJournal.objects.filter(state="done").order_by("-pk"):
        unmerge(journal, by=world.officer, now=NOW + timedelta(days=2))
