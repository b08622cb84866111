"""A customer's no leaves every row of theirs as it was, and everything else of the person goes as it would have gone."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, event, given
from hypothesis import strategies as st
from property_engine import NEUTRAL, Estate, Planned, Rows, carry_out, named, on_sqlite, profile, told_of
from property_oracle import At, Oracle
from property_worlds import Annotated, Column, annotated

from live import AT, map_of

NORTH, SOUTH = "north", "south"
PERSONAL = ("email", "full_name", "phone", "free_text")


def controlled(world: Annotated, data: st.DataObject) -> set[str]:
    """Gives some datasets a column that names the customer of each row; which datasets."""
    names = data.draw(st.sets(st.sampled_from(sorted(world.shapes)), min_size=1))
    for name in names:
        shape = world.shapes[name]
        shape.columns["client"] = Column("TEXT", "none")
        for row in shape.rows:
            row["client"] = data.draw(st.sampled_from((NORTH, SOUTH, None)))
        if shape.nobody is not None:
            shape.nobody["client"] = SOUTH
    return names


def mapped(estate: Estate, tenants: set[str]) -> Estate:
    told = told_of(estate.world)
    for datasets in told.values():
        for name, dataset in datasets.items():
            if name in tenants:
                dataset["tenant"] = "client"
    return replace(estate, datamap=map_of(told))


def planned(estate: Estate, identifiers: list[str], left: dict[str, str]) -> Planned:
    with estate.live.inquiry() as inquiry:
        inquiry.instructed = {name: "letter" for name in (NORTH, SOUTH) if name not in left}
        inquiry.left_to = left
        people = inquiry.who(identifiers)
        plan = inquiry.plan(people)
        others = inquiry.found_copies.others
        told = [
            {"identifiers": sorted(i for i in p.identifiers if i not in others), "names": sorted(p.names)}
            for p in people
        ]
    return Planned(plan, told, 0)


def acted(
    world: Annotated, tenants: set[str], identifiers: list[str], left: dict[str, str]
) -> tuple[Rows, Rows] | None:
    """The rows before and after; None where a person must decide first."""
    with on_sqlite(world) as estate:
        estate = mapped(estate, tenants)
        plan = planned(estate, identifiers, left)
        if plan.plan.blocked:
            event(f"blocked by {sorted({q.id for q in plan.plan.blocked})}")
            return None
        before = estate.rows()
        carry_out(estate, plan)
        assert estate.dangling() == []
        return before, estate.rows()


def named_by(world: Annotated, rows: Rows, some: set[At]) -> set[At]:
    """The rows that these name, directly or over others, whatever the link means."""
    found, frontier = set(some), set(some)
    while frontier:
        at = frontier.pop()
        for tie in world.ties:
            if tie.source == at[0]:
                value = [rows[at][column] for column in tie.columns]
                for other, row in rows.items():
                    if (
                        other[0] == tie.target
                        and other not in found
                        and [row[end] for end in tie.ends] == value
                    ):
                        found.add(other)
                        frontier.add(other)
    return found


def hanging(world: Annotated, rows: Rows, tenants: set[str]) -> set[At]:
    """The customer's rows, and what belongs to one of them and has no customer of its own."""
    found = {at for at, row in rows.items() if row.get("client") == NORTH}
    frontier = set(found)
    while frontier:
        at = frontier.pop()
        for tie in world.ties:
            up, down = (tie.target, tie.ends), (tie.source, tie.columns)
            over = {"OWNED_BY": (up, down), "OWNS": (down, up)}.get(tie.means)
            if over is None or over[0][0] != at[0]:
                continue
            (_, mine), (name, theirs) = over
            if name in tenants or world.shapes[name].subject:
                continue
            for other, row in rows.items():
                if other[0] != name or other in found:
                    continue
                carrier = row if tie.source == name else rows[at]
                value = [row[column] for column in theirs]
                same = None not in value and value == [rows[at][column] for column in mine]
                if same and (not tie.kinds or carrier["kind"] in tie.kinds):
                    found.add(other)
                    frontier.add(other)
    return found


@profile(60)
@given(annotated(systems=2, most=5), st.data())
def test_not_a_cell_of_theirs_changes_and_the_rest_goes(world: Annotated, data: st.DataObject) -> None:
    oracle = Oracle(world, AT)
    people = sorted(set(oracle.people.values()), key=repr)
    assume(people)
    tenants = controlled(world, data)
    identifiers = [named(oracle, data.draw(st.sampled_from(people)))]
    told = acted(world, tenants, identifiers, {NORTH: "refused"})
    free = acted(world, tenants, identifiers, {})
    if told is None:
        return
    before, after = told
    theirs = {at for at, row in before.items() if row.get("client") == NORTH}
    for at in theirs:
        assert after.get(at) == before[at], f"{at} is the customer's"
    if free is None:
        return
    _, gone = free
    event(f"left {min(len(theirs - gone.keys()), 2)}, gone {min(len(before.keys() - after.keys()), 2)}")
    left = hanging(world, before, tenants)
    bound = named_by(world, before, left)
    for at in before.keys() - gone.keys():
        assert at not in after or at in bound, f"{at} had to go"
        if at in after and at not in left:
            for column, cell in after[at].items():
                if world.shapes[at[0]].columns[column].category in PERSONAL and not _is_end(
                    world, at[0], column
                ):
                    assert cell in NEUTRAL or cell != before[at][column], f"{at}.{column} was to be emptied"
    for at in before.keys() & gone.keys():
        assert at in after, f"{at} was nobody's to erase"
        if at not in left:
            for column, cell in gone[at].items():
                link = _is_end(world, at[0], column)  # what it names may stay now
                moved = after[at][column] != before[at][column]
                assert link or moved or cell == before[at][column], f"{at}.{column} stayed"
                assert cell != before[at][column] or after[at][column] == cell, f"{at}.{column} changed"


def _is_end(world: Annotated, name: str, column: str) -> bool:
    """Whether a link names rows by this column, or it is a link itself: that is the engine's to judge elsewhere."""
    return any(
        (t.target == name and column in t.ends) or (t.source == name and column in t.columns)
        for t in world.ties
    )
