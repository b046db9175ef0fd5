"""Locks are taken in order, once, and given up on after a time."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from common.locks import advisory_lock


@pytest.mark.django_db(transaction=True)
def test_a_second_taker_waits_no_longer_than_the_timeout() -> None:
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                advisory_lock("test.things", 3, 1)
                taken.set()
                done.wait(10)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(10)
    try:
        with pytest.raises(OperationalError), transaction.atomic():
            advisory_lock("test.things", 1, timeout_ms=50)
        with transaction.atomic():
            advisory_lock("test.other", 1, timeout_ms=50)
            advisory_lock("test.things", 2, timeout_ms=50)
    finally:
        done.set()
        holder.join()


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        advisory_lock("test.things", 1)
