"""Whoever is erased is gone from every cell of every database, but for what a law keeps or a person was asked about (P96)."""

from __future__ import annotations

from promise_story import Story

from troth.example import HERO
from troth.example.checks import mentions


def test_all_that_is_theirs_is_found_and_goes(story: Story, founded: object) -> None:
    before = mentions(founded, HERO.needles)  # type: ignore[arg-type]  # reason: the folder, as a fixture hands it over
    assert len(before) > 15, "the sweep can find her"
    assert (story.told["state"], story.told["left"]) == ("done", {})
    kept = {
        (step.ref.system, step.ref.dataset, column)
        for step in story.plan.steps
        if step.action == "keep"
        for column in step.columns
    }
    asked = {tuple(q["place"].split(".")) for q in story.told["questions"]}
    left = {(file, table, column) for file, table, column, _ in mentions(story.folder, HERO.needles)}
    assert kept & left, "what the bookkeeping act keeps is still there"
    assert {place for place in left - kept if place[:2] not in asked} == set()


def test_a_second_look_finds_nothing_more_than_what_is_kept(story: Story) -> None:
    from troth.workflows.erase import Request
    from troth.workflows.find import find

    assert find(story.house, Request((HERO.email,)))["matches"] == []
    assert find(story.house, Request((f"customer_no={HERO.customer_no}",)))["matches"] == []
