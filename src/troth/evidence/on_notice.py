"""Checks of the notice itself: complete, the same in every language, looked at again in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from troth.evidence.check import Answer, Check, Control, Promise, Text, fails, holds
from troth.evidence.facts import World
from troth.evidence.on_map import DAY, first


def complete(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the facts that a promise needs are filled in, and the notice has no error; all facts where it names none."""
    facts = world.notice.facts
    named = [str(one) for one in control.parameters.get("facts") or facts]
    empty = [name for name in named if name not in facts or facts[name].is_empty]
    if empty:
        return fails(f"ikke udfyldt: {first(empty)}", f"not filled in: {first(empty)}", empty=len(empty))
    errors = [one.id for one in world.notice_findings if one.level == "error"]
    if errors:
        return fails(
            f"erklæringen har {len(errors)} fejl: {first(errors)}", f"the notice has {len(errors)} errors: {first(errors)}",
            errors=len(errors),
        )  # fmt: skip
    return holds(
        f"{len(named)} oplysninger er udfyldt", f"{len(named)} facts are filled in", facts=len(named)
    )


def silent(promises: Sequence[Promise], languages: Sequence[str]) -> list[str]:
    """Promises that a language leaves out: `P4 (da)`."""
    return [f"{one.id} ({lang})" for one in promises for lang in languages if not one.said.get(lang)]


def alike(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every promise is made in every language of the notice."""
    languages = world.notice.languages
    if left := silent(world.promises, languages):
        return fails(
            f"står ikke på alle sprog: {first(left)}",
            f"not said in every language: {first(left)}",
            silent=len(left),
        )
    return holds(
        f"{len(world.promises)} løfter står på {len(languages)} sprog",
        f"{len(world.promises)} promises are made in {len(languages)} languages",
        promises=len(world.promises), languages=len(languages),
    )  # fmt: skip


def silence_seen(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a promise that one language leaves out would be seen."""
    languages = world.notice.languages
    planted = [
        Promise("planted", said={kept: ("x",) for kept in languages if kept != left}) for left in languages
    ]
    unseen = [
        left
        for left, one in zip(languages, planted, strict=True)
        if silent([one], languages) != [f"planted ({left})"]
    ]
    if unseen:
        return fails(
            f"et manglende løfte ses ikke på {first(unseen)}",
            f"a missing promise is not seen in {first(unseen)}",
        )
    return holds(
        "et løfte, der mangler på ét sprog, bliver set",
        "a promise that one language lacks is seen",
        languages=len(languages),
    )


def reviewed(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the version in force is young enough."""
    most, since = timedelta(days=int(control.parameters.get("max_days") or 365)), world.notice.effective
    if since is None:
        return fails("erklæringen har ingen dato", "the notice has no date")
    age = world.at.date() - since
    if age > most:
        return fails(
            f"sidst gennemset for {age.days} dage siden", f"last looked at {age.days} days ago", days=age.days
        )
    return holds(f"gælder fra {since}", f"in force from {since}", since=since.isoformat())


CHECKS: Final = (
    Check("notice-lint.complete", "notice-lint", "event", "positive", DAY,
          Text("Erklæringens oplysninger er udfyldt, og den har ingen fejl mod loven.",
               "The notice's facts are filled in, and it has no error against the law."), complete),
    Check("notice-languages.alike", "notice-languages", "event", "positive", DAY,
          Text("Hvert løfte står på hvert sprog.", "Every promise is made in every language."), alike),
    Check("notice-languages.seen", "notice-languages", "event", "negative", DAY,
          Text("Et løfte, der mangler på ét sprog, plantes og skal ses.",
               "A promise that one language lacks is planted, and must be seen."), silence_seen),
    Check("notice-review.recent", "notice-review", "event", "positive", DAY,
          Text("Den gældende udgave er ikke for gammel.", "The version in force is not too old."), reviewed),
)  # fmt: skip
