"""The index of triggers tells what pgtrigger's own registry would."""

import pgtrigger
import pytest
from pgtrigger import registry

from common.trigger_registry import IndexedRegistry, index_triggers

plain = registry._Registry


def test_the_index_is_what_the_plain_registry_tells() -> None:
    kept = registry._registry
    assert isinstance(kept, IndexedRegistry)
    assert len(kept) > 300
    assert kept.by_db_table == plain.by_db_table.fget(kept)
    assert kept.pg_function_names == plain.pg_function_names.fget(kept)


def test_it_stays_one_registry_and_a_name_is_still_taken_only_once() -> None:
    kept = registry._registry
    index_triggers()
    assert registry._registry is kept
    uri, (model, trigger) = next(iter(kept.items()))
    other = pgtrigger.Protect(name=trigger.name, operation=pgtrigger.Delete)
    with pytest.raises(KeyError, match="already used for model"):
        kept[uri] = (model, other)
