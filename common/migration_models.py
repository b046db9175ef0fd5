"""A migration's operation that makes many tables at once.

Django renders all related models anew after every ``CreateModel``; with two hundred related tables a first start
waited two minutes for that. Here the models of an app enter the state together and are rendered once.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """Make the tables of ``operations``, each whole: with its relations, constraints, indexes and triggers.

    Models may point to each other in any order: PostgreSQL gets the foreign keys at the end of the migration.
    """

    category = OperationCategory.ADDITION
    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[CreateModel]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add all models; what was rendered before is thrown away and rendered anew when asked for."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create each table."""
        for operation in self.operations:
            schema_editor.create_model(to_state.apps.get_model(app_label, operation.name))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Remove each table, the last one first."""
        for operation in reversed(self.operations):
            schema_editor.delete_model(from_state.apps.get_model(app_label, operation.name))

    def describe(self) -> str:
        """Return what the operation does, for the log."""
        return f"Create {len(self.operations)} models"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return how the operation is written into a migration."""
        return (self.__class__.__qualname__, [self.operations], {})
