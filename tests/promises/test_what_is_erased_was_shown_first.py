"""Whatever an erasure touches, access had shown; and every row that access shows is erased, changed, kept
for a reason, or somebody else's too (P94, P96)."""

from __future__ import annotations

from promise_story import Story, owned_by_anybody, world_of

from troth.example.checks import difference


def test_whatever_is_touched_was_shown_or_is_only_a_link_to_her(story: Story) -> None:
    shown = {
        (m["system"], m["dataset"], tuple(m["key"].values())): {*m["row"], *m["hidden"]}
        for m in story.shown["matches"]
    }
    links = {(link.source, link.columns) for link in story.house.map().links}
    for step in story.plan.steps:
        for row in step.rows:
            key = (*step.ref, tuple(row[: len(step.key)]))
            if step.action == "create" or (step.action == "unlink" and (step.ref, step.columns) in links):
                continue
            assert key in shown, key
            assert set(step.columns) <= shown[key], key


def test_whatever_was_shown_is_erased_changed_or_stays_for_a_reason(story: Story) -> None:
    touched = difference(story.before, story.after()).touched
    named = {(*s.ref, tuple(row[: len(s.key)])) for s in story.plan.steps for row in s.rows if s.reason}
    shown = {(m["system"], m["dataset"], tuple(m["key"].values())) for m in story.shown["matches"]}
    now = owned_by_anybody(world_of(story.folder, story.house))
    others = {(*place.split("."), key) for place, keys in now.items() for key in keys}
    assert len(shown & touched) > 40
    assert shown & others, "some of it was somebody else's too"
    assert shown - touched - named - others == set()
