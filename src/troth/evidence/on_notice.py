"""Checks of the notice itself: complete, the same in every language, looked at again in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from troth.evidence.check import NO_DEADLINE, Answer, Check, Control, Promise, fails, holds, unknown
from troth.evidence.facts import World
from troth.evidence.on_map import DAY, first
from troth.evidence.parameters import days as limit
from troth.evidence.spans import span
from troth.notice.diff import diff
from troth.notice.loading import digest
from troth.terms.bilingual import Both


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
    """Whether the version in force is young enough: a date in a file that nobody published shows no review."""
    allowed = limit(control)
    if allowed is None:
        return NO_DEADLINE
    since = max((one.effective for one in world.versions if one.state == "active"), default=None)
    if since is None:
        return unknown(
            "ingen udgave gælder: troth notice activate", "no version is in force: troth notice activate"
        )
    age = world.at.date() - since
    if age > timedelta(days=allowed):
        return fails(
            f"sidst gennemgået for {age.days} dage siden",
            f"last looked at {age.days} days ago",
            days=age.days,
        )
    return holds(f"gælder fra {since}", f"in force from {since}", since=since.isoformat())


def intact(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every published version is, word for word, the one whose hash stands in the ledger."""
    if not world.versions:
        return unknown(
            "ingen udgave er offentliggjort: troth notice publish",
            "no version is published: troth notice publish",
        )
    bad = [str(one.number) for one in world.versions if not one.intact]
    if bad:
        return fails(
            f"udgave {first(bad)} er ændret siden",
            f"version {first(bad)} was changed since",
            changed=len(bad),
        )
    if not any(one.shown for one in world.versions):
        return unknown(
            "teksten her er ikke offentliggjort: troth notice publish",
            "the text here is not published: troth notice publish",
        )
    return holds(
        f"{len(world.versions)} udgaver er uændrede",
        f"{len(world.versions)} versions are unchanged",
        versions=len(world.versions),
    )


def change_seen(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a word changed in one file, and a text moved from one file to another, give another hash."""
    files = {"da.md": "Vi sletter. {P1}", "en.md": "We erase. {P1}"}
    true = digest(files)
    forged = (
        {**files, "en.md": "We keep. {P1}"},
        {"da.md": files["en.md"], "en.md": files["da.md"]},
        {"da.md": files["da.md"]},
    )
    if any(digest(one) == true for one in forged):
        return fails("en ændret udgave ses ikke", "a changed version is not seen")
    return holds("en ændret udgave bliver set", "a changed version is seen", tried=len(forged))


def told_first(world: World, promise: Promise, control: Control) -> Answer:
    """Whether nobody was bound by a material change before they were told, as many days before as promised."""
    before, at = control.parameters.get("days_before"), world.at.date()
    days = timedelta(days=int(before)) if before else span(control.deadline, timedelta(0))
    if not world.versions:
        return unknown("ingen udgave er offentliggjort", "no version is published")
    material = [one for one in world.versions if one.material]
    early = [
        str(one.number) for one in material if one.state == "active" and (one.waiting or one.told is None)
    ]
    late = [
        str(one.number)
        for one in material
        if (one.told is not None or one.state == "published")
        and (one.told.date() if one.told else at) + days > one.effective
    ]
    if early or late:
        return fails(
            f"ikke varslet i tide: udgave {first([*early, *late])}",
            f"not told of in time: version {first([*early, *late])}",
            early=len(early), late=len(late),
        )  # fmt: skip
    return holds(
        f"{len(material)} væsentlige ændringer, alle varslet", f"{len(material)} material changes, all told of first",
        material=len(material),
    )  # fmt: skip


def weakened_seen(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a promise taken away from this very notice, and a purpose added to it, would be material changes."""
    notice = world.notice
    name = next(iter(notice.promises))
    less = replace(notice, promises={one: what for one, what in notice.promises.items() if one != name})
    if not any(one.promise == name and one.material for one in diff(notice, less)):
        return fails("et løfte, der forsvinder, ses ikke", "a promise that goes is not seen")
    more = replace(notice.promises[name], purposes=(*notice.promises[name].purposes, "troth_planted"))
    if not any(
        one.promise == name and one.material
        for one in diff(notice, replace(notice, promises={**notice.promises, name: more}))
    ):
        return fails("et nyt formål ses ikke", "a new purpose is not seen")
    if any(one.material for one in diff(notice, notice)):
        return fails("en uændret erklæring ses som ændret", "an unchanged notice is seen as changed")
    return holds(
        "et løfte, der forsvinder, og et nyt formål er væsentlige ændringer",
        "a promise that goes and a new purpose are material changes",
    )


CHECKS: Final = (
    Check("notice-versions.intact", "notice-versions", "event", "positive", DAY,
          Both("Hver offentliggjort udgave er ord for ord den, hvis kendetegn står i loggen.",
               "Every published version is, word for word, the one whose hash stands in the ledger."), intact),
    Check("notice-versions.change-seen", "notice-versions", "event", "negative", DAY,
          Both("En ændret udgave forsøges og skal ses.", "A changed version is attempted, and must be seen."), change_seen),
    Check("notice-sent.first", "notice-sent", "event", "positive", DAY,
          Both("Ingen væsentlig ændring gjaldt, før alle havde fået besked i tide.",
               "No material change held before everybody had been told in time."), told_first),
    Check("notice-diff.material", "notice-diff", "event", "negative", DAY,
          Both("Et løfte fjernes og et formål tilføjes på prøve; begge skal være væsentlige ændringer.",
               "A promise is taken away and a purpose added on trial; both must be material changes."), weakened_seen),
    Check("notice-lint.complete", "notice-lint", "event", "positive", DAY,
          Both("Erklæringens oplysninger er udfyldt, og den har ingen fejl mod loven.",
               "The notice's facts are filled in, and it has no error against the law."), complete),
    Check("notice-languages.alike", "notice-languages", "event", "positive", DAY,
          Both("Hvert løfte står på hvert sprog.", "Every promise is made in every language."), alike),
    Check("notice-languages.seen", "notice-languages", "event", "negative", DAY,
          Both("Et løfte, der mangler på ét sprog, plantes og skal ses.",
               "A promise that one language lacks is planted, and must be seen."), silence_seen),
    Check("notice-review.recent", "notice-review", "event", "positive", DAY,
          Both("Den gældende udgave er ikke for gammel.", "The version in force is not too old."), reviewed),
)  # fmt: skip
