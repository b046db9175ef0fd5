"""The demonstration's clock moves for everyone; a server's clock never does."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from common import clock


def test_the_demonstrations_clock_moves(settings: object, tmp_path: Path) -> None:
    settings.DEMONSTRATION, settings.DATA_DIR = True, tmp_path  # type: ignore[attr-defined]
    call_command("demo_clock", "--forward", "20d")
    call_command("demo_clock", "--forward", "3h")
    assert clock.shift() == timedelta(days=20, hours=3)
    assert clock.now() - timezone.now() > timedelta(days=20, hours=2)
    call_command("demo_clock", "--reset")
    assert clock.shift() == timedelta(0)


def test_the_clock_can_be_set_to_an_instant(settings: object, tmp_path: Path) -> None:
    settings.DEMONSTRATION, settings.DATA_DIR = True, tmp_path  # type: ignore[attr-defined]
    call_command("demo_clock", "--to", "1.3.2040 9.00")
    assert clock.now().year == 2040


@pytest.mark.parametrize("arguments", [["--forward", "soon"], ["--to", "tomorrow"]])
def test_words_that_are_no_time_are_refused(settings: object, tmp_path: Path, arguments: list[str]) -> None:
    settings.DEMONSTRATION, settings.DATA_DIR = True, tmp_path  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="Not a"):
        call_command("demo_clock", *arguments)


def test_a_servers_clock_cannot_be_moved(settings: object, tmp_path: Path) -> None:
    settings.DEMONSTRATION, settings.DATA_DIR = False, tmp_path  # type: ignore[attr-defined]
    (tmp_path / "clock_shift_seconds").write_text("1000000")
    assert clock.shift() == timedelta(0)
    with pytest.raises(CommandError):
        call_command("demo_clock", "--forward", "20d")
    with pytest.raises(RuntimeError):
        clock.move(timedelta(days=1))
