"""The drawing of the life cycles says what the code says."""

from django.core.management import call_command

from common.transitions import LIFE_CYCLES
from portal.management.commands.draw_life_cycles import drawn


def test_the_document_is_up_to_date() -> None:
    call_command("draw_life_cycles", "--check")


def test_every_life_cycle_with_every_edge_is_drawn() -> None:
    text = drawn()
    for name, cycle in LIFE_CYCLES.items():
        assert f"\n## {name}\n" in text
        for edge in cycle.transitions:
            for source in edge.sources:
                assert f"    {source} --> {edge.target}: {edge.verb}" in text
