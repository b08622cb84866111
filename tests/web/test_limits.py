"""Nobody asks too often; what is counted is bounded, forgotten, and says nothing of whom."""

from __future__ import annotations

import pytest

from troth.web.site.limits import DAY, Limits, class_of


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_in_so_long_and_no_more() -> None:
    clock = Clock()
    limits = Limits(clock)
    assert [limits.wait("ask", "203.0.113.7", 3, 60) for _ in range(3)] == [0, 0, 0]
    wait = limits.wait("ask", "203.0.113.7", 3, 60)
    assert 0 < wait <= 20
    clock.now += wait - 0.5
    assert limits.wait("ask", "203.0.113.7", 3, 60) > 0
    clock.now += 0.6
    assert limits.wait("ask", "203.0.113.7", 3, 60) == 0
    assert limits.wait("ask", "203.0.113.7", 3, 60) > 0
    clock.now += 60
    assert [bool(limits.wait("ask", "203.0.113.7", 3, 60)) for _ in range(4)] == [False, False, False, True]


def test_over_a_long_time_nobody_gets_more_than_the_pace() -> None:
    clock = Clock()
    limits = Limits(clock)
    taken = 0
    for _ in range(3_600):
        taken += limits.wait("ask", "2001:db8::1", 5, 60) == 0
        clock.now += 1
    assert 3_600 / 12 <= taken <= 3_600 / 12 + 5


def test_purposes_and_neighbourhoods_are_counted_apart() -> None:
    limits = Limits(Clock())
    assert limits.wait("ask", "203.0.113.7", 1, 60) == 0
    assert limits.wait("ask", "203.0.113.250", 1, 60) > 0  # the same network
    assert limits.wait("code", "203.0.113.7", 1, 60) == 0
    assert limits.wait("ask", "198.51.100.7", 1, 60) == 0


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("203.0.113.7", "203.0.113.200", True), ("203.0.113.7", "203.0.114.7", False),
        ("2001:db8:1:2::1", "2001:db8:1:ff::9", True), ("2001:db8:1:2::1", "2001:db8:1:100::1", False),
        ("::ffff:203.0.113.7", "203.0.113.9", True), ("", "no address", True), ("", "203.0.113.7", False),
    ],
)  # fmt: skip
def test_an_address_belongs_to_a_network(one: str, other: str, together: bool) -> None:
    assert (class_of(one) == class_of(other)) is together


def test_what_is_kept_is_bounded_and_names_nobody() -> None:
    clock = Clock()
    limits = Limits(clock, most=100)
    for n in range(1_000):
        limits.wait("ask", f"10.{n // 250}.{n % 250}.1", 1, 60)
    kept = limits._due
    assert len(kept) == 100
    assert all(isinstance(who, bytes) and len(who) == 16 for who in kept)
    assert limits.wait("ask", "10.3.249.1", 1, 60) > 0  # the newest are remembered
    other = Limits(clock)
    other.wait("ask", "10.3.249.1", 1, 60)
    assert not set(other._due) & set(kept)  # another key, another digest


def test_after_a_day_everything_is_forgotten_with_its_key() -> None:
    clock = Clock()
    limits = Limits(clock)
    limits.wait("ask", "203.0.113.7", 1, 10 * DAY)
    before = set(limits._due)
    clock.now += DAY + 1
    assert limits.wait("ask", "203.0.113.7", 1, 10 * DAY) == 0
    assert not before & set(limits._due)
