"""Manners are read strictly, a later word wins, quiet hours follow a place's clocks, and no hash moves with them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from troth.datamap.manners import DEFAULTS, READ, Manners, UnreadableError, manners
from troth.datamap.mapfile import dump, loads, map_hash, merge
from troth.terms.errors import MapError

MAP = """troth: 1
{root}systems:
  crm:
    url: postgresql://troth@db.internal/crm
{more}    datasets:
      customer:
        subject: customer
        key: [id]
        fields: {{id: key, email: email}}
"""
SAID = """    read: postgresql://troth@replica.internal/crm  # the one in the basement
    manners:
      lock_timeout: 5s
      statement_timeout: 2min
      read_timeout: 1h
      batch: 500
      rate: 2000
      pause: 250ms
      quiet: [Mon-Fri 08:00-18:00 Europe/Copenhagen, 'Sat 22:00-06:00 UTC']
      max_rows: 50,000
      max_people: 20
      max_due: 900,000
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_every_word_is_read_and_a_later_layer_wins() -> None:
    said = dict(loads(MAP.format(root="", more=SAID)).systems["crm"].manners)
    assert set(said) == set(READ)
    found = manners({"batch": "9"}, said, {"pause": "1s"})
    assert (found.lock_timeout, found.statement_timeout, found.read_timeout) == (5, 120, 3600)
    assert (found.batch, found.rate, found.pause, found.max_rows, found.max_people) == (
        500,
        2000,
        1,
        50_000,
        20,
    )
    assert found.max_due == 900_000
    assert [sorted(hours.days) for hours in found.quiet] == [[0, 1, 2, 3, 4], [5]]
    assert manners() == DEFAULTS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lock_timeout", "5"), ("lock_timeout", "0s"), ("lock_timeout", "-5s"), ("lock_timeout", "2d"), ("lock_timeout", "5 s s"),
        ("statement_timeout", "25h"), ("pause", "2h"), ("batch", "0"), ("batch", "10001"), ("rate", "1.5"), ("rate", "many"),
        ("quiet", "08:00-18:00"), ("quiet", "8-18 UTC"), ("quiet", "08:00-08:00 UTC"), ("quiet", "08:61-09:00 UTC"),
        ("quiet", "25:00-26:00 UTC"), ("quiet", "Mon-Xyz 08:00-18:00 UTC"), ("quiet", "08:00-18:00 Europe/Copenhavn"),
        ("quiet", "08:00-18:00 ../../etc/passwd"), ("max_rows", ""), ("max_people", "1,00"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_can_be_written(name: str, text: str) -> None:
    with pytest.raises(UnreadableError, match=f"{name}: write "):
        manners({name: text})
    with pytest.raises(MapError) as fault:
        loads(MAP.format(root="", more=f"    manners: {{{name}: '{text}'}}\n"), "shop.yaml")
    assert fault.value.place == "shop.yaml:5"
    assert fault.value.remedy


@pytest.mark.parametrize(
    "line", ["    manners: {patience: 5s}\n", "    read: postgresql://u:pw@h/d\n", "    manners: 5s\n"]
)
def test_unknown_words_and_secrets_are_refused(line: str) -> None:
    with pytest.raises(MapError) as fault:
        loads(MAP.format(root="", more=line))
    assert "pw" not in str(fault.value)


def test_approval_is_by_a_second_person_or_not_asked() -> None:
    assert loads(MAP.format(root="approval: second_person\n", more="")).approval == "second_person"
    with pytest.raises(MapError):
        loads(MAP.format(root="approval: nobody\n", more=""))


def test_manners_are_no_decision_of_the_map_and_survive_being_written() -> None:
    plain = loads(MAP.format(root="", more=""))
    told = loads(MAP.format(root="approval: second_person\n", more=SAID))
    assert map_hash(plain) == map_hash(told), "a run that was approved goes on when a timeout changes"
    again = loads(dump(told))
    assert (again.systems, again.approval) == (told.systems, told.approval)
    text = MAP.format(root="approval: second_person\n", more=SAID)
    assert merge(text, plain, {}) == text


def test_a_rate_bounds_the_batch_too_and_says_how_long_to_rest() -> None:
    assert Manners(batch=10_000, rate=300).keys == 300
    assert Manners(batch=200, rate=300).keys == 200
    assert Manners(rate=100).rest(100, 0.25) == pytest.approx(0.75)
    assert Manners(rate=100, pause=2).rest(100, 0.25) == 2
    assert Manners().rest(10_000, 0.0) == 0


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        ("08:00-18:00 UTC", "2026-11-23T07:59", None),
        ("08:00-18:00 UTC", "2026-11-23T08:00", "2026-11-23T18:00"),
        ("08:00-18:00 UTC", "2026-11-23T18:00", None),
        ("22:00-06:00 UTC", "2026-11-23T23:30", "2026-11-24T06:00"),
        ("22:00-06:00 UTC", "2026-11-24T05:59", "2026-11-24T06:00"),
        ("Fri 22:00-06:00 UTC", "2026-11-28T05:00", "2026-11-28T06:00"),  # Saturday, begun on Friday
        ("Fri 22:00-06:00 UTC", "2026-11-27T05:00", None),
        ("Sat-Sun 00:00-24:00 UTC", "2026-11-28T12:00", "2026-11-30T00:00"),
        ("Fri-Mon 08:00-09:00 UTC", "2026-11-29T08:30", "2026-11-29T09:00"),
        ("08:00-12:00 UTC; 12:00-18:00 UTC", "2026-11-23T09:00", "2026-11-23T18:00"),
        ("08:00-18:00 Europe/Copenhagen", "2026-07-01T06:30", "2026-07-01T16:00"),  # summer: two hours ahead
        ("08:00-18:00 Europe/Copenhagen", "2026-11-23T06:30", None),
        (
            "01:00-04:00 Europe/Copenhagen",
            "2026-03-29T00:30",
            "2026-03-29T02:00",
        ),  # the night that loses an hour
    ],
)
def test_quiet_hours_follow_the_clocks_of_their_place(quiet: str, now: str, until: str | None) -> None:
    found = manners({"quiet": quiet}).quiet_until(at(now))
    assert (found and found.astimezone(UTC)) == (at(until) if until else None)


def test_hours_that_never_end_are_told_as_far_as_one_looks() -> None:
    always = manners({"quiet": "00:00-24:00 UTC"})
    assert (found := always.quiet_until(at("2026-11-23T12:00"))) is not None
    assert found > at("2026-11-30T00:00")
