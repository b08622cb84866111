"""Access shows a person all that is theirs to see, nothing else, and nothing that erasure touches stays unseen."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from property_engine import Estate, carry_out, named, on_sqlite, plan_for, profile
from property_oracle import At, Oracle, mentioned
from property_worlds import Annotated, Row, annotated

from live import AT

Seen = dict[At, Row]


def drawn(world: Annotated, data: st.DataObject, most: int = 3) -> tuple[Oracle, set[Any]]:
    """The oracle and some of its people."""
    oracle = Oracle(world, AT)
    people = sorted(set(oracle.people.values()), key=repr)
    assume(people)  # the pseudo-subject alone is nobody
    return oracle, set(data.draw(st.lists(st.sampled_from(people), min_size=1, max_size=most, unique=True)))


def shown(estate: Estate, oracle: Oracle, batch: set[Any]) -> tuple[Seen, Seen]:
    """What access shows of rows that are theirs to see, and of rows that hold a copy."""
    told = estate.live.see(*(named(oracle, person) for person in sorted(batch, key=repr)))
    rows: Seen = {}
    copies: Seen = {}
    for place, found in told.items():
        name = place.removesuffix(" (copy)").partition(".")[2]
        shape = estate.world.shapes[name]
        for row in found:
            if place.endswith("(copy)"):
                copies.setdefault((name, ()), {}).update(dict.fromkeys(row))
            else:
                rows[name, shape.key_of(row)] = row
    return rows, copies


def expected(oracle: Oracle, batch: set[Any]) -> tuple[dict[At, set[str]], set[At]]:
    """Rows to be shown with the columns hidden in each, and the rows that a rule leaves out."""
    seen: dict[At, set[str]] = {}
    omitted: set[At] = set()
    for at in oracle.rows:
        if not oracle.reach(at, batch):
            continue
        hidden: set[str] = set()
        for name, columns in oracle.shape(at).on_get:
            if oracle.reached_over(at, name, batch):
                hidden |= set(columns)
                if not columns:
                    omitted.add(at)
        if at not in omitted:
            seen[at] = hidden
    return seen, omitted


@profile(60)
@given(annotated(), st.data())
def test_access_shows_what_the_definition_says(world: Annotated, data: st.DataObject) -> None:
    """Properties 1 and 5."""
    oracle, batch = drawn(world, data)
    wanted, _ = expected(oracle, batch)
    with on_sqlite(world) as estate:
        rows, _ = shown(estate, oracle, batch)
        there = estate.rows()
    assert rows.keys() == wanted.keys()
    for at, row in rows.items():
        for column, cell in row.items():
            assert cell == (None if column in wanted[at] else there[at][column]), (at, column)


@profile(60)
@given(annotated(), st.data())
def test_erasure_touches_only_what_access_has_shown_or_a_link(world: Annotated, data: st.DataObject) -> None:
    """Property 4, and that what was shown of theirs is deleted, emptied, or kept on a ground."""
    oracle, batch = drawn(world, data)
    wanted, omitted = expected(oracle, batch)
    oracle.erase(batch)  # so that it knows whose columns a ground keeps
    links = {(tie.source, column) for tie in world.ties for column in tie.columns}
    with on_sqlite(world) as estate:
        rows, copies = shown(estate, oracle, batch)
        planned = plan_for(estate, [named(oracle, person) for person in sorted(batch, key=repr)])
        if planned.plan.blocked:
            return
        before = estate.rows()
        carry_out(estate, planned)
        after = estate.rows()
    for at in before.keys() - after.keys():
        by_rule = (
            not oracle.own[at] <= batch
        )  # a rule deletes what others share, and what hangs from it alone
        assert at in rows or at in omitted or by_rule, f"{at} was erased, and never shown"
    for at in before.keys() & after.keys():
        for column, was in before[at].items():
            if after[at][column] != was and (at[0], column) not in links and at not in omitted:
                seen = at in rows and column not in wanted[at]
                copied = column in copies.get((at[0], ()), {})
                assert seen or copied, f"{at}.{column} was changed, and never shown"
    _nothing_left(oracle, batch, before, after, {at for at in rows if set() < oracle.own[at] <= batch})


def _nothing_left(oracle: Oracle, batch: set[Any], before: Seen, after: Seen, mine: set[At]) -> None:
    for at in mine & after.keys():
        changed = after[at] != before[at]
        nothing_personal = all(before[at][column] is None for column in oracle.clearable(at))
        assert (
            changed or nothing_personal or oracle.needed(at) or _neutral(before[at], oracle.clearable(at))
        ), at
    emails, _ = oracle.identifiers(batch)
    for at, row in after.items():
        kept = oracle.needed(at) if at in oracle.rows else set()
        for column, cell in row.items():
            assert column in kept or not mentioned(cell, emails), f"{at}.{column} still holds an address"


def _neutral(row: Row, columns: set[str]) -> bool:
    return all(row[column] in (None, "{}", "[erased]") for column in columns)
