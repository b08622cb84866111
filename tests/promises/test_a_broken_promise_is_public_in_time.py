"""Everybody sees that a promise is broken once an officer has seen it, or after the days set; until then it is not shown as kept."""

from __future__ import annotations

from typing import Any

import pytest
from bound_company import Bound

from troth.terms.errors import UsageError
from troth.workflows import checks_status, public_notice, shown_notice


def shown(bound: Bound, promise: str) -> dict[str, Any]:
    """The promise on the page that everybody sees."""
    told = public_notice.page(bound.house, "en")
    assert told is not None
    found: dict[str, Any] = next(
        one for line in told["lines"] for one in line["promises"] if one["id"] == promise
    )
    return found


BREAK, MEND = "CREATE TABLE prospect (id INTEGER PRIMARY KEY, phone TEXT)", "DROP TABLE prospect"


def broken(bound: Bound) -> str:
    """A promise that was kept and has just been broken."""
    assert bound.told("P2")["status"] == "kept"
    assert shown(bound, "P2")["light"] == "kept"
    bound.later(minutes=5)
    bound.run("crm", BREAK)
    assert bound.told("P2")["status"] == "broken"
    return "P2"


def test_it_turns_red_after_its_days(bound: Bound) -> None:
    name = broken(bound)
    assert shown(bound, name)["light"] == "stale"
    assert shown(bound, name)["since"] is None
    bound.later(days=bound.house.settings.public_days, minutes=-1)
    assert shown(bound, name)["light"] == "stale"
    bound.later(minutes=2)
    assert shown(bound, name)["light"] == "broken"
    assert shown(bound, name)["since"] is not None


def test_it_turns_red_once_an_officer_has_seen_it(bound: Bound) -> None:
    name = broken(bound)
    with pytest.raises(UsageError):
        public_notice.seen(bound.house, "P3")
    public_notice.seen(bound.house, name)
    assert shown(bound, name)["light"] == "broken"
    bound.run("crm", MEND)
    bound.later(minutes=5)
    assert bound.told(name)["status"] == "kept"
    bound.later(minutes=5)
    bound.run("crm", BREAK)
    assert bound.told(name)["status"] == "broken"
    assert shown(bound, name)["light"] == "stale", "what was seen is the last time it broke, not this one"


def test_the_page_reads_the_notice_and_its_evidence_once(
    bound: Bound, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many promises are broken: it is a page that anybody may ask for."""
    broken(bound)
    read: list[str] = []
    for room, name in ((shown_notice, "notice_of"), (checks_status, "notice_of"), (checks_status, "_sound")):
        real = getattr(room, name)
        monkeypatch.setattr(room, name, lambda *args, real=real, name=name: read.append(name) or real(*args))
    public_notice.page(bound.house, "da")
    assert sorted(read) == ["_sound", "notice_of"]
