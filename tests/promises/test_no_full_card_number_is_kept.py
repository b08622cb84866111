"""No full card number stands in any store; one in a message about something else is found (P34)."""

from __future__ import annotations

from bound_company import Bound


def test_no_full_card_number_is_kept(bound: Bound) -> None:
    assert bound.told("P34")["status"] == "kept"
    bound.run("support", "UPDATE message SET body = 'my card is 4539 1488 0343 6467' WHERE rowid = 1")
    assert bound.told("P34")["status"] == "broken"
    assert bound.sentence("P34") == "broken"
    assert "support.message.body" in bound.why("P34")
    assert "4539" not in str(bound.one("P34")), "the number itself is told to nobody"
    bound.run("support", "UPDATE message SET body = '' WHERE rowid = 1")
    assert bound.told("P34")["status"] == "kept"
