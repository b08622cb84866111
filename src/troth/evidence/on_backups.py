"""Checks of backups: young enough, encrypted, read by named people, over when promised, and restored only through the guard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from troth.datamap.check import Finding
from troth.evidence.check import Answer, Check, Control, Promise, fails, holds, unknown
from troth.evidence.facts import World
from troth.evidence.on_map import DAY, WEEK, first
from troth.evidence.parameters import days as limit
from troth.planning.tombstone import NAME, Tombstone, Watch, marks
from troth.retention import backups as pure
from troth.terms.bilingual import Both


def _findings(world: World, *ids: str) -> list[Finding]:
    return [one for one in world.trials.findings if one.id in ids]


def _none(world: World) -> Answer | None:
    """What to say where no backup is registered: nobody knows of any, which shows nothing."""
    if world.trials.backups:
        return None
    return fails("ingen backup er registreret", "no backup is registered", backups=0)


def age(world: World, promise: Promise, control: Control) -> Answer:
    """Whether every system has a backup that is young enough: as the control says, else as the settings do."""
    ages, most = world.trials.ages, limit(control)
    old = [one.place for one in _findings(world, "backup.B001")]
    old += [name for name, one in ages.items() if one is None or (most and one > timedelta(days=most))]
    if ahead := [name for name, one in ages.items() if one is not None and one < timedelta(0)]:
        where = first(ahead)
        return unknown(
            f"en backup ligger i fremtiden: {where}",
            f"a backup lies in the future: {where}",
            ahead=len(ahead),
        )
    if old:
        return fails(
            f"ingen ung backup: {first(old)}",
            f"no recent backup: {first(old)}",
            systems=len(ages),
            old=len(set(old)),
        )
    hours = max(int(one.total_seconds() // 3600) for one in ages.values() if one is not None)
    return holds(
        f"den ældste af de nyeste er {hours} timer gammel", f"the oldest of the newest is {hours} hours old",
        systems=len(ages), hours=hours,
    )  # fmt: skip


def _wrong(world: World, da: str, en: str, ids: Iterable[str]) -> Answer:
    if (none := _none(world)) is not None:
        return none
    found = _findings(world, *ids)
    count = len(world.trials.backups)
    if found:
        named = sorted({one.id for one in found})
        where = first(one.place for one in found)
        return fails(
            f"{', '.join(named)}: {where}", f"{', '.join(named)}: {where}", findings=len(found), backups=count
        )
    return holds(f"{count} backupper: {da}", f"{count} backups: {en}", backups=count)


def encrypted(world: World, promise: Promise, control: Control) -> Answer:
    """Whether each registered backup is encrypted and its readers named, and no more of them than promised."""
    most = control.parameters.get("max_readers")
    many = [one.name for one in world.trials.backups if most and len({*one.readers, *one.seen}) > int(most)]
    if many:
        where = first(many)
        return fails(
            f"flere end {most} læsere: {where}", f"more than {most} readers: {where}", many=len(many)
        )
    return _wrong(
        world,
        "krypteret, læsere kendt",
        "encrypted, readers known",
        ("backup.B002", "backup.B003", "backup.B004"),
    )


def guarded(world: World, promise: Promise, control: Control) -> Answer:
    """Whether each registered backup is isolated: restored only through the guard."""
    return _wrong(world, "gendannes kun gennem vagten", "restored only through the guard", ("backup.B008",))


def expiring(world: World, promise: Promise, control: Control) -> Answer:
    """Whether each backup has an end, no later than promised, and is gone once it has come."""
    answer = _wrong(
        world, "hver med en slutdato", "each with an end", ("backup.B005", "backup.B006", "backup.B009")
    )
    most = limit(control)
    long = [
        one.name
        for one in world.trials.backups
        if most and (one.expires is None or one.expires - one.taken > timedelta(days=most))
    ]
    if answer.verdict == "holds" and long:
        return fails(
            f"gemmes længere end {most} dage: {first(long)}",
            f"kept longer than {most} days: {first(long)}",
            long=len(long),
        )
    return answer


def catalogue(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the register tells, for whoever is erased now, which backups may still hold them and until when."""
    if (none := _none(world)) is not None:
        return none
    systems = {name for one in world.trials.backups for name in one.systems}
    missing = sorted(world.map.systems.keys() - systems)
    if missing:
        return fails(
            f"ingen backup kendes af {first(missing)}",
            f"no backup is known of {first(missing)}",
            unknown=len(missing),
        )
    holding = pure.holding(world.trials.backups, world.at)
    end = pure.until(world.trials.backups, world.at)
    if end is None:
        return fails(
            "ingen ved, hvornår de sidste backupper er væk", "nobody knows when the last backups will be gone",
            holding=len(holding),
        )  # fmt: skip
    return holds(
        f"den, der slettes nu, kan stå i {len(holding)} backupper til {end:%Y-%m-%d}",
        f"whoever is erased now may stand in {len(holding)} backups until {end:%Y-%m-%d}",
        holding=len(holding), until=end.isoformat(),
    )  # fmt: skip


