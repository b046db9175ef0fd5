"""Two at once: the constraint or the lock decides, and a killed import leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from common.errors import Refused
from county.models import Municipality
from organisations.models import BankAccount, Claim, ImportRun, Membership, Organisation
from organisations.workflow import (
    accept_invitation,
    approve_claim,
    change_role,
    enter_bank_account,
    import_register,
    invite,
    submit_claim,
    verify_bank_account,
)
from tests.accounts.factories import UserFactory, staff
from tests.organisations.factories import NOW, ClaimFactory, MembershipFactory, OrganisationFactory, member, statement
from tests.organisations.test_import import SAMPLE

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at once, each with a connection of its own; return what each gave, or its error."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def codes(results: list[object]) -> list[str]:
    return sorted(result.code if isinstance(result, Refused) else type(result).__name__ for result in results)


def test_two_claims_at_once_leave_one_waiting() -> None:
    person, organisation = UserFactory(), OrganisationFactory()

    def claim() -> object:
        return submit_claim(organisation, role="admin", position="x", evidence="x", attachment=None, by=person, now=NOW)

    assert codes(together(claim, claim, claim)) == ["Claim", "already_claimed", "already_claimed"]
    assert Claim.objects.filter(state="waiting").count() == 1


def test_two_coordinators_approve_at_once_and_one_membership_stands() -> None:
    claim, first, second = ClaimFactory(), staff("coordinator"), staff("coordinator")

    results = together(
        lambda: approve_claim(claim, role="admin", by=first, now=NOW),
        lambda: approve_claim(claim, role="admin", by=second, now=NOW),
    )

    assert codes(results) == ["Claim", "Claim"]
    assert Membership.objects.count() == 1


def test_two_last_admins_cannot_demote_each_other_at_once() -> None:
    one = MembershipFactory()
    other = MembershipFactory(organisation=one.organisation)

    results = together(
        lambda: change_role(other, role="viewer", by=one.user, now=NOW),
        lambda: change_role(one, role="viewer", by=other.user, now=NOW),
    )

    assert codes(results) == ["Membership", "not_allowed"]
    assert Membership.objects.filter(role="admin").count() == 1


def test_without_the_lock_both_would_be_demoted() -> None:
    """The control twin: the same two steps, the same check, no lock on the organisation."""
    one = MembershipFactory()
    other = MembershipFactory(organisation=one.organisation)
    checked = threading.Barrier(2)

    def demote(membership: Membership) -> None:
        with transaction.atomic():
            others = Membership.objects.filter(organisation=one.organisation, role="admin").exclude(pk=membership.pk)
            assert others.exists()
            checked.wait(10)
            Membership.objects.filter(pk=membership.pk).update(role="viewer")

    assert together(lambda: demote(one), lambda: demote(other)) == [None, None]
    assert Membership.objects.filter(role="admin").count() == 0


def test_one_invitation_is_accepted_once() -> None:
    organisation = OrganisationFactory()
    invitation = invite(organisation, email="a@example.org", role="editor", by=member(organisation), now=NOW)
    person = UserFactory(email="a@example.org")

    def accept() -> object:
        return accept_invitation(invitation, by=person, now=NOW)

    assert codes(together(accept, accept)) == ["Membership", "Membership"]
    assert Membership.objects.filter(user=person).count() == 1


def test_two_accounts_verified_at_once_leave_one_current() -> None:
    organisation, clerk, other = OrganisationFactory(), staff("payments_clerk"), staff("coordinator")
    admin = member(organisation)
    first = enter_bank_account(
        organisation, iban="FI2112345600000785", holder="A", statement=statement(), by=admin, now=NOW
    )
    results = together(
        lambda: verify_bank_account(first, by=clerk, now=NOW),
        lambda: enter_bank_account(
            organisation, iban="FI4250001510000023", holder="A", statement=statement(), by=admin, now=NOW
        ),
        lambda: verify_bank_account(first, by=other, now=NOW),
    )

    assert not [result for result in results if isinstance(result, IntegrityError)]
    assert BankAccount.objects.current().count() <= 1
    assert BankAccount.objects.waiting().count() == 1


def test_two_imports_at_once_do_not_mix(kunnat: dict[str, Municipality]) -> None:
    def read() -> object:
        return import_register(SAMPLE, now=NOW)

    results = codes(together(read, read))

    assert results in (["ImportRun", "import_running"], ["ImportRun", "ImportRun"])
    assert Organisation.objects.count() == 48


def test_an_import_that_is_killed_leaves_nothing_and_the_next_one_says_so(
    kunnat: dict[str, Municipality], tmp_path: Path
) -> None:
    import_register(SAMPLE, now=NOW)
    big = tmp_path / "iso.csv"
    big.write_text("rekisterinumero;nimi\n" + "".join(f"{n};Uusi {n} ry\n" for n in range(1, 400_000)))
    settings = connection.settings_dict
    place = f"{settings['HOST']}:{settings['PORT']}" if settings["PORT"] else settings["HOST"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{place}/{settings['NAME']}",
    }
    child = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "import_register", str(big)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    for shown in child.stdout:
        if int(shown.split("%")[0]) >= 20:
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()

    assert Organisation.objects.count() == 48
    assert ImportRun.objects.order_by("-pk").values_list("state", flat=True)[0] == "running"
    for _attempt in range(50):
        try:
            import_register(SAMPLE, now=NOW)
            break
        except Refused:
            time.sleep(0.2)  # until the server has noticed that the client is gone
    states = dict(ImportRun.objects.values_list("file_name", "state"))
    assert states["iso.csv"] == "failed"
    assert Organisation.objects.filter(in_last_extract=True).count() == 48
