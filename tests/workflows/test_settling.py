"""After the act, what was not done about bytes is said with a day and a remedy, whatever the reason; what may pass is tried again."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from troth.datamap.model import DataMap, System
from troth.documents.words import danish
from troth.planning.executor import Absence, Todo
from troth.terms.errors import StoreError
from troth.terms.settings import Settings
from troth.workflows.after import settle
from troth.workflows.house import House


class Store:
    """Settles as it is told, and remembers with what."""

    def __init__(self, answer: Absence | StoreError) -> None:
        self.answer, self.asked = answer, [("", 0)]

    def settle(self, datasets: list[str], most: int) -> Absence:
        self.asked.append((",".join(datasets), most))
        if isinstance(self.answer, StoreError):
            raise self.answer
        return self.answer


def settled(store: Store, **settings: Any) -> dict[str, Any]:
    explain = [
        {"action": "erase", "system": "shop", "dataset": "person"},
        {"action": "keep", "system": "books", "dataset": "invoice"},
    ]
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    house = House(Settings(**settings), {}, {}, clock=lambda: now)
    datamap = DataMap({"shop": System("shop", "sqlite:///shop.sqlite")}, {}, ())
    acting: Any = SimpleNamespace(
        context={"explain": explain}, house=house, datamap=datamap, store=lambda _: store
    )
    (told,) = settle(acting)
    return told


def test_what_remains_gets_its_day() -> None:
    store = Store(Absence("shop", ("VACUUM",), (Todo("log", "purge", 4), Todo("backups", "expire"))))
    told = settled(store, rewrite_mb=3, remains_days=90)
    assert store.asked[1:] == [("person", 3 << 20)]
    assert told["done"] == ["VACUUM"]
    assert [(one["what"], one["by"]) for one in told["operator"]] == [
        ("log", "2026-11-26"),
        ("backups", "2027-02-20"),
    ]


def test_switched_off_nothing_is_called_done() -> None:
    store = Store(Absence("shop", ("VACUUM",), ()))
    told = settled(store, vacuum=False)
    assert store.asked[1:] == []
    assert told["done"] == []
    (todo,) = told["operator"]
    assert "TROTH_VACUUM=no" in todo["what"]
    assert todo["by"] == "2026-12-22"


def test_a_store_that_never_will_is_said_and_one_that_may_is_tried_again() -> None:
    told = settled(Store(StoreError("it is read-only", permanent=True, place="shop.person")))
    assert told["done"] == []
    assert "it is read-only" in told["operator"][0]["what"]
    assert danish(told["operator"][0]["what"])
    assert danish(told["operator"][0]["how"])
    with pytest.raises(StoreError):
        settled(Store(StoreError("cut off", permanent=False, place="shop.person")))
