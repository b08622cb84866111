"""A row that belonged to somebody still belongs to somebody, unless it was anonymised or kept by name."""

from __future__ import annotations

from promise_story import Story, owned_by_anybody, world_of


def test_no_row_is_left_to_nobody(story: Story) -> None:
    now = owned_by_anybody(world_of(story.folder, story.house))
    there = {(f"{file}.{table}", key) for file, table, key in story.after()}
    owned = {(place, key) for place, keys in story.owned_before.items() for key in keys}
    excused = {
        (str(s.ref), tuple(row[: len(s.key)]))
        for s in story.plan.steps
        if s.action in ("anonymise", "keep")
        for row in s.rows
    }
    orphans = {(place, key) for place, key in owned & there if key not in now.get(place, ())}
    assert len(owned) > 1000
    assert orphans
    assert orphans <= excused
