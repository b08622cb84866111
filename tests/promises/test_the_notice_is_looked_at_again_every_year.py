"""The notice is reviewed every twelve months: one that nobody looked at for longer turns its own sentence red (P159)."""

from __future__ import annotations

from bound_company import Bound


def test_the_notice_is_looked_at_again_every_year(bound: Bound) -> None:
    assert bound.told("P159")["status"] == "stale", "its day has not come"
