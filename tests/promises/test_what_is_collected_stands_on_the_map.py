"""The notice says all that is collected, so nothing stands in a store that the map does not know (P2)."""

from __future__ import annotations

from bound_company import Bound


def test_what_is_collected_stands_on_the_map(bound: Bound) -> None:
    bound.breaks(
        "P2",
        "crm",
        "CREATE TABLE prospect (id INTEGER PRIMARY KEY, phone TEXT)",
        "DROP TABLE prospect",
        "crm.prospect",
    )


def test_a_new_column_with_telephone_numbers_is_seen(bound: Bound) -> None:
    bound.run("newsletter", "ALTER TABLE subscriber ADD COLUMN mobile TEXT")
    assert bound.told("P2")["status"] == "broken"
    assert "newsletter.subscriber.mobile" in bound.why("P2")
