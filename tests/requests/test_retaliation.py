"""Whoever asked has afterwards what they had, but for what they were told of beforehand (P53)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from troth.requests.retaliation import Effect, Snapshot, differences, retaliated, snapshot

KEY = b"k" * 32
PLAN, LIMIT, TIER = "crm.contact.plan", "product.account.seats", "support.customer.tier"
HELD = [(PLAN, "Fjord"), (LIMIT, 40), (TIER, "gold"), (TIER, "silver")]


def held(*more: tuple[str, object], without: str = "") -> Snapshot:
    return snapshot(KEY, [*(one for one in HELD if one[0] != without), *more])


def test_what_stayed_is_no_difference_in_whatever_order_it_is_read() -> None:
    assert differences(held(), snapshot(KEY, reversed(HELD)), {}) == ()
    assert differences(held((PLAN, None)), held(), {}) == (), "NULL is none"


def test_each_difference_is_found_and_only_its_own_declaration_allows_it() -> None:
    ended, changed, began = (
        held(without=LIMIT),
        held((LIMIT, 10), without=LIMIT),
        held(("crm.contact.gift", 1)),
    )
    for after, name, effect in (
        (ended, LIMIT, "ends"),
        (changed, LIMIT, "changes"),
        (began, "crm.contact.gift", "began"),
    ):
        assert [(one.name, one.effect) for one in retaliated(held(), after, {})] == [(name, effect)]
        assert retaliated(held(), after, {PLAN: "ends"}), "declared of something else"
    assert not retaliated(held(), ended, {LIMIT: "ends"})
    assert not retaliated(held(), changed, {LIMIT: "changes"})
    assert retaliated(held(), ended, {LIMIT: "changes"}), "to end is more than to change"
    assert retaliated(held(), changed, {LIMIT: "ends"}), "the person was told something else"
    assert [one.declared for one in differences(held(), ended, {LIMIT: "ends"})] == [True]


def test_one_of_two_values_that_is_gone_is_a_difference() -> None:
    fewer = snapshot(KEY, HELD[:-1])
    assert [(one.name, one.effect) for one in retaliated(held(), fewer, {})] == [(TIER, "changes")]


def test_a_value_without_meaning_is_a_value() -> None:
    assert retaliated(snapshot(KEY, [(PLAN, "none")]), snapshot(KEY, [(PLAN, "test")]), {})


def test_a_snapshot_holds_no_value_and_tells_nothing_under_another_key() -> None:
    assert "Fjord" not in repr(held())
    assert snapshot(b"o" * 32, HELD)[PLAN] != held()[PLAN]
    alike = snapshot(KEY, [("a", 1), ("b", 1)])
    assert alike["a"] != alike["b"], "nor that two entitlements are alike"


VALUES = st.dictionaries(st.sampled_from("abcd"), st.one_of(st.integers(0, 2), st.none()))
DECLARED = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["ends", "changes"]))


@given(VALUES, VALUES, DECLARED)
def test_nobody_paid_exactly_where_each_difference_was_declared(
    before: dict[str, int | None], after: dict[str, int | None], declared: dict[str, Effect]
) -> None:
    def expected(name: str) -> bool:
        was, now = before.get(name), after.get(name)
        return was == now or declared.get(name) == (
            "ends" if now is None else "changes" if was is not None else ""
        )

    found = retaliated(snapshot(KEY, before.items()), snapshot(KEY, after.items()), declared)
    assert (found == ()) == all(map(expected, "abcd"))
