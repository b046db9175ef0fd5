"""The squashed migrations make what the chain of single ones made."""

import re
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.django_db

SQUASHED = ("county", "notifications", "organisations", "liaisons", "grants", "premises", "reports")


def _said(row: Any) -> str:
    """Return what a constraint, an index or a trigger is."""
    return _repr(row.deconstruct()) if hasattr(row, "deconstruct") else f"{row.name}: {row.install_sql}"


def _repr(value: Any) -> str:
    """Return the representation without addresses of memory."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def _described(state: Any) -> dict[str, Any]:
    """Return all that a model says, in an order that does not matter to the database."""
    options = {**state.options}
    for key in ("constraints", "indexes", "triggers"):
        options[key] = sorted(_said(row) for row in options.get(key, []))
    return {
        "fields": {name: _repr(field.deconstruct()[1:]) for name, field in state.fields.items()},
        "options": {key: value for key, value in options.items() if value},
        "bases": state.bases,
    }


def _models(loader: MigrationLoader, app: str, leaf: str) -> dict[str, Any]:
    models = loader.project_state((app, leaf)).models
    return {name: _described(state) for (label, name), state in models.items() if label == app}


@pytest.mark.parametrize("app", SQUASHED)
def test_what_replaces_a_chain_says_the_same(app: str) -> None:
    squashed, chain = MigrationLoader(None), MigrationLoader(None, replace_migrations=False)
    (key,) = [key for key in squashed.disk_migrations if key[0] == app and "_squashed_" in key[1]]
    last = squashed.disk_migrations[key].replaces[-1][1]
    made, replaced = _models(squashed, *key), _models(chain, app, last)
    assert made.keys() == replaced.keys()
    for name, described in replaced.items():
        assert made[name] == described, name