def drilled(world: World, promise: Promise, control: Control) -> Answer:
    """Whether a restore drill of every system passed within its time: the control's, else the settings'."""
    passed, most = world.trials.passed, limit(control)
    if ahead := [name for name, at in passed.items() if at > world.at]:
        where = first(ahead)
        return unknown(
            f"en øvelse ligger i fremtiden: {where}", f"a drill lies in the future: {where}", ahead=len(ahead)
        )
    late = [one.place for one in _findings(world, "backup.B007")]
    late += [
        name
        for name in world.map.systems
        if name not in passed or (most and world.at - passed[name] > timedelta(days=most))
    ]
    if late:
        return fails(
            f"ingen bestået gendannelsesøvelse i tide: {first(late)}", f"no restore drill passed in time: {first(late)}",
            late=len(set(late)),
        )  # fmt: skip
    oldest = min(passed[name] for name in world.map.systems)
    return holds(
        f"bestået i hvert system, ældst {oldest:%Y-%m-%d}", f"passed in every system, the oldest {oldest:%Y-%m-%d}",
        oldest=oldest.isoformat(),
    )  # fmt: skip


def last_drill(world: World, promise: Promise, control: Control) -> Answer:
    """Whether the last drill of each system ended with nobody visible: one that failed since the last that passed counts."""
    drills = world.trials.drills
    missing = sorted(world.map.systems.keys() - drills.keys())
    failed = [name for name, one in drills.items() if not one.passed]
    if failed:
        return fails(
            f"sidste øvelse blev ikke bestået: {first(failed)}", f"the last drill did not pass: {first(failed)}",
            failed=len(failed),
        )  # fmt: skip
    if missing:
        return fails(
            f"ingen øvelse er gjort: {first(missing)}",
            f"no drill was made: {first(missing)}",
            missing=len(missing),
        )
    return holds(
        "ingen slettet person sås i den sidste øvelse",
        "no erased person was seen in the last drill",
        systems=len(drills),
    )


def import_tried(world: World, promise: Promise, control: Control) -> Answer:
    """Whether an invented erased person is recognised in a row, and somebody else is not."""
    key, at = b"\x07" * 32, world.at
    email, name = "planted@vindheim.example", "planted vindheim"
    stone = Tombstone(
        "planted",
        "planted",
        "",
        at,
        at,
        at + timedelta(days=1),
        marks(key, [("email", email)], [name], (), ()),
    )
    watch = Watch(key, [stone])
    seen = watch.judge([("email", email), (NAME, name)], person=True)
    other = watch.judge([("email", "other@vindheim.example"), (NAME, "other vindheim")], person=True)
    if seen.get("planted") != "sure" or other:
        return fails(
            "en plantet slettet person genkendes ikke i en import",
            "a planted erased person is not recognised in an import",
        )
    return holds(
        "en plantet slettet person genkendes, en anden ikke",
        "a planted erased person is recognised, another is not",
    )


CHECKS: Final = (
    Check("backup-age.young", "backup-age", "event", "positive", timedelta(hours=6),
          Both("Registret: hvert system har en backup, der er ung nok.",
               "The register: every system has a backup that is young enough."), age),
    Check("backup-encryption.marked", "backup-encryption", "event", "positive", DAY,
          Both("Registret, og filerne hvor de kan ses: krypteret, med navngivne læsere og ingen andre.",
               "The register, and the files where they can be looked at: encrypted, named readers and nobody else."), encrypted),
    Check("backup-catalogue.known", "backup-catalogue", "event", "positive", DAY,
          Both("Registret siger, hvilke backupper der kan rumme en, der slettes nu, og hvornår den sidste er væk.",
               "The register says which backups may hold whoever is erased now, and when the last is gone."), catalogue),
    Check("backup-expiry.ends", "backup-expiry", "event", "positive", DAY,
          Both("Hver backup har en slutdato, inden for det lovede, og er væk, når den kommer.",
               "Every backup has an end, within what was promised, and is gone when it comes."), expiring),
    Check("restore-guard.only", "restore-guard", "event", "positive", DAY,
          Both("Registret: hver backup gendannes kun gennem vagten.",
               "The register: every backup is restored only through the guard."), guarded),
    Check("restore-guard.drilled", "restore-guard", "event", "negative", timedelta(days=90),
          Both("Sidste øvelse: en slettet person blev gendannet og måtte ikke ses, før der blev åbnet.",
               "The last drill: an erased person was restored and must not be seen before opening."), last_drill),
    Check("restore-drill.recent", "restore-drill", "event", "positive", DAY,
          Both("Hvert system har en bestået gendannelsesøvelse inden for fristen.",
               "Every system has a restore drill that passed within its time."), drilled),
    Check("import-guard.tried", "import-guard", "live", "negative", WEEK,
          Both("En import med en opfundet slettet person forsøges og skal genkendes.",
               "An import with an invented erased person is attempted, and must be recognised."), import_tried),
)  # fmt: skip
