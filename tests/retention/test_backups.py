"""Who may still be in a backup, which are isolated, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.retention.backups import Backup, Limits, check, ended, findings, holding, isolation, until
from troth.terms.errors import UsageError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD = Backup(
    "crm-1", "vault", NOON, ("crm",), "age", ("role:dba",), (), NOON + 30 * DAY, True
)  # fmt: skip
LIMITS = Limits(2 * DAY, 90 * DAY, 1826 * DAY)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ()),
        ({"encrypted": ""}, ("backup.B002",)),
        ({"encrypted": "no"}, ("backup.B002",)),
        ({"readers": ()}, ("backup.B003",)),
        ({"seen": ("account:root",)}, ("backup.B003",)),
        ({"seen": ("account:root",), "readers": ("account:root",)}, ()),
        ({"readers": ("role:dba", "application:shop")}, ("backup.B004",)),
        ({"seen": ("everyone",)}, ("backup.B004",)),
        ({"readers": ("everyone",)}, ("backup.B004",)),
        ({"expires": None}, ("backup.B005",)),
        ({"guarded": False}, ("backup.B008",)),
    ],
)
def test_isolated_is_all_of_it(change: dict[str, object], why: tuple[str, ...]) -> None:
    assert isolation(replace(GOOD, **change)) == why  # type: ignore[arg-type]


def test_a_good_one_alone_has_no_finding_and_each_fault_its_own() -> None:
    drills, at = {"crm": NOON}, NOON + DAY
    assert findings([GOOD], ["crm"], drills, LIMITS, at) == []

    def ids(*backups: Backup, at: datetime = at, drills: dict[str, datetime] = drills) -> list[str]:
        return [one.id for one in findings(backups, ["crm"], drills, LIMITS, at)]

    assert ids() == ["backup.B001"]
    assert ids(GOOD, at=NOON + 2 * DAY) == []
    assert ids(GOOD, at=NOON + 2 * DAY + timedelta(seconds=1)) == ["backup.B001"]
    assert ids(GOOD, drills={}) == ["backup.B007"]
    assert ids(GOOD, drills={"crm": at - 91 * DAY}) == ["backup.B007"]
    assert ids(replace(GOOD, expires=at), replace(GOOD, name="b")) == ["backup.B006"]
    assert ids(replace(GOOD, expires=at, gone=at), replace(GOOD, name="b")) == []
    assert ids(replace(GOOD, expires=NOON + 1827 * DAY)) == ["backup.B009"]
    assert ids(replace(GOOD, systems=("billing",))) == ["backup.B001"]


def test_only_backups_begun_by_then_and_not_gone_hold_somebody() -> None:
    early, late = replace(GOOD, name="a", taken=NOON - DAY), replace(GOOD, name="b", taken=NOON + DAY)
    assert [one.name for one in holding([late, GOOD, early], NOON)] == ["a", "crm-1"]
    assert until([early, late], NOON) == GOOD.expires
    assert until([early, replace(early, name="c", expires=None)], NOON) is None
    assert holding([replace(early, gone=NOON)], NOON) == []
    with pytest.raises(ValueError, match="no backup"):
        until([late], NOON)


BACKUPS = st.lists(
    st.builds(
        lambda day, gone: replace(GOOD, taken=NOON + day * DAY, gone=NOON if gone else None),
        st.integers(-20, 20), st.booleans(),
    ),
    max_size=6,
)  # fmt: skip


@given(BACKUPS, st.integers(-25, 25))
def test_what_has_ended_is_in_none_that_is_there_and_was_in_one_that_was_known(
    backups: list[Backup], day: int
) -> None:
    erased = NOON + day * DAY
    span = ended(backups)
    over = span is not None and span[0] <= erased and (span[1] is None or erased < span[1])
    known = any(one.taken <= erased for one in backups)
    assert over == (known and not holding(backups, erased))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "a\nb"},
        {"name": ""},
        {"systems": ()},
        {"systems": ("other",)},
        {"readers": ("olga",)},
        {"readers": ("person:",)},
        {"taken": NOON + 2 * DAY},
        {"expires": NOON},
    ],
)
def test_what_is_no_backup_is_refused(change: dict[str, object]) -> None:
    check(GOOD, ["crm"], NOON + DAY)
    with pytest.raises(UsageError):
        check(replace(GOOD, **change), ["crm"], NOON + DAY)  # type: ignore[arg-type]
