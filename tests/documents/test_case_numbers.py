"""Case numbers: without gaps, without doubles, one series a year."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from common.errors import Refused
from county.models import County
from documents.case_numbers import next_case_number
from documents.models import CaseNumberSeries

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_numbers_run_from_one_each_year() -> None:
    assert next_case_number("grants", NOW) == "YP/1/02.05.01/2026"
    assert next_case_number("grants", NOW) == "YP/2/02.05.01/2026"
    midnight_in_finland = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
    assert next_case_number("grants", midnight_in_finland) == "YP/1/02.05.01/2027"
    assert next_case_number("grants", NOW) == "YP/3/02.05.01/2026"


@pytest.mark.django_db
def test_the_county_gives_its_own_prefix_and_class() -> None:
    County.objects.create(
        code="15", name_fi="Esimerkin hyvinvointialue", case_number_prefix="EHVA", case_number_class="02.05.02"
    )
    assert next_case_number("grants", NOW) == "EHVA/1/02.05.02/2026"


@pytest.mark.django_db
def test_a_series_of_an_earlier_year_is_the_pattern() -> None:
    CaseNumberSeries.objects.create(key="agreements", year=2025, prefix="X", plan_class="00.04.00", last=7)
    assert next_case_number("agreements", NOW) == "X/1/00.04.00/2026"


@pytest.mark.django_db
def test_a_series_nobody_defined_is_refused() -> None:
    with pytest.raises(Refused, match="ei ole määritelty"):
        next_case_number("unknown", NOW)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_number_is_taken() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_case_number("grants", NOW)


@pytest.mark.django_db(transaction=True)
def test_a_rollback_gives_the_number_back() -> None:
    with transaction.atomic():
        next_case_number("grants", NOW)
    with transaction.atomic():
        assert next_case_number("grants", NOW) == "YP/2/02.05.01/2026"
        transaction.set_rollback(True)
    with transaction.atomic():
        assert next_case_number("grants", NOW) == "YP/2/02.05.01/2026"


@pytest.mark.django_db
def test_two_series_never_give_the_same_numbers() -> None:
    CaseNumberSeries.objects.create(key="a", year=2026, prefix="X", plan_class="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseNumberSeries.objects.create(key="b", year=2026, prefix="X", plan_class="1")


THREADS, EACH = 8, 10


def race(take: Any) -> list[str]:
    """Let eight connections take ten numbers each, in transactions of their own."""
    taken: list[str] = []
    start = threading.Barrier(THREADS)

    def work() -> None:
        try:
            start.wait()
            for _number in range(EACH):
                with transaction.atomic():
                    taken.append(take())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_each_number_once() -> None:
    taken = race(lambda: next_case_number("grants", NOW))
    assert sorted(taken) == sorted(f"YP/{n}/02.05.01/2026" for n in range(1, THREADS * EACH + 1))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_race_is_real_without_the_lock() -> None:
    CaseNumberSeries.objects.create(key="grants", year=2026, prefix="YP", plan_class="02.05.01")

    def unguarded() -> str:
        row = CaseNumberSeries.objects.get(key="grants")
        time.sleep(0.002)
        CaseNumberSeries.objects.filter(pk=row.pk).update(last=row.last + 1)
        return row.number(row.last + 1)

    taken = race(unguarded)
    assert len(set(taken)) < THREADS * EACH
