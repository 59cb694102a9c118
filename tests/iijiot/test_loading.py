"""Loading without indexes: afterwards everything that finds and guards rows is there again, as it was."""

import pytest

from iijiot import loading
from sims.models import AddressUse

TABLES = ["sims_addressuse", "sims_historicaladdressuse"]


def there() -> list[tuple[object, ...]]:
    """The indexes and foreign keys of a kind of record and its history, as they are defined."""
    return [row for query in (loading.INDEXES, loading.KEYS) for row in loading.selected(query, [TABLES])]


@pytest.mark.owner("takes indexes away")
def test_the_owner_loads_without_indexes_and_foreign_keys_and_has_them_again(db):
    before = there()
    with loading.unindexed(AddressUse):
        assert there() == []
    assert len(before) > 10
    assert there() == before


def test_who_does_not_own_the_tables_loads_with_everything_in_place(db):
    before = there()
    with loading.unindexed(AddressUse):
        assert there() == before
    loading.counted(AddressUse)
