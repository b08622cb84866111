"""Tells a notice sentence by sentence with the light of each promise, from what is kept: no store is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from troth.evidence.check import Check, about
from troth.evidence.promised import lines
from troth.evidence.promised import promises as promised
from troth.evidence.register import every, waiting
from troth.evidence.status import LIGHTS, Standing, standing
from troth.notice.model import Notice
from troth.terms.errors import TamperedError, UsageError
from troth.workflows.checks import Kept, chosen, kept_in, lights, notice_of, told
from troth.workflows.house import House
from troth.workflows.notices import placing

Told = dict[str, Any]


def stands(house: House, notice: Notice, kept: Kept, now: datetime) -> dict[str, Standing]:
    """Every promise of a notice as it stands, by id."""
    checks = every(house.checks)
    return {
        one.id: standing(one, checks, kept.latest, kept.words.get(one.id), now)
        for one in promised(notice, placing)
    }


def status(house: House) -> Told:
    """The whole notice in each of its languages, each line with the worst light of the promises it makes."""
    return status_of(*standings(house), house.now())


def standings(house: House) -> tuple[Notice, dict[str, Standing]]:
    """The notice and every promise of it as it stands, by id. Raises TamperedError where what is kept was changed."""
    notice = notice_of(house)
    return notice, of_notice(house, notice)


def of_notice(house: House, notice: Notice) -> dict[str, Standing]:
    """Every promise of any version of the notice as it stands by what is kept. Raises TamperedError as `standings`."""
    return stands(house, notice, _sound(house), house.now())


def status_of(notice: Notice, found: Mapping[str, Standing], now: datetime) -> Told:
    """The same of what was read already."""
    texts = {
        language: [
            {
                "words": line.words, "heading": line.heading, "item": line.item, "opens": line.opens,
                "promises": list(line.promises), "light": _worst(line.promises, found),
            }
            for line in lines(notice, language, placing)
        ]
        for language in notice.texts
    }  # fmt: skip
    waits = {name: list(waiting(one.promise)) for name, one in found.items() if one.light == "unbound"}
    return {
        "notice": {
            "id": notice.id, "version": notice.version, "digest": notice.digest,
            "effective": notice.effective.isoformat() if notice.effective else None,
        },
        "at": now.isoformat(), "lights": lights(found.values()), "texts": texts,
        "promises": [told(one) for one in found.values()], "waits": waits,
    }  # fmt: skip


def _sound(house: House) -> Kept:
    """What is kept of the checks. Raises TamperedError where it is not what the ledger has: no light is lit by it."""
    if not house.has_state():
        return Kept()
    from troth.workflows.books import Books
    from troth.workflows.checks_records import changed

    books = Books(house.home, house.settings)
    try:
        if fault := changed(books):
            raise TamperedError(
                fault,
                place="evidence",
                remedy="Put back a state that was saved before, and see: troth ledger verify",
            )
        return kept_in(books)
    finally:
        books.close()


def tampered(house: House) -> str:
    """What is kept of the checks and is not what the ledger has; "" where all of it is."""
    try:
        _sound(house)
    except TamperedError as fault:
        return fault.message
    return ""


def _worst(names: Sequence[str], found: Mapping[str, Standing]) -> str:
    """The worst light of several promises; "" where there is none."""
    seen = {found[name].light for name in names if name in found}
    return next((light for light in LIGHTS if light in seen), "")


def one_status(house: House, name: str) -> Told:
    """One promise: its sentences, its control, each check with its last answer and its history, and how anyone can verify it."""
    notice, now = notice_of(house), house.now()
    (promise,) = chosen(promised(notice, placing), [name])
    kept = _sound(house)
    one = stands(house, notice, kept, now)[promise.id]
    control = promise.control
    return {
        **told(one),
        "sentences": {language: list(words) for language, words in promise.said.items()},
        "parameters": dict(control.parameters) if control else {},
        "deadline": control.deadline if control else "",
        "history": _history(house, one),
        "verify": f"troth check {promise.id} && troth ledger verify",
    }


def failing_since(house: House, found: Collection[Standing]) -> dict[str, datetime]:
    """Since when each of these promises has had a check that fails, by id; one for which nothing says is not in it."""
    if not found or not house.has_state():
        return {}
    from troth.workflows.books import Books
    from troth.workflows.checks_records import history

    since: dict[str, list[datetime]] = {}
    books = Books(house.home, house.settings)
    try:
        for one in found:
            question = about(one.promise, one.promise.control) if one.promise.control else ""
            for check in _asked(one):
                spans = history(books, check.name, question)
                if spans and spans[0].verdict == "fails":
                    since.setdefault(one.promise.id, []).append(spans[0].since)
    finally:
        books.close()
    return {name: min(days) for name, days in since.items()}


def _history(house: House, one: Standing) -> dict[str, list[Told]]:
    """What each check answered over time, the newest first."""
    if not house.has_state() or one.promise.control is None:
        return {}
    from troth.workflows.books import Books
    from troth.workflows.checks_records import history

    question = about(one.promise, one.promise.control)
    books = Books(house.home, house.settings)
    try:
        return {
            check.name: [_span(span) for span in history(books, check.name, question)]
            for check in _asked(one)
        }
    finally:
        books.close()


def _asked(one: Standing) -> list[Check]:
    return [check for check, _ in one.checks if check.kind != "attested"]


def _span(span: Any) -> Told:
    return {
        "verdict": span.verdict, "reason": list(span.reason), "since": span.since.isoformat(), "until": span.until.isoformat(),
        "times": span.times,
    }  # fmt: skip


def write_page(answer: Told, path: Path) -> None:
    """Writes the notice with its lights as one page; raises UsageError where that cannot be."""
    from troth.documents.status_page import page

    try:
        path.write_text(page(answer), encoding="utf-8")
    except OSError as fault:
        raise UsageError(
            f"the page cannot be written ({fault.strerror})", place=str(path), remedy="Name another file."
        ) from None
