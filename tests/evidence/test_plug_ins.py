"""Checks of plug-ins come by entry points; what is no check is refused by its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from troth import main
from troth.evidence.check import Check, holds
from troth.terms.bilingual import Both
from troth.terms.errors import UsageError

MINE = Check(
    "mine.one",
    "mine",
    "live",
    "positive",
    timedelta(days=1),
    Both("en", "one"),
    lambda *_: holds("ja", "yes"),
)


@dataclass
class Entry:
    name: str
    offers: Any

    def load(self) -> Any:
        return self.offers


def offered(monkeypatch: pytest.MonkeyPatch, *entries: Entry) -> tuple[Check, ...]:
    def of_group(group: str) -> list[Entry]:
        assert group == "troth.checks"
        return list(entries)

    monkeypatch.setattr("importlib.metadata.entry_points", of_group)
    return main.plugged()


def test_one_check_or_several(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered(monkeypatch, Entry("a", MINE), Entry("b", (MINE,))) == (MINE, MINE)
    assert offered(monkeypatch) == ()


@pytest.mark.parametrize("offers", ["mine.one", [MINE, "two"], None, lambda: MINE])
def test_anything_else_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, offers: Any) -> None:
    with pytest.raises(UsageError, match="bad"):
        offered(monkeypatch, Entry("good", MINE), Entry("bad", offers))
