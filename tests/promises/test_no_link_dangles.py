"""No foreign key and no link of the map points to a row that has gone."""

from __future__ import annotations

from promise_story import Story, world_of


def test_no_link_dangles(story: Story) -> None:
    world = world_of(story.folder, story.house)
    assert [live.dangling() for live in world.systems.values()] == [[]] * 5
    gone = story.before.keys() - story.after().keys()
    checked = 0
    with world.inquiry() as inquiry:
        estate = inquiry.look()
        for link in estate.links:
            if link.target_columns != estate.key(link.target):
                continue
            rows = world.systems[link.source.system].query(
                f"SELECT {', '.join(link.columns)} FROM {link.source.dataset}"
            )
            ends = {(*link.target, row) for row in rows}
            assert not ends & gone, link.name
            checked += len(ends)
    assert checked > 500
    assert gone
