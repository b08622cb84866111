"""The notice is reviewed every twelve months: one that nobody looked at for longer turns its own sentence red (P159)."""

from __future__ import annotations

from datetime import UTC, datetime

from bound_company import Bound

from troth.workflows.notice_versions import activate, publish


def test_the_notice_is_looked_at_again_every_year(bound: Bound) -> None:
    assert bound.told("P159")["status"] == "stale", "a date in a file is no review"
    assert publish(bound.house, bound.folder / "notice", "2027-01-01", "en")["findings"] == []
    assert bound.told("P159")["status"] == "stale", "its day has not come"
    bound.clock[0] = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert activate(bound.house)["blocked"] == ""
    bound.later(days=365)
    assert bound.told("P159")["status"] == "kept"
    bound.later(days=1)
    bound.is_red("P159", "last looked at 366 days ago")
