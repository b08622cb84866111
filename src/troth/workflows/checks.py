"""Runs the checks of a notice's promises against the real stores, keeps what they answered, and tells how each promise stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troth.evidence.check import Check, Evidence, Promise, about, collect, wording
from troth.evidence.facts import Attestation
from troth.evidence.promised import promises as promised
from troth.evidence.register import every, waiting
from troth.evidence.status import LIGHTS, Standing, bound, due, standing
from troth.notice.loading import load
from troth.notice.model import Notice
from troth.terms.errors import UsageError
from troth.workflows.at_work import at_work
from troth.workflows.checks_places import without_folders
from troth.workflows.house import House
from troth.workflows.notices import placing

if TYPE_CHECKING:
    from troth.workflows.books import Books

Told = dict[str, Any]
FOLDER = "notice"


@dataclass(frozen=True)
class Kept:
    """What our own state knows of promises; nothing where there is none."""

    latest: Mapping[tuple[str, str], Evidence] = field(default_factory=dict)
    words: Mapping[str, Attestation] = field(default_factory=dict)


def folder_of(house: House) -> Path:
    """Where the notice lies: beside the map."""
    return house.map_path.with_name(FOLDER)


def notice_of(house: House) -> Notice:
    return load(folder_of(house))


def known(house: House) -> Kept:
    """What was answered and attested so far."""
    if not house.has_state():
        return Kept()
    from troth.workflows.books import Books

    books = Books(house.home, house.settings)
    try:
        return kept_in(books)
    finally:
        books.close()


def kept_in(books: Books) -> Kept:
    from troth.workflows.checks_records import attestations, latest

    return Kept(latest(books), attestations(books))


def chosen(promises: Sequence[Promise], names: Iterable[str]) -> list[Promise]:
    """The promises of these ids, all where none is named; raises UsageError for one that the notice has not."""
    wanted = list(dict.fromkeys(names))
    by_name = {one.id: one for one in promises}
    for name in wanted:
        if name not in by_name:
            raise UsageError(
                f"the notice makes no promise {name[:20]!r}",
                place="PROMISE",
                remedy="`troth status` lists them.",
            )
    return [by_name[name] for name in wanted] or list(promises)


def check(house: House, names: Sequence[str] = (), only_due: bool = False) -> Told:
    """Runs the checks of these promises, all where none is named, and keeps the answers; how each promise stands then."""
    notice = notice_of(house)
    everything = promised(notice, placing)
    wanted, checks = chosen(everything, names), every(house.checks)
    before = known(house)
    found = run(house, notice, wanted, checks, before, only_due)
    with at_work(house) as books:
        found = keep(house, books, found)
    latest = {**before.latest, **{(one.check, one.about): one for one in found}}
    now = house.now()
    stands = [standing(one, checks, latest, before.words.get(one.id), now) for one in wanted]
    return {"promises": [told(one) for one in stands], "asked": len(found), "lights": lights(stands)}


def run(
    house: House, notice: Notice, wanted: Sequence[Promise], checks: Sequence[Check], before: Kept,
    only_due: bool = False,
) -> list[Evidence]:  # fmt: skip
    """Asks each question once, however many promises ask it; nothing is kept."""
    from troth.workflows.checks_world import Facts

    found: dict[tuple[str, str], Evidence] = {}
    with ExitStack() as held:
        world = Facts(house, notice, promised(notice, placing), before.words)
        held.callback(world.close)
        for promise in wanted:
            for one in bound(promise, checks):
                assert promise.control is not None
                question = (one.name, about(promise, promise.control))
                if one.kind == "attested" or question in found:
                    continue
                if only_due and not due(one, before.latest.get(question), world.at):
                    continue
                asked = collect(one, world, promise, promise.control)
                found[question] = without_folders(asked, house)
    return list(found.values())


def keep(house: House, books: Books, found: Sequence[Evidence]) -> list[Evidence]:
    from django.db import transaction

    from troth.workflows.checks_records import save

    with transaction.atomic():
        return save(books, found, house.now())


def told(one: Standing) -> Told:
    """How a promise stands, for people and machines."""
    found: Told = {
        "id": one.promise.id,
        "status": one.light,
        "control": one.promise.control.name if one.promise.control else None,
        "checks": [_check(check, answer, one.attestation) for check, answer in one.checks],
    }
    if one.attestation is not None:
        found["attested"] = {
            "by": one.attestation.by, "says": one.attestation.says, "at": one.attestation.at.isoformat(),
            "until": one.attestation.until.isoformat(),
        }  # fmt: skip
    if one.light == "unbound":
        found["waits"] = list(waiting(one.promise))
    return found


def _check(check: Check, answer: Evidence | None, word: Attestation | None) -> Told:
    found: Told = {
        "name": check.name, "polarity": check.polarity, "kind": check.kind, "verdict": None, "collected": None, "expires": None,
        "reason": None, "tests": list(check.says), "entry": None, "facts": {},
    }  # fmt: skip
    if check.kind == "attested":
        if word is not None:
            found |= {
                "verdict": "attested", "collected": word.at.isoformat(), "expires": word.until.isoformat(),
            }  # fmt: skip
    elif answer is not None:
        found |= {
            "verdict": answer.verdict, "collected": answer.collected.isoformat(), "expires": answer.expires.isoformat(),
            "reason": list(answer.reason), "entry": answer.entry, "facts": dict(answer.facts),
        }  # fmt: skip
    return found


def lights(stands: Iterable[Standing]) -> dict[str, int]:
    """How many promises have each light, the worst first."""
    found: dict[str, int] = dict.fromkeys(LIGHTS, 0)
    for one in stands:
        found[one.light] += 1
    return found


def attest(house: House, promise: str, by: str, says: str, until: str) -> Told:
    """Notes that a named person says a promise is kept, until a day. Raises UsageError without a name, a sentence or a day ahead."""
    from django.db import transaction

    from troth.workflows import checks_records

    (one,) = chosen(promised(notice_of(house), placing), [promise])
    now = house.now()
    try:
        end = date.fromisoformat(until)
    except ValueError:
        raise UsageError("this is no day", place="--until", remedy="Write 2027-06-30.") from None
    if end <= now.date() or end.toordinal() - now.date().toordinal() > 3_660:
        raise UsageError(
            "the day must lie ahead, and within ten years", place="--until", remedy="Write 2027-06-30."
        )
    if not by.strip() or len(says.split()) < 3:
        raise UsageError(
            "nobody is named, or nothing is said", place="--by, --says",
            remedy="Say who has looked at it, and in a sentence what they saw.",
        )  # fmt: skip
    word = Attestation(one.id, by.strip(), says.strip(), now, end, wording(one))
    with at_work(house) as books, transaction.atomic():
        checks_records.attest(books, word)
        books.checkpoint(now)
        latest = kept_in(books).latest
    return told(standing(one, every(house.checks), latest, word, now))
